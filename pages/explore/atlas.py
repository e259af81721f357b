"""The first screen: see the policies, ask for returns, watch the answer move."""

import streamlit as st

from pages.shared import cached, controls, map_panel, numbers, panels, session, takeaway, walks
from pages.shared.instruments import instruments
from pages.shared.player import replay_player
from pages.shared.preload import preload
from pages.shared.shown import beside, shown, the_answer

MAP_HEIGHT, RETURNS_HEIGHT, CHOICE_HEIGHT, PLAYER_HEIGHT = 424, 472, 48, 340

session.settle()
overview = cached.overview(session.atlas_name())
session.set_spot(overview)
session.set_defaults(overview)
session.set_aims(overview)
map_panel.hear(overview)
panels.hear(overview)
request = session.request()
answer = cached.steer(overview.name, request) if request else None
verified = cached.verified(overview.name, request) if request else None
here = grey = walk = straight = None
if request and answer:
    session.record(request)
    session.take_step(session.SOLVER, request.key)
    here, grey = shown(answer, verified), beside(overview, answer)
    arrived = the_answer(answer, verified)
    walk = walks.walked(overview, arrived, grey)
    if walk:
        straight = walks.straight_beside(overview, arrived, grey)
        here = walks.shown_step(walk)

panels.headline(overview)
panels.link_notes()
left, middle, right = st.columns([1.3, 1, 0.85], gap="small")
with left:
    map_panel.map_choices(overview)
    map_panel.map_panel(overview, answer, here, (walk, straight), MAP_HEIGHT)
with middle:
    returns_height = RETURNS_HEIGHT
    if len(overview.pairs) > 1:
        panels.axes_choice(overview)
        returns_height -= CHOICE_HEIGHT
    panels.return_space_panel(overview, request, answer, here, returns_height)
with right:
    controls.ask_panel(overview, answer, verified)
    slot = controls.outcome_panel(overview, request, answer, verified)
session.write_address(overview)
preload()
if request and answer and here and grey:
    third = answer.result.nearest_id if session.switch(session.THIRD) else None
    replay = cached.replay(overview.name, grey.policy, grey.label, here.z, here.label, third)
    replay_player(replay, key="replay", height=PLAYER_HEIGHT)
    quick = cached.trajectory(overview.name, here.z).returns
    numbers.numbers_panel(overview, request, here, grey, quick, answer)
    takeaway.takeaway_row(overview, request, here)
    instruments(overview, request, answer, (walk, straight))
    if verified is None:
        controls.verify(overview, request, slot)
