"""Where a person stands in a latent space of parameters: in the address, so that links go there."""

import math
from collections.abc import Sequence

import streamlit as st

CLIMB = "climb"
_PLACE = "z"


def place(space: str, otherwise: Sequence[float]) -> list[float]:
    """The latent on show; ``otherwise`` where neither a hand nor the address has chosen one."""
    kept = st.session_state.get(_PLACE)
    if kept is None or kept[0] != space:
        asked = _numbers(st.query_params.get(_PLACE, "")) if kept is None else []
        kept = (space, asked if len(asked) == len(otherwise) else list(otherwise))
        st.session_state[_PLACE] = kept
    return kept[1]


def set_place(space: str, z: Sequence[float]) -> None:
    """Go there, and say so in the address."""
    st.session_state[_PLACE] = (space, [float(value) for value in z])
    st.query_params[_PLACE] = ",".join(f"{value:.4f}" for value in z)


def next_climb(num: int) -> None:
    """Show the next of ``num`` recorded searches."""
    st.session_state[CLIMB] = (st.session_state.get(CLIMB, -1) + 1) % num


def climb() -> int | None:
    """Which recorded search is on show."""
    return st.session_state.get(CLIMB)


def _numbers(text: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return found if all(math.isfinite(value) for value in found) else []
