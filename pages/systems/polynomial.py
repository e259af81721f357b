"""Polynomial policies: a stochastic policy whose whole density is seen and steered (MePoly)."""

import streamlit as st

from pages.shared.polynomial import asked as facade
from pages.shared.polynomial import panels
from pages.shared.polynomial.canvas import KEY, Look, canvas
from pages.shared.polynomial.chunks import chunks_section
from pages.shared.polynomial.movers import movers_panel
from pages.shared.session.worlds import Asked, ask_of_world, asked

st.markdown(
    "**Polynomial policies** :gray[— every action's probability is known. Drag the agent, tilt "
    "its choice, and see which ways it keeps.]"
)
polynomial = facade.polynomial()
world = panels.chosen_world(polynomial.layouts())
room = polynomial.world(world)
told = (st.session_state.get(KEY) or {}).get("asked")
if told:
    ask_of_world(world, told)


def check(wanted: Asked) -> None:
    """Raises StudioError for what cannot be asked here."""
    polynomial.check(world, wanted.at)
    facade.check_steering(facade.steering(wanted))


wanted, complaint = asked(world, [round(v, 4) for v in room.place(room.start).tolist()], check)
if complaint:
    st.warning(f"{complaint}. Shown is the policy as trained.", icon=":material/link_off:")
rival, layer = panels.chosen_rival(world)
canvas(Look(
    world=world, asked=wanted, rival=rival, layer=layer,
    fan=facade.fan(world, facade.POLYNOMIAL, wanted.at, facade.steering(wanted)),
    rival_fan=facade.fan(world, rival, wanted.at, facade.UNSTEERED),
))  # fmt: skip
with st.expander("The map of λ: the latent space of this policy", expanded=True):
    panels.lambda_panel(world, wanted, layer)
with st.expander("The same in MuJoCo: two arms that pay alike, and a hopper", expanded=True):
    movers_panel()
with st.expander("What an order can hold, and which basis gets there", expanded=True):
    panels.fits_panel()
chunks_section()
with st.expander("A lesson: advantages that sharpen the policy by themselves"):
    panels.lesson_panel()
with st.expander("Measured over training seeds"):
    panels.measured_panel(world)
