"""Live: the robot runs in the visitor's browser, and its gait follows the finger."""

from functools import partial

import streamlit as st

from pages.shared import cached, session
from pages.shared.live import asked, panels
from pages.shared.live.robot import broken, early, robot, told
from pages.shared.player import replay_player
from pages.shared.session.live import as_bytes, let_go

REPLAY_HEIGHT = 360

name = session.atlas_name()
overview = cached.overview(name)
live = asked.live()
st.markdown(
    f"**{overview.title}, live** :gray[— drag over the map or move a slider, and the gait follows. "
    f"Let go, and rollouts measure where you are.]{early(name)}",
    unsafe_allow_html=True,
)
found, complaint = let_go(name, told(), partial(live.check, name), partial(live.settle, name))
with st.container():  # always there, so that nothing below changes its place
    if complaint:
        st.warning(f"{complaint}. Shown is the atlas' first policy.", icon=":material/link_off:")
settled = asked.known(name, as_bytes(found)) if found else None
robot(name, found, settled, kiosk=st.query_params.get("kiosk") == "1")
with st.container():
    if broken():
        latent = as_bytes(found) if found else live.first(name).tobytes()
        replay_player(asked.replay(name, latent), key="live-replay", height=REPLAY_HEIGHT)
    if found and settled:
        panels.numbers(overview, settled, found.by)
    elif not found:
        st.caption("Nothing measured yet: let go of the robot somewhere; its numbers appear here.")
    if found:
        panels.take_home(name, as_bytes(found))
with st.expander("How robust is it to being steered?"):
    panels.switching(name)
if found and not settled:
    with st.spinner("Measuring where you let go …"):
        asked.measure(name, as_bytes(found))
    st.rerun()
