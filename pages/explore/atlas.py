"""The first screen: see the policies, ask for returns, watch the answer move."""

import streamlit as st

from pages.shared import cached, controls, numbers, panels, session, takeaway
from pages.shared.player import replay_player
from pages.shared.shown import beside, shown
from pages.shared.solver import solver_panel
from pages.shared.trail import trail

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
    session.take_step(request)
here = shown(answer, verified) if answer else None

panels.headline(overview)
panels.link_notes()
left, middle, right = st.columns([1.3, 1, 0.85], gap="small")
with left:
    panels.map_choices(overview)
    panels.map_panel(overview, answer, here, MAP_HEIGHT)
with middle:
    returns_height = RETURNS_HEIGHT
    if len(overview.pairs) > 1:
        panels.axes_choice(overview)
        returns_height -= CHOICE_HEIGHT
    panels.return_space_panel(overview, request, answer, here, returns_height)
with right:
    controls.ask_panel(overview, verified)
    slot = controls.outcome_panel(overview, request, answer, verified)
session.write_address(overview)
if request and answer and here:
    grey = beside(overview, answer)
    replay = cached.replay(overview.name, grey.policy, grey.label, here.z, here.label)
    replay_player(replay, key="replay", height=PLAYER_HEIGHT)
    quick = cached.trajectory(overview.name, here.z).returns
    numbers.numbers_panel(overview, request, here, grey, quick, answer)
    takeaway.takeaway_row(overview, request, here)
    solver_panel(overview, request, answer)
    trail(overview)
    if verified is None:
        controls.verify(overview, request, slot)
cached.preload()
