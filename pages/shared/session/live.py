"""Where the live robot was let go of; in the address too, as a place of a map."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from backend.arrays import Array, Float
from backend.errors import StudioError

AT = "at"
"Name in the address: ``sheet:1.17,5.81``."
_LET_GO = "_of_atlas_let_go"
"Forgotten with the atlas."

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
    kept = st.session_state.get(_LET_GO)
    try:
        if told and told.get("atlas") == atlas and told != (kept or (None,))[0]:
            found = LetGo(z=check([float(v) for v in told["z"]]), by=str(told["by"]))
            st.session_state[_LET_GO] = (told, found)
            x, y = (float(v) for v in told["at"])
            st.query_params[AT] = f"{told['map']}:{x:.4g},{y:.4g}"
            return found, ""
        if kept:
            return kept[1], ""
        if AT not in st.query_params:
            return None, ""
        map_name, _, numbers = st.query_params[AT].partition(":")
        place = [float(part) for part in numbers.split(",")]
        found = LetGo(z=settle(map_name, place), by="link")
    except (ValueError, KeyError, TypeError):
        return None, "the address: expected a map and a place, e.g. at=sheet:1.2,5.8"
    except StudioError as error:
        return None, f"the address: {error}"
    st.session_state[_LET_GO] = (None, found)
    return found, ""


def as_bytes(found: LetGo) -> bytes:
    """The latent as a cache key."""
    return np.asarray(found.z, np.float64).tobytes()
