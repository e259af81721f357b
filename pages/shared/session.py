"""The only reader and writer of session state and query parameters."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend.studio import Goal, Method, Mode, Overview, SteerRequest

ATLAS, MAP, COLOUR, START, METHOD, LIVE = "atlas", "map", "colour", "start", "method", "live"
NEAREST = "nearest"
FREE = "free"
MODES: tuple[str, ...] = ("target", "at least", "at most", FREE)
MODE_LABELS = {
    "target": "=  target",
    "at least": "≥  at least",
    "at most": "≤  at most",
    FREE: "free",
}

_PENDING, _ASKED = "_pending", "_asked"


def mode_key(objective: str) -> str:
    """Widget key of an objective's mode."""
    return f"{objective}-mode"


def value_key(objective: str) -> str:
    """Widget key of an objective's value."""
    return f"{objective}-value"


def change(values: Mapping[str, Any]) -> None:
    """Set widgets on the next run (a widget cannot be set once it is drawn) and start that run.

    Nothing happens when they have these values already, so that no event can go round in circles.
    """
    if any(st.session_state.get(key) != value for key, value in values.items()):
        st.session_state[_PENDING] = dict(values)
        st.rerun()


def settle() -> None:
    """Apply what ``change`` left. Call before any widget is drawn."""
    for key, value in st.session_state.pop(_PENDING, {}).items():
        st.session_state[key] = value


def set_defaults(overview: Overview, goals: Mapping[str, tuple[str, float]], start: str) -> None:
    """First values of every widget of the atlas page; ``goals`` gives (mode, share of the range).

    Values of another atlas that do not fit this one are replaced.
    """
    defaults: dict[str, Any] = {
        MAP: next(iter(overview.places)), METHOD: "tangent", LIVE: True,
        COLOUR: f"{overview.objectives[0].name} measured",
        START: start if start in overview.ids else NEAREST,
    }  # fmt: skip
    for i, objective in enumerate(overview.objectives):
        mode, share = goals.get(objective.name, (FREE, 0.5))
        low, high = value_range(overview, i)
        defaults[mode_key(objective.name)] = mode
        defaults[value_key(objective.name)] = int(round(low + share * (high - low), -1))
        came = st.session_state.get(value_key(objective.name), low)
        if not low <= came <= high:
            del st.session_state[value_key(objective.name)]
    if st.session_state.get(START, NEAREST) not in (NEAREST, *overview.ids):
        del st.session_state[START]
    for key, value in defaults.items():
        st.session_state.setdefault(key, value)


def atlas_name() -> str:
    """The chosen atlas."""
    return str(st.session_state[ATLAS])


def choice(key: str) -> str:
    """The value of a choice widget."""
    return str(st.session_state[key])


def set_goals(overview: Overview, returns: Any) -> None:
    """Move every objective's value to given returns, kept inside the attainable range."""
    values = {}
    for i, objective in enumerate(overview.objectives):
        low, high = value_range(overview, i)
        values[value_key(objective.name)] = int(min(max(returns[i], low), high))
        if st.session_state.get(mode_key(objective.name)) == FREE:
            values[mode_key(objective.name)] = "target" if i == 0 else "at least"
    change({**values, START: NEAREST, LIVE: True})


def value_range(overview: Overview, i: int) -> tuple[int, int]:
    """Whole numbers inside the attainable range of objective i."""
    return int(-(-overview.returns_low[i] // 1)), int(overview.returns_high[i] // 1)


def ask() -> None:
    """The Steer button: take the controls as they are on the next run."""
    st.session_state.pop(_ASKED, None)


def request(overview: Overview) -> SteerRequest | None:
    """The question the controls ask, or the last one asked when not steering live."""
    if st.session_state[LIVE] or _ASKED not in st.session_state:
        st.session_state[_ASKED] = (overview.name, _controls(overview))
    name, asked = st.session_state[_ASKED]
    return asked if name == overview.name else _controls(overview)


def _controls(overview: Overview) -> SteerRequest | None:
    goals: dict[str, Goal] = {}
    for objective in overview.objectives:
        mode = st.session_state[mode_key(objective.name)]
        if mode != FREE:
            checked: Mode = mode
            value = float(st.session_state[value_key(objective.name)])
            goals[objective.name] = Goal(mode=checked, value=value)
    method: Method = st.session_state[METHOD]
    start = choice(START)
    if not goals:
        return None
    return SteerRequest(goals=goals, start=None if start == NEAREST else start, method=method)
