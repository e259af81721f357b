"""Compressed policies: thousands of weights as one, two or three numbers (arXiv 2509.22566)."""

from functools import partial

import streamlit as st

from backend.errors import StudioError
from pages.shared import session
from pages.shared.compression import asked, panels
from pages.shared.compression.canvas import KEY, canvas

st.markdown(
    "**Compressed policies** :gray[— every place is a neural network. Drag, and watch what it "
    "does. The space knows no reward.]"
)
rewards = asked.compressed().rewards(asked.ENV)
space = panels.chosen_space(asked.compressed().names(asked.ENV))
if space is not None:
    moved = (st.session_state.get(KEY) or {}).get("z")
    if moved and len(moved) == space.latent_dim:
        session.set_place(space.name, moved)
    check = partial(asked.compressed().check, asked.ENV, space.name)
    z, complaint = session.place(space.name, panels.best_place(space, 0), check)
    if complaint:
        st.warning(f"{complaint}. Shown is the best latent.", icon=":material/link_off:")
    reward = panels.chosen_reward(rewards)
    latent = asked.climbs(f"{space.latent_dim}d", rewards[reward].name)
    latent = latent if (space.size, space.loss) == ("medium", "behaviour") else []
    index = session.climb()
    climb = latent[index % len(latent)] if latent and index is not None else None
    title = f"z of {space.num_params} weights, coloured by: {rewards[reward].title}"
    canvas(space, z, reward, title, climb)
    panels.numbers(space, asked.measured(space.name, z), rewards)
    st.caption(f"{rewards[reward].title}: {rewards[reward].meaning}")
    if latent:
        told, chart = st.columns([1, 2.2], vertical_alignment="center")
        told.button(
            "Climb", type="primary", icon=":material/trending_up:", width="stretch",
            on_click=session.next_climb, args=(len(latent),),
            help="Plays a recorded search by PGPE: its centre, and one standard deviation around.",
        )  # fmt: skip
        told.caption(
            f"Search by PGPE, {len(latent)} recorded runs: in z, and, from the same policies at "
            f"the same price, among the {space.num_params} weights themselves."
        )
        parameters = asked.climbs(asked.PARAMETERS, rewards[reward].name)
        chart.plotly_chart(panels.curves(latent, parameters, index and index % len(latent)))
with st.expander("How much of the pool's behaviour the latent space holds"):
    try:
        rows = asked.compressed().recovery(asked.ENV)
        panels.recovery_table(rows)
        st.caption(
            f"Medians over {rows[0]['num_seeds']} training seeds, lowest and highest in brackets; "
            "the paper gives one figure per cell. " + " ".join(asked.compressed().notes(asked.ENV))
        )
    except StudioError as error:
        st.info(f"Not measured yet: {error}", icon=":material/hourglass_empty:")
