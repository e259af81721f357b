"""Where the agent stands in Smooth World, and how its policy is steered; in the address too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from backend.errors import StudioError
from pages.shared.session.address import kept, say

_ASKED = "asked-of-worlds"
PARTS = {"at": "at", "temperature": "tau", "tilt": "tilt", "nudge": "lambda"}
"Field -> its name in the address."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person settled on."""

    at: list[float]
    temperature: float = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)
    nudge: tuple[float, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For the browser."""
        return {**asdict(self), "tilt": list(self.tilt), "nudge": list(self.nudge)}


def asked(
    world: str, otherwise: Sequence[float], check: Callable[[Asked], object]
) -> tuple[Asked, str]:
    """(what is asked, why the address was not followed). ``check`` raises StudioError."""
    before = kept(_ASKED)
    if before is not None and before[0] == world:
        _say(before[1], otherwise)
        return before[1], ""
    chosen, complaint = Asked(at=list(otherwise)), ""
    if before is None and any(name in st.query_params for name in PARTS.values()):
        try:
            linked = _from_address(chosen)
            check(linked)
            chosen = linked
        except ValueError:
            complaint = "the address: expected numbers, e.g. at=0.1,-0.2&tau=0.8&tilt=1,0"
        except StudioError as error:
            complaint = f"the address: {error}"
    st.session_state[_ASKED] = (world, chosen)
    _say(chosen, otherwise)
    return chosen, complaint


def ask_of_world(world: str, wanted: Mapping[str, Any]) -> None:
    """Settle on it."""
    chosen = Asked(
        at=[float(v) for v in wanted["at"]], temperature=float(wanted["temperature"]),
        tilt=(float(wanted["tilt"][0]), float(wanted["tilt"][1])),
        nudge=tuple(float(v) for v in wanted["nudge"]),
    )  # fmt: skip
    st.session_state[_ASKED] = (world, chosen)


def _say(chosen: Asked, start: Sequence[float]) -> None:
    """Name it in the address; the world's own start and what is as trained are left out."""
    plain, words = Asked(at=list(start)), {}
    for field, name in PARTS.items():
        value = getattr(chosen, field)
        values = [value] if isinstance(value, float) else value
        text = ",".join(f"{v:g}" for v in values)
        words[name] = None if value == getattr(plain, field) else text
    say(words)


def _from_address(plain: Asked) -> Asked:
    """Raises ValueError for what are no numbers."""
    found = {
        field: tuple(float(part) for part in st.query_params[name].split(","))
        for field, name in PARTS.items()
        if name in st.query_params
    }
    tilt = found.get("tilt", plain.tilt)
    if len(tilt) != 2:
        raise ValueError("tilt")
    return Asked(
        at=list(found.get("at", plain.at)), temperature=found.get("temperature", (1.0,))[0],
        tilt=(tilt[0], tilt[1]), nudge=found.get("nudge", ()),
    )  # fmt: skip
