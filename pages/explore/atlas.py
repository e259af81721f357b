"""The first screen: see the policies, ask for returns, watch the answer move."""

import streamlit as st

from pages.shared import cached, controls, panels, session
from pages.shared.player import replay_player

MAP_HEIGHT, RETURNS_HEIGHT, CHOICE_HEIGHT, PLAYER_HEIGHT = 424, 472, 48, 340

session.settle()
overview = cached.overview(session.atlas_name())
session.set_defaults(overview)
request = session.request(overview)
answer = cached.steer(overview.name, request) if request else None
verified = cached.verified(overview.name, request) if request else None

panels.headline(overview)
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
    controls.ask_panel(overview)
    slot = controls.outcome_panel(answer, verified)
if request and answer and answer.result.start_id:
    z = (verified.z if verified else answer.result.z).tobytes()
    label = "verified" if verified else "single shot"
    payload = cached.replay(overview.name, answer.result.start_id, z, label)
    replay_player(payload, key="replay", height=PLAYER_HEIGHT)
    quick = cached.trajectory(overview.name, z).returns
    controls.numbers_panel(overview, request, answer, verified, quick)
    controls.download(overview, request, z)
    if verified is None:
        controls.verify(overview, request, slot)
cached.preload()
