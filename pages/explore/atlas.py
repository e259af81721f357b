"""The first screen: see the policies, ask for returns, watch the answer move."""

import streamlit as st

from pages.shared import cached, panels, session
from pages.shared.player import replay_player

MAP_HEIGHT, RETURNS_HEIGHT, PLAYER_HEIGHT = 424, 472, 340
FIRST_START = "run-2/03/w0.20"
FIRST_GOALS = {"forward": ("target", 0.65), "energy": ("at least", 0.4)}

session.settle()
overview = cached.overview(session.atlas_name())
session.set_defaults(overview, FIRST_GOALS, FIRST_START)
request = session.request(overview)
answer = cached.steer(overview.name, request) if request else None
verified = cached.verified(overview.name, request) if request else None

panels.headline(overview)
left, middle, right = st.columns([1.3, 1, 0.85], gap="small")
with left:
    panels.map_choices(overview)
    panels.map_panel(overview, answer, verified, MAP_HEIGHT)
with middle:
    panels.return_space_panel(overview, request, answer, verified, RETURNS_HEIGHT)
with right:
    panels.ask_panel(overview)
    slot = panels.outcome_panel(answer, verified)
if request and answer and answer.result.start_id:
    z = (verified.z if verified else answer.result.z).tobytes()
    label = "verified" if verified else "single shot"
    payload = cached.replay(overview.name, answer.result.start_id, z, label)
    replay_player(payload, key="replay", height=PLAYER_HEIGHT)
    quick = cached.trajectory(overview.name, z).returns
    panels.numbers_panel(overview, request, answer, verified, quick)
    panels.download(overview, request, z)
    if verified is None:
        panels.verify(overview, request, slot)
