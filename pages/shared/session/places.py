"""Where a person stands in a latent space of parameters: in the address, so that links go there."""

from collections.abc import Callable, Sequence

import streamlit as st

from backend.errors import StudioError
from pages.shared.session.address import kept, say

CLIMB = "climb"
_PLACE = "z"


def place(
    space: str, otherwise: Sequence[float], check: Callable[[Sequence[float]], object]
) -> tuple[list[float], str]:
    """(latent on show, why the address was not followed); ``otherwise`` where nothing was chosen.

    ``check`` raises StudioError for a latent that makes no sense in this space.
    """
    before = kept(_PLACE)
    if before is not None and before[0] == space:
        _say(before[1], otherwise)
        return before[1], ""
    text, complaint = st.query_params.get(_PLACE, "") if before is None else "", ""
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
    _say(chosen, otherwise)
    return chosen, complaint


def set_place(space: str, z: Sequence[float]) -> None:
    """Go there."""
    st.session_state[_PLACE] = (space, [float(value) for value in z])


def _say(z: Sequence[float], otherwise: Sequence[float]) -> None:
    """Name the place in the address, unless it is where one begins."""
    here, first = (",".join(f"{value:.4f}" for value in place) for place in (z, otherwise))
    say({_PLACE: None if here == first else here})


def next_climb(num: int) -> None:
    """Show the next of ``num`` recorded searches."""
    st.session_state[CLIMB] = (st.session_state.get(CLIMB, -1) + 1) % num


def climb() -> int | None:
    """Which recorded search is on show."""
    return st.session_state.get(CLIMB)
