"""What is asked: one aim per objective, kept in the session and in the address."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend.errors import InvalidValue
from backend.recipe import VERSION_LENGTH, Aim, AimMode, latent_text, read_aim, read_latent
from backend.studio import Method, Overview, SteerRequest
from pages.shared.session.address import say
from pages.shared.session.choices import (
    LATENT,
    LIVE,
    METHOD,
    NEAREST,
    PROJECTION,
    SPOT,
    START,
    STEPS,
    change,
    choice,
    latent,
    note,
    of_atlas,
    put,
)

AIMS = of_atlas("aims")
NAVIGATOR = "navigator"
"Key of the controls; their event tells every aim."
VERSION, SPOT_LATENT = "v", "z"
"Names in the address: the atlas' version, and the latent of a spot."
SIGNS: Mapping[AimMode, str] = {"target": "=", "hold": "=", "at least": "≥", "at most": "≤"}
ASKED = of_atlas("asked")
"The question that is answered now; not the controls' own when these are not followed live."


def set_aims(overview: Overview) -> None:
    """Aims of a first visit: the link's where they can be read, else the atlas' own first goals.

    What the link got wrong is noted, and nothing else of it is lost. Then what the controls told
    since the last run is taken.
    """
    if AIMS not in st.session_state:
        _check_version(overview)
        st.session_state[AIMS] = {
            o.name: _linked_aim(overview, i) for i, o in enumerate(overview.objectives)
        }
    told = dict(st.session_state.get(NAVIGATOR) or {}).get("aims")
    if isinstance(told, Mapping):
        st.session_state[AIMS] = _told(overview, told)


def set_spot(overview: Overview) -> None:
    """The latent that came with the link, if any. Call before the start's widget is checked."""
    if LATENT in st.session_state or SPOT_LATENT not in st.query_params:
        return
    try:
        text = st.query_params[SPOT_LATENT]
        st.session_state[LATENT] = read_latent(text, overview.latent_dim)
    except InvalidValue as error:
        del st.query_params[SPOT_LATENT]
        note(str(error))


def _check_version(overview: Overview) -> None:
    said = st.query_params.get(VERSION)
    mine = overview.content_hash[:VERSION_LENGTH]
    if said not in (None, mine):
        note(f"the link was made on version {said} of this atlas, here is {mine}: "
             "the same question may be answered differently")  # fmt: skip


def _linked_aim(overview: Overview, i: int) -> Aim:
    """The aim of the address, or the first one."""
    name, first = overview.objectives[i].name, _first_aim(overview, i)
    text = st.query_params.get(name)
    if text is None:
        return first
    try:
        return read_aim(name, text, overview.scale(i))
    except InvalidValue as error:
        note(str(error))
        return first


def _first_aim(overview: Overview, i: int) -> Aim:
    """What is asked of an objective before anybody has asked."""
    scale = overview.scale(i)
    free = ("free", scale.nearest((scale.low + scale.high) / 2))
    mode, value = overview.first_goals.get(overview.objectives[i].name, free)
    return Aim(mode=mode, value=value)


def _ends(overview: Overview, i: int) -> tuple[int, int]:
    scale = overview.scale(i)
    return scale.low, scale.high


def _told(overview: Overview, told: Mapping[str, Any]) -> dict[str, Aim]:
    """Aims of the controls; whatever does not fit stays as it was."""
    now = aims()
    for i, objective in enumerate(overview.objectives):
        said = told.get(objective.name)
        if not isinstance(said, Mapping):
            continue
        low, high = _ends(overview, i)
        value = said.get("value")
        if said.get("mode") in (*SIGNS, "free") and isinstance(value, int | float):
            mode: AimMode = said["mode"]
            now = now | {objective.name: Aim(mode=mode, value=int(min(max(value, low), high)))}
    return now


def aims() -> dict[str, Aim]:
    """Objective name -> what is asked of it."""
    return st.session_state[AIMS]


def aimed(overview: Overview, returns: Mapping[int, float]) -> dict[str, Aim]:
    """Aims moved to given returns, kept inside the attainable range.

    Objectives without a return keep what was asked of them: a click cannot know more. What is held
    is held.
    """
    moved = dict(aims())
    for i, value in returns.items():
        name, (low, high) = overview.objectives[i].name, _ends(overview, i)
        mode: AimMode = moved[name].mode
        if mode == "hold":
            continue
        if mode == "free":
            mode = "target" if i == 0 else "at least"
        moved[name] = Aim(mode=mode, value=int(min(max(value, low), high)))
    return moved


def set_goals(overview: Overview, returns: Mapping[int, float]) -> None:
    """Ask for given returns, from the policy whose own suit them best. Call before the widgets."""
    put({AIMS: aimed(overview, returns), START: NEAREST, LIVE: True})


def ask() -> None:
    """The Steer button: take the controls as they are on the next run."""
    st.session_state.pop(ASKED, None)


def ask_with(values: Mapping[str, Any]) -> None:
    """Change controls and ask, whether or not they are followed live. From a button, in a run."""
    ask()
    change(values)


def request() -> SteerRequest | None:
    """The question the controls ask, or the last one asked when not steering live."""
    if st.session_state[LIVE] or ASKED not in st.session_state:
        st.session_state[ASKED] = _question()
    return st.session_state[ASKED]


def _question() -> SteerRequest | None:
    goals = {name: aim.goal for name, aim in aims().items() if aim.goal is not None}
    method: Method = st.session_state[METHOD]
    start = choice(START)
    if not goals:
        return None
    return SteerRequest(
        goals=goals, start={NEAREST: None, SPOT: latent()}.get(start, start), method=method,
        projection=float(st.session_state[PROJECTION]), max_steps=int(st.session_state[STEPS]),
    )  # fmt: skip


def write_address(overview: Overview) -> None:
    """Say in the address what is asked, once it differs from the atlas' first view.

    The choices stand there already: Streamlit binds their widgets.
    """
    words = {
        name: aim.text if aim != _first_aim(overview, i) else None
        for i, (name, aim) in enumerate(aims().items())
    }
    spot = latent() if choice(START) == SPOT else None
    words[SPOT_LATENT] = latent_text(spot) if spot else None
    if any(words.values()) or {*st.query_params} - {*words}:  # once said, the version stays
        words[VERSION] = overview.content_hash[:VERSION_LENGTH]
    say(words)
