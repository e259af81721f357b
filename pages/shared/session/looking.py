"""What is laid over the map: the field, a ball, two lassos; and the instrument below the robots."""

from collections.abc import Collection
from typing import Literal

import streamlit as st

from backend.studio import Overview
from pages.shared.session.choices import (
    LIVE,
    MAP,
    START,
    VALUES,
    axes,
    change,
    choice,
    of_atlas,
    pair_label,
)

Group = Literal["these", "those"]
Polygon = tuple[tuple[float, float], ...]
FIELD, GLOBE, ROUTE, INSTRUMENT, THIRD = "field", "globe", "route", "instrument", "third"
INSTRUMENTS = ("solver", "walk", "group", "table")
LASSOS: dict[Group, str] = {"these": of_atlas("these"), "those": of_atlas("those")}
BALL = of_atlas("ball")
NOTHING = {LASSOS["these"]: None, LASSOS["those"]: None, BALL: None}
"What Esc leaves of them."


def picture(overview: Overview) -> str:
    """The map or value plane on show, by the name the studio knows it by."""
    chosen = choice(MAP)
    return pair_label(overview, axes(overview)) if chosen == VALUES else chosen


def lasso(group: Group) -> tuple[str, Polygon] | None:
    """(picture, outline) of a lasso."""
    return st.session_state.get(LASSOS[group])


def ball() -> tuple[str, str, tuple[float, float]] | None:
    """(picture, objective, place) of the ball that was dropped."""
    return st.session_state.get(BALL)


def switch(key: str) -> bool:
    """Whether a toggle is on."""
    return bool(st.session_state.get(key, False))


def instrument() -> str:
    """What is open below the robots."""
    return str(st.session_state.get(INSTRUMENT) or INSTRUMENTS[0])


def route(routes: Collection[str]) -> str:
    """The walk that was chosen; the first of them before anybody chose."""
    chosen = str(st.session_state.get(ROUTE))
    return chosen if chosen in routes else next(iter(routes))


def pick_once(source: str, policy: str) -> None:
    """Start from a policy that was picked elsewhere than on the map, if the pick is a new one.

    A table keeps its selection: without this it would win over every later pick on the map.
    """
    key = of_atlas(f"picked-{source}")
    if st.session_state.get(key) != policy:
        change({key: policy, START: policy, LIVE: True})
