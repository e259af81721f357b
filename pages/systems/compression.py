"""Compressed policies: thousands of weights as a few numbers (arXiv 2509.22566)."""

from functools import partial

import streamlit as st

from pages.shared import session
from pages.shared.compression import asked, panels
from pages.shared.compression.bridge import bridge_panel
from pages.shared.compression.canvas import HEIGHT, KEY, Look, canvas
from pages.shared.compression.recovery import recovery_panel
from pages.shared.compression.searches import searches
from pages.shared.player import replay_player

st.markdown(
    "**Compressed policies** :gray[— every place is a neural network. Drag, and watch what it "
    "does. The space knows no reward.]"
)
compressed = asked.compressed()
env = panels.chosen_env(compressed.envs())
about = compressed.about(env)
space, rest = panels.chosen_space(env, compressed.names(env))
reward = 0
if space is not None:
    here = f"{env}/{space.name}"
    moved = (st.session_state.get(KEY) or {}).get("z")
    if moved and len(moved) == space.latent_dim:
        session.set_place(here, moved)
    check = partial(compressed.check, env, space.name)
    z, complaint = session.place(here, panels.best_place(space, 0), check)
    if complaint:
        st.warning(f"{complaint}. Shown is the best latent.", icon=":material/link_off:")
    axes = panels.chosen_axes(env, space, rest)
    reward = panels.chosen_reward(env, about.rewards)
    found = searches(env, space, about.rewards[reward])
    look = Look(
        env=env, space=space, z=z, reward=reward, axes=axes, climb=found.shown,
        title=f"z of {space.num_params} weights, coloured by: {about.rewards[reward].title}",
    )  # fmt: skip
    if about.is_robot:
        left, right = st.columns([1.05, 1])
        with left:
            canvas(look)
        with right:
            replay_player(asked.replay(env, space.name, z, reward), key="compressed", height=HEIGHT)
    else:
        canvas(look)
    panels.numbers(space, asked.measured(env, space.name, z), about)
    meaning, best, film = st.columns([4.4, 1, 0.8], vertical_alignment="center")
    meaning.caption(f"{about.rewards[reward].title}: {about.rewards[reward].meaning}")
    best.button(
        "Best in z", icon=":material/trophy:", width="stretch", on_click=session.set_place,
        args=(here, panels.best_place(space, reward)),
        help="Go to the latent that earned most of this reward in the search of them all.",
    )  # fmt: skip
    panels.film_button(film, env, space, z)
    found.panel()
    bridge = asked.bridge(env)
    if bridge is not None and space.size == "medium":
        with st.expander("The same policies as the core sees them"):
            bridge_panel(env, space, bridge, reward)
with st.expander("How much of the pool's behaviour the latent spaces hold"):
    recovery_panel(env, about.rewards[reward], about.rewards)
