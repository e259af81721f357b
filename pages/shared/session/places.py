"""Where a person stands in a latent space of parameters: in the address, so that links go there."""

from collections.abc import Callable, Sequence

import streamlit as st

from backend.errors import StudioError

CLIMB = "climb"
_PLACE = "z"


def place(
    space: str, otherwise: Sequence[float], check: Callable[[Sequence[float]], object]
) -> tuple[list[float], str]:
    """(latent on show, why the address was not followed); ``otherwise`` where nothing was chosen.

    ``check`` raises StudioError for a latent that makes no sense in this space.
    """
    kept = st.session_state.get(_PLACE)
    if kept is not None and kept[0] == space:
        return kept[1], ""
    text, complaint = st.query_params.get(_PLACE, "") if kept is None else "", ""
    chosen = list(otherwise)
    if text:
        try:
            asked = [float(part) for part in text.split(",")]
            check(asked)
            chosen = asked
        except ValueError:
            complaint = f"z in the address: expected {len(chosen)} numbers, got {text!r}"
        except StudioError as error:
            complaint = f"z in the address: {error}"
    st.session_state[_PLACE] = (space, chosen)
    return chosen, complaint


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
