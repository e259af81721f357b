"""The first screen: see the policies, ask for returns, watch the answer move."""

import streamlit as st

from pages.shared import cached, controls, numbers, panels, session
from pages.shared.player import replay_player

MAP_HEIGHT, RETURNS_HEIGHT, CHOICE_HEIGHT, PLAYER_HEIGHT = 424, 472, 48, 340

session.settle()
overview = cached.overview(session.atlas_name())
session.set_spot(overview)
session.set_defaults(overview)
session.set_aims(overview)
request = session.request()
answer = cached.steer(overview.name, request) if request else None
verified = cached.verified(overview.name, request) if request else None
if request:
    session.record(request)

panels.headline(overview)
panels.link_notes()
left, middle, right = st.columns([1.3, 1, 0.85], gap="small")
with left:
    panels.map_choices(overview)
    panels.map_panel(overview, answer, verified, MAP_HEIGHT)
with middle:
    returns_height = RETURNS_HEIGHT
    if len(overview.pairs) > 1:
        panels.axes_choice(overview)
        returns_height -= CHOICE_HEIGHT
    panels.return_space_panel(overview, request, answer, verified, returns_height)
with right:
    controls.ask_panel(overview, verified)
    slot = controls.outcome_panel(overview, request, answer, verified)
session.write_address(overview)
if request and answer:
    z = (verified.z if verified else answer.result.z).tobytes()
    label = "verified" if verified else "single shot"
    start = answer.result.start_id or answer.result.nearest_id
    replay_player(cached.replay(overview.name, start, z, label), key="replay", height=PLAYER_HEIGHT)
    quick = cached.trajectory(overview.name, z).returns
    numbers.numbers_panel(overview, request, answer, verified, quick)
    numbers.download(overview, request, z)
    if verified is None:
        controls.verify(overview, request, slot)
cached.preload()
