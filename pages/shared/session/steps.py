"""Which step of the solver's path is shown: the answer, unless somebody went back along it."""

import streamlit as st

from backend.studio import SteerRequest
from pages.shared.session.choices import of_atlas

SOLVER = "solver"
"Key of the solver's panel; its event tells the step."
_STEP = of_atlas("step")


def take_step(request: SteerRequest) -> None:
    """Note the step that was chosen since the last run; another question starts at its answer."""
    told = dict(st.session_state.get(SOLVER) or {}).get("step")
    key, chosen = st.session_state.get(_STEP, (None, None))
    if key != request.key:
        chosen = None
    if isinstance(told, int | float):
        chosen = int(told)
    st.session_state[_STEP] = (request.key, chosen)


def step(num_steps: int) -> int:
    """The step shown; the last one is the answer."""
    _, chosen = st.session_state.get(_STEP, (None, None))
    return num_steps if chosen is None else min(max(chosen, 0), num_steps)
