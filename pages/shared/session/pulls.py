"""How the density of chunk codes is pulled; in the address too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from backend.errors import StudioError
from pages.shared.session.address import kept, say

_PULLED = "pulled-chunks"
PULL, PULL_TAU = "pull", "pull-tau"
"Names in the address."


@dataclass(frozen=True, kw_only=True)
class Pulled:
    """What a person settled on."""

    tilt: tuple[float, float] = (0.0, 0.0)
    temperature: float = 1.0

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {"tilt": list(self.tilt), "temperature": self.temperature}


def pulled(check: Callable[[Pulled], object]) -> tuple[Pulled, str]:
    """(what is asked, why the address was not followed). ``check`` raises StudioError."""
    before = kept(_PULLED)
    if before is not None:
        _say(before)
        return before, ""
    chosen, complaint = Pulled(), ""
    try:
        linked = _from_address()
        check(linked)
        chosen = linked
    except ValueError:
        complaint = f"the address: expected numbers, e.g. {PULL}=4,-2&{PULL_TAU}=0.8"
    except StudioError as error:
        complaint = f"the address: {error}"
    st.session_state[_PULLED] = chosen
    _say(chosen)
    return chosen, complaint


def pull_chunks(wanted: Mapping[str, Any]) -> None:
    """Settle on it."""
    first, second = (float(value) for value in wanted["tilt"])
    chosen = Pulled(tilt=(first, second), temperature=float(wanted["temperature"]))
    st.session_state[_PULLED] = chosen


def _say(chosen: Pulled) -> None:
    """Name it in the address; what is as trained is left out."""
    first, second = chosen.tilt
    tilt = f"{first:g},{second:g}" if any(chosen.tilt) else None
    say({PULL: tilt, PULL_TAU: f"{chosen.temperature:g}" if chosen.temperature != 1 else None})


def _from_address() -> Pulled:
    """Raises ValueError for what are no numbers."""
    first, second = (float(part) for part in st.query_params.get(PULL, "0,0").split(","))
    return Pulled(tilt=(first, second), temperature=float(st.query_params.get(PULL_TAU, "1")))
