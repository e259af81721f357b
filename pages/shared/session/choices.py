"""How to look and to steer: the atlas, the widgets, and what a switch of atlas keeps."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

from backend.studio import METHODS, MOST_STEPS, Overview
from pages.shared.session.address import went_back

ATLAS, MAP, COLOUR, START, METHOD, LIVE = "atlas", "map", "colour", "start", "method", "live"
AXES, PROJECTION, STEPS = "axes", "projection", "steps"
ROBOT, HOLE = "robot", "hole"
"Widgets that together say the atlas: the whole one, and whether its twin with a hole is meant."
KEPT = (MAP, METHOD, LIVE)
"Choices about how to look and to steer: they hold for every atlas."
KINDS = ("measured", "predicted", "residual")
"What the map can be coloured by, of each objective."
VALUES = "values"
"The value plane instead of a map."
NEAREST, SPOT = "nearest", "a spot on the map"
FIRST_STEPS = 300
MOST_OFFERED = 2_000
"Policies that a menu can hold."
LIMITS = {PROJECTION: (0.0, 1.0), STEPS: (1, MOST_STEPS)}
"Smallest and largest value of the number widgets."

_PENDING, _SHOWN, _FIRST = "_pending", "_shown", "_first"


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


def put(values: Mapping[str, Any]) -> None:
    """Set widgets that this run has not drawn yet."""
    for key, value in values.items():
        st.session_state[key] = value


def choose_atlas(names: Sequence[str], holes: Mapping[str, str]) -> None:
    """Take the atlas from the address on a first visit and when going back. Call before widgets.

    They show titles but the address keeps the atlas' name, so Streamlit cannot bind the two.
    ``holes`` maps an atlas to its twin with a hole.
    """
    back = went_back()
    if ATLAS not in st.session_state or back:
        linked = st.query_params.get(ATLAS, names[0])
        st.session_state[ATLAS] = linked if linked in names else names[0]
        if linked not in names:
            st.query_params[ATLAS] = names[0]
            note(f"atlas in the link: expected one of {', '.join(names)}, got {linked}")
    if back or not {ROBOT, HOLE} <= st.session_state.keys():  # pages without them drop them
        wholes = {hole: whole for whole, hole in holes.items()}
        st.session_state[ROBOT] = wholes.get(atlas_name(), atlas_name())
        st.session_state[HOLE] = atlas_name() in wholes
    if atlas_name() != names[0] and ATLAS not in st.query_params:
        st.query_params[ATLAS] = atlas_name()  # a change of page empties the address
    if back:  # the address decides all else too, and where it is silent the first view
        _start_over(keep={})


def keep_atlas(holes: Mapping[str, str]) -> None:
    """Take the atlas from its widgets. Another one starts from its own first view and address.

    Its controls must not find the old ones' values in the address, hence a run in between.
    """
    robot = st.session_state[ROBOT]
    st.session_state[ATLAS] = holes.get(robot, robot) if st.session_state[HOLE] else robot
    shown = st.session_state.setdefault(_SHOWN, st.session_state[ATLAS])
    if shown != st.session_state[ATLAS]:
        st.query_params.from_dict({ATLAS: st.session_state[ATLAS]})
        _start_over(keep=_chosen())


def _start_over(*, keep: Mapping[str, Any]) -> None:
    """Forget what was asked of the atlas before, and run again."""
    first = st.session_state.get(_FIRST, {})
    st.session_state[_PENDING] = dict(keep)
    for key in (*first, _FIRST, *(key for key in st.session_state if _is_of_atlas(key))):
        st.session_state.pop(key, None)
    st.session_state[_SHOWN] = st.session_state[ATLAS]
    st.rerun()


def _is_of_atlas(key: object) -> bool:
    return isinstance(key, str) and key.startswith("_of_atlas_")


def of_atlas(name: str) -> str:
    """A key that a switch of atlas forgets."""
    return f"_of_atlas_{name}"


LATENT, _NOTES = of_atlas("latent"), of_atlas("notes")


def settle() -> None:
    """Apply what ``change`` left. Call before any widget is drawn."""
    # What is set while its widget is known reaches the address: after a switch, a run later.
    put(_chosen() | st.session_state.pop(_PENDING, {}))


def _chosen() -> dict[str, Any]:
    """Choices that hold for every atlas, where they are not the first ones."""
    first, state = st.session_state.get(_FIRST, {}), st.session_state
    return {k: state[k] for k in KEPT if k in first and state.get(k, first[k]) != first[k]}


def set_defaults(overview: Overview) -> None:
    """First values of every widget of the atlas page: the link's where they fit, else our own.

    A widget takes its value from the address only when it is drawn, which is after the answer.
    """
    defaults: dict[str, Any] = {
        MAP: next(iter(overview.places)), METHOD: "tangent", LIVE: True,
        PROJECTION: 1.0, STEPS: FIRST_STEPS,
        COLOUR: f"{overview.objectives[0].name} measured", START: overview.first_start,
        AXES: pair_label(overview, overview.pairs[0]),
    }  # fmt: skip
    fits: dict[str, Collection[str]] = {
        MAP: [*overview.places, VALUES], START: starts(overview), METHOD: METHODS,
        AXES: [pair_label(overview, pair) for pair in overview.pairs],
        COLOUR: [f"{o.name} {kind}" for o in overview.objectives for kind in KINDS],
    }  # fmt: skip
    for key, value in defaults.items():
        if key not in st.session_state:
            st.session_state[key] = _linked(key, value, fits.get(key))
        elif st.session_state[key] not in fits.get(key, [st.session_state[key]]):
            st.session_state[key] = value
    st.session_state[_FIRST] = defaults


def _linked(key: str, first: Any, choices: Collection[str] | None) -> Any:
    """What the address says of a widget, if it can be that; else its first value, and a note."""
    if key not in st.query_params:
        return first
    text = st.query_params[key]
    try:
        value = type(first)(text)
    except ValueError:
        value = None
    low, high = LIMITS.get(key, (value, value))
    if value is None or (choices is not None and value not in choices) or not low <= value <= high:
        del st.query_params[key]
        listed = ", ".join([*list(choices or [])[:4], "…"])
        one_of = f"a number from {low} to {high}" if key in LIMITS else f"one of {listed}"
        note(f"{key} in the link: expected {one_of}, got {text}")
        return first
    return value


def note(text: str) -> None:
    """Keep what a link got wrong."""
    st.session_state.setdefault(_NOTES, []).append(text)


def notes() -> list[str]:
    """What the link got wrong."""
    return st.session_state.get(_NOTES, [])


def forget_notes() -> None:
    """They were read."""
    st.session_state.pop(_NOTES, None)


def starts(overview: Overview) -> Collection[str]:
    """What a steer may start from: the nearest policy, the spot that was clicked, any policy."""
    return {NEAREST: 0, **dict.fromkeys([SPOT] * (latent() is not None)), **overview.rows}


def offered_starts(overview: Overview) -> list[str]:
    """What a menu holds of them: of very many policies the chosen one, for the map can pick."""
    if len(overview.ids) <= MOST_OFFERED:
        return list(starts(overview))
    chosen = choice(START)
    return [NEAREST, *[SPOT] * (latent() is not None), *[chosen] * (chosen in overview.rows)]


def latent() -> tuple[float, ...] | None:
    """The latent of the spot that was clicked on the map or that came with the link."""
    return st.session_state.get(LATENT)


def atlas_name() -> str:
    """The chosen atlas."""
    return str(st.session_state.get(ATLAS, ""))


def choice(key: str) -> str:
    """The value of a choice widget."""
    return str(st.session_state[key])


def first_choice(key: str) -> Any:
    """The value a choice widget had before anybody touched it."""
    return st.session_state[_FIRST][key]


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
