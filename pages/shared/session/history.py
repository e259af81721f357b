"""The tree of questions: every one asked of an atlas, each knowing what it came from."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from backend.studio import SteerRequest
from pages.shared.session.aims import AIMS, ASKED
from pages.shared.session.choices import (
    LATENT,
    METHOD,
    PROJECTION,
    START,
    STEPS,
    change,
    of_atlas,
    put,
)

SNAPSHOT = (AIMS, START, LATENT, METHOD, PROJECTION, STEPS)
"What brings a question back."
_TREE, _COMPARED = of_atlas("tree"), of_atlas("compared")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One question."""

    request: SteerRequest
    "What was asked."
    parent: int | None
    "The question it came from; None for the first."
    controls: dict[str, Any]
    "State of the controls that asked it."


@dataclass
class _Tree:
    visits: list[Visit]
    at: int = 0
    "The question shown now."
    followed: dict[int, int] | None = None
    "Question -> the one that came after it last: where redo goes."


def record(request: SteerRequest) -> None:
    """Note the question that is shown now. One asked before is found again, not doubled."""
    tree: _Tree = st.session_state.setdefault(_TREE, _Tree([], followed={}))
    keys = [visit.request.key for visit in tree.visits]
    if request.key in keys:
        tree.at = keys.index(request.key)
    else:
        controls = {key: st.session_state.get(key) for key in SNAPSHOT}
        parent = tree.at if keys else None
        tree.visits.append(Visit(request=request, parent=parent, controls=controls))
        tree.at = len(keys)
    assert tree.followed is not None
    parent = tree.visits[tree.at].parent if tree.visits else None
    if parent is not None:
        tree.followed[parent] = tree.at


def visits() -> list[Visit]:
    """Every question in the order it was first asked."""
    return _tree().visits


def position() -> int:
    """Index of the question shown now."""
    return _tree().at


def can(direction: str) -> bool:
    """Whether there is a question to undo or redo to."""
    return _neighbour(direction) is not None


def undo() -> None:
    """To the question that this one came from. For a button's callback."""
    _return_to(_neighbour("undo"))


def redo() -> None:
    """To the question that came after this one last. For a button's callback."""
    _return_to(_neighbour("redo"))


def go_to(index: int) -> None:
    """Ask a former question again, from a run (not a callback)."""
    if 0 <= index < len(visits()):
        change(_asking(visits()[index]))


def compare_with(index: int | None) -> None:
    """Show a former question's answer beside the present one; None ends it. From a run."""
    change({_COMPARED: index})


def compared_index() -> int | None:
    """Index of the question whose answer is compared, unless it is the present one."""
    index = st.session_state.get(_COMPARED)
    return index if index is not None and index < len(visits()) and index != position() else None


def compared() -> Visit | None:
    """The question whose answer is compared."""
    index = compared_index()
    return None if index is None else visits()[index]


def _tree() -> _Tree:
    return st.session_state.get(_TREE) or _Tree([], followed={})


def _neighbour(direction: str) -> int | None:
    tree = _tree()
    if not tree.visits:
        return None
    if direction == "undo":
        return tree.visits[tree.at].parent
    return (tree.followed or {}).get(tree.at)


def _return_to(index: int | None) -> None:
    if index is not None:
        put(_asking(visits()[index]))


def _asking(visit: Visit) -> dict[str, Any]:
    """What brings a question back, whether or not the controls are followed live."""
    return visit.controls | {ASKED: visit.request}
