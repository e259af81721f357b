"""Which step of a path is shown: the solver's answer, unless somebody went back along it."""

import streamlit as st

from pages.shared.session.choices import of_atlas

SOLVER, WALK = "solver", "walk"
"Keys of the panels with steps; their events tell the step."
_STEPS = of_atlas("steps")


def take_step(panel: str, subject: object) -> None:
    """Note the step that was chosen in a panel since the last run; another subject has none yet."""
    chosen: dict[str, tuple[object, int | None]] = st.session_state.setdefault(_STEPS, {})
    told = dict(st.session_state.get(panel) or {}).get("step")
    known, step_ = chosen.get(panel, (None, None))
    if known != subject:
        step_ = None
    if isinstance(told, int | float):
        step_ = int(told)
    chosen[panel] = (subject, step_)


def step(panel: str, last: int, first_shown: int | None = None) -> int:
    """The step shown, from 0 to ``last``; before one is chosen the last, unless said otherwise."""
    chosen = st.session_state.get(_STEPS, {}).get(panel, (None, None))[1]
    if chosen is None:
        chosen = last if first_shown is None else first_shown
    return min(max(chosen, 0), last)
