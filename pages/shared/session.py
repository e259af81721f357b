"""The only reader and writer of session state and query parameters."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from backend.studio import Goal, Method, Mode, Overview, SteerRequest

ATLAS, MAP, COLOUR, START, METHOD, LIVE = "atlas", "map", "colour", "start", "method", "live"
AXES = "axes"
KEPT = (MAP, METHOD, LIVE)
"Choices about how to look and to steer: they hold for every atlas."
NEAREST = "nearest"
FREE = "free"
MODES: tuple[str, ...] = ("target", "at least", "at most", FREE)
MODE_LABELS = {
    "target": "=  target",
    "at least": "≥  at least",
    "at most": "≤  at most",
    FREE: "free",
}

_PENDING, _ASKED, _SHOWN, _FIRST = "_pending", "_asked", "_shown", "_first"


def mode_key(objective: str) -> str:
    """Widget key of an objective's mode."""
    return f"{objective}-mode"


def value_key(objective: str) -> str:
    """Widget key of an objective's value."""
    return f"{objective}-value"


def pair_label(overview: Overview, pair: tuple[int, int]) -> str:
    """How two axes of the return space are offered; also what the address says."""
    return " × ".join(overview.objectives[i].name for i in pair)


def change(values: Mapping[str, Any]) -> None:
    """Set widgets on the next run (a widget cannot be set once it is drawn) and start that run.

    Nothing happens when they have these values already, so that no event can go round in circles.
    """
    if any(st.session_state.get(key) != value for key, value in values.items()):
        st.session_state[_PENDING] = dict(values)
        st.rerun()


def choose_atlas(names: Sequence[str]) -> None:
    """Take the atlas from the address on a first visit and when going back. Call before its widget.

    The widget shows titles but the address keeps the atlas' name, so Streamlit cannot bind the two.
    """
    context = get_script_run_ctx()
    went_back = context is not None and context.is_history_navigation
    if ATLAS not in st.session_state or went_back:
        linked = st.query_params.get(ATLAS, names[0])
        st.session_state[ATLAS] = linked if linked in names else names[0]
    if went_back:  # the address decides all else too, and where it is silent the first view
        _start_over()


def keep_atlas() -> None:
    """Another atlas starts from its own first view, at an address of its own.

    Its controls must not find the old ones' values in the address, hence a run in between.
    """
    shown = st.session_state.setdefault(_SHOWN, st.session_state[ATLAS])
    if shown != st.session_state[ATLAS]:
        st.query_params.from_dict({ATLAS: st.session_state[ATLAS]})
        _start_over()


def _start_over() -> None:
    """Forget what was asked of the atlas before, and run again."""
    first = st.session_state.get(_FIRST, {})
    st.session_state[_PENDING] = _chosen()
    for key in (*first, _ASKED, _FIRST):
        st.session_state.pop(key, None)
    st.session_state[_SHOWN] = st.session_state[ATLAS]
    st.rerun()


def settle() -> None:
    """Apply what ``change`` left. Call before any widget is drawn."""
    # What is set while its widget is known reaches the address: after a switch, a run later.
    values = _chosen() | st.session_state.pop(_PENDING, {})
    for key, value in values.items():
        st.session_state[key] = value


def _chosen() -> dict[str, Any]:
    """Choices that hold for every atlas, where they are not the first ones."""
    first, state = st.session_state.get(_FIRST, {}), st.session_state
    return {k: state[k] for k in KEPT if k in first and state.get(k, first[k]) != first[k]}


def set_defaults(overview: Overview) -> None:
    """First values of every widget of the atlas page; values that do not fit are replaced."""
    defaults: dict[str, Any] = {
        MAP: next(iter(overview.places)), METHOD: "tangent", LIVE: True,
        COLOUR: f"{overview.objectives[0].name} measured", START: overview.first_start,
        AXES: pair_label(overview, overview.pairs[0]),
    }  # fmt: skip
    fits: dict[str, Collection[str]] = {
        MAP: overview.places, START: (NEAREST, *overview.ids),
        AXES: [pair_label(overview, pair) for pair in overview.pairs],
    }  # fmt: skip
    for key, choices in fits.items():
        if st.session_state.get(key, defaults[key]) not in choices:
            del st.session_state[key]
    for i, objective in enumerate(overview.objectives):
        scale = overview.scale(i)
        middle = scale.nearest((scale.low + scale.high) / 2)
        mode, value = overview.first_goals.get(objective.name, (FREE, middle))
        defaults[mode_key(objective.name)], defaults[value_key(objective.name)] = mode, value
        came = st.session_state.get(value_key(objective.name), scale.low)
        if not scale.low <= came <= scale.high:
            del st.session_state[value_key(objective.name)]
    for key, value in defaults.items():
        st.session_state.setdefault(key, value)
    st.session_state[_FIRST] = defaults


def atlas_name() -> str:
    """The chosen atlas."""
    return str(st.session_state.get(ATLAS, ""))


def choice(key: str) -> str:
    """The value of a choice widget."""
    return str(st.session_state[key])


def axes(overview: Overview) -> tuple[int, int]:
    """The two objectives that the return space shows."""
    labels = [pair_label(overview, pair) for pair in overview.pairs]
    return overview.pairs[labels.index(choice(AXES))]


def summed(overview: Overview) -> str:
    """What turns a step's reward into a return."""
    return f"summed over {overview.horizon} steps"


def unit(overview: Overview, i: int) -> str:
    """Unit of an objective's return."""
    return f"{overview.objectives[i].step_unit}, {summed(overview)}"


def set_goals(overview: Overview, returns: Mapping[int, float]) -> None:
    """Move some objectives' values to given returns, kept inside the attainable range.

    Objectives without a return keep what was asked of them: a click cannot know more.
    """
    values: dict[str, Any] = {}
    for i, value in returns.items():
        scale, name = overview.scale(i), overview.objectives[i].name
        values[value_key(name)] = int(min(max(value, scale.low), scale.high))
        if st.session_state.get(mode_key(name)) == FREE:
            values[mode_key(name)] = "target" if i == 0 else "at least"
    change({**values, START: NEAREST, LIVE: True})


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
