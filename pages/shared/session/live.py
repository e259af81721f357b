"""Where the live robot was let go of; in the address too: a place of a map, or the latent."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from backend.arrays import Array, Float
from backend.errors import StudioError
from pages.shared.session.address import say

AT = "at"
"""Name in the address: ``sheet:1.17,5.81`` for a map's place; for a latent that sliders or the tour
chose, which lies at no place of a map, ``z:`` and its float32 numbers in URL-safe base64."""
_LATENT = "z"
_LET_GO = "_of_atlas_let_go"
"Forgotten with the atlas."
_HEARD = "heard-of-live"
"What the browser told last: each word is taken once, so that who goes back is not undone by it."

Check = Callable[[list[float]], Float[Array, "latent"]]
Settle = Callable[[str, list[float]], Float[Array, "latent"]]


@dataclass(frozen=True, kw_only=True)
class LetGo:
    """A latent that a person settled on."""

    z: Float[Array, "latent"]
    by: str
    "map, aims, tour or link: what moved it last."


def let_go(
    atlas: str, told: Mapping[str, Any] | None, check: Check, settle: Settle
) -> tuple[LetGo | None, str]:
    """(what was settled on, why an address or a message was not followed)."""
    before = st.session_state.get(_LET_GO)
    try:
        if told and told.get("atlas") == atlas and told != st.session_state.get(_HEARD):
            found = LetGo(z=check([float(v) for v in told["z"]]), by=str(told["by"]))
            text = _address(found, told)
            st.session_state[_LET_GO], st.session_state[_HEARD] = (found, text), told
            say({AT: text})
            return found, ""
        if before:
            say({AT: before[1]})
            return before[0], ""
        if AT not in st.query_params:
            return None, ""
        found = LetGo(z=_addressed(st.query_params[AT], check, settle), by="link")
    except (ValueError, KeyError, TypeError):
        expected = "a map and a place, e.g. at=sheet:1.2,5.8, or a latent as this page writes it"
        return None, f"the address: expected {expected}"
    except StudioError as error:
        return None, f"the address: {error}"
    st.session_state[_LET_GO] = (found, st.query_params[AT])
    return found, ""


def _address(found: LetGo, told: Mapping[str, Any]) -> str:
    """What the address says of a latent."""
    if found.by != "map":
        return f"{_LATENT}:{base64.urlsafe_b64encode(found.z.astype('<f4').tobytes()).decode()}"
    x, y = (float(v) for v in told["at"])
    return f"{told['map']}:{x:.4g},{y:.4g}"


def _addressed(text: str, check: Check, settle: Settle) -> Float[Array, "latent"]:
    """The latent that an address means. Raises ValueError or StudioError."""
    name, _, rest = text.partition(":")
    if name == _LATENT:
        return check(np.frombuffer(base64.urlsafe_b64decode(rest), "<f4").tolist())
    return settle(name, [float(part) for part in rest.split(",")])


def as_bytes(found: LetGo) -> bytes:
    """The latent as a cache key."""
    return np.asarray(found.z, np.float64).tobytes()
