"""Studio calls, answered once per question and shared by all sessions."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from backend.studio import (
    FigureFormat,
    Film,
    Format,
    Overview,
    Reach,
    SteerAnswer,
    SteerRequest,
    Studio,
    Trajectory,
    VerifiedAnswer,
)
from backend.survey import Contrast, Dominated, Field, Group, MapQuality, Route, Survey, Walked

EPISODE_SEED = 0
"Both robots of a replay start from this seed."
MAX_VERIFIED = 512
BEAT_S = 0.15
"Seconds between two looks at whether a person wants something else."

_BY_KEY: dict[str | type[Any], Callable[[Any], Any]] = {SteerRequest: lambda request: request.key}


@st.cache_resource(show_spinner="Opening the atlases …")
def studio() -> Studio:
    """The façade."""
    return Studio()


@st.cache_resource(show_spinner=False)
def _stamps() -> dict[str, int]:
    """When the atlases were written that all here is of."""
    return studio().stamps()


def renew() -> None:
    """Forget every answer once an atlas has been built again. Call before anything is asked."""
    if _stamps() != studio().stamps():
        st.cache_resource.clear()


@st.cache_resource(show_spinner="Loading the atlas …", max_entries=32)
def overview(name: str) -> Overview:
    """One row per policy."""
    return studio().overview(name)


@st.cache_resource(show_spinner=False, max_entries=32)
def reach(name: str) -> Reach:
    """Returns known to be attainable."""
    return studio().reach(name)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=_BY_KEY)
def nearest_feasible(name: str, request: SteerRequest) -> dict[str, float]:
    """For each objective that something is asked of, the nearest return known to be in reach."""
    return studio().nearest_feasible(name, request)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=_BY_KEY)
def steer(name: str, request: SteerRequest) -> SteerAnswer:
    """The solver's answer."""
    return studio().steer(name, request)


@st.cache_resource(show_spinner=False, max_entries=256)
def trajectory(name: str, policy: str | bytes) -> Trajectory:
    """One episode of a policy id, or of a latent given as float64 bytes."""
    return studio().trajectory(name, _subject(policy), seed=EPISODE_SEED)


@st.cache_resource(show_spinner=False, max_entries=64)
def replay(
    name: str, beside: str | bytes, beside_label: str, steered: bytes, label: str,
    nearest: str | None = None,
) -> bytes:  # fmt: skip
    """The steered policy, the one beside it and, if named, an existing one, for the player."""
    films = [
        Film(label=beside_label, role="start", trajectory=trajectory(name, beside)),
        Film(label=label, role="steered", trajectory=trajectory(name, steered)),
    ]
    if nearest is not None:
        films.append(Film(label=nearest, role="nearest", trajectory=trajectory(name, nearest)))
    return studio().replay(name, films)


@st.cache_resource(show_spinner=False, max_entries=16)
def clip(
    name: str, steered: bytes, caption: str, format: Format = "mp4", *, readout: bool = False
) -> bytes:
    """The steered policy as a moving picture, with the returns so far if asked for."""
    film = Film(label=caption, role="steered", trajectory=trajectory(name, steered))
    return studio().clip(name, film, format=format, readout=readout)


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=_BY_KEY)
def figure(
    name: str, request: SteerRequest, map_name: str, pair: tuple[int, int],
    format: FigureFormat, *, judged: bool,
) -> bytes:  # fmt: skip
    """The answer for a paper or a slide; ``judged``: with what rollouts said of it."""
    return studio().figure(
        name, request, steer(name, request), verified(name, request) if judged else None,
        map_name=map_name, pair=pair, format=format,
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=16)
def take_away(name: str, steered: bytes, caption: str, link: str, drawn: bytes | None) -> bytes:
    """The steered policy as a folder that runs without this app, with its film and figure."""
    figures = {} if drawn is None else {"figure.svg": drawn}
    return studio().take_away(
        name, np.frombuffer(steered).copy(), asked={"goals": caption, "link": link},
        extras={"film.mp4": clip(name, steered, caption), **figures},
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=32)
def survey(name: str) -> Survey:
    """The map room of an atlas."""
    return studio().survey(name)


@st.cache_resource(show_spinner=False, max_entries=128)
def field(name: str, picture: str, objective: str) -> Field:
    """Arrows and iso-lines of a predicted return."""
    return survey(name).field(picture, objective)


@st.cache_resource(show_spinner=False, max_entries=128)
def dominated(name: str, pair: tuple[int, int]) -> Dominated:
    """Front and hypervolume of two objectives."""
    return survey(name).dominated(pair)


@st.cache_resource(show_spinner=False, max_entries=128)
def lassoed(name: str, picture: str, polygon: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    """Policies inside an outline."""
    return survey(name).lassoed(picture, np.array(polygon))


@st.cache_resource(show_spinner=False, max_entries=64)
def group(name: str, ids: tuple[str, ...]) -> Group:
    """What some policies have in common."""
    return survey(name).group(ids)


@st.cache_resource(show_spinner=False, max_entries=64)
def contrast(name: str, these: tuple[str, ...], those: tuple[str, ...] | None) -> Contrast:
    """These minus those."""
    return survey(name).contrast(these, those)


@st.cache_resource(show_spinner=False, max_entries=32)
def qualities(name: str) -> tuple[MapQuality, ...]:
    """How far each map can be believed."""
    return survey(name).qualities()


@st.cache_resource(show_spinner=False, max_entries=64)
def walk(name: str, start: str | bytes, end: str | bytes, route: Route) -> Walked:
    """From one policy or latent to another."""
    return survey(name).walk(_subject(start), _subject(end), route)


@st.cache_resource(show_spinner=False, max_entries=64)
def neutral(name: str, start: bytes) -> Walked | None:
    """To both sides with the predicted returns kept; None where all that varies is the returns."""
    z = _subject(start)
    return survey(name).neutral(z) if survey(name).num_neutral_ways(z) else None


@st.cache_resource(show_spinner=False, max_entries=64)
def along(name: str, start: bytes, direction: bytes) -> Walked:
    """To both sides along a direction."""
    return survey(name).along(_subject(start), np.frombuffer(direction).copy())


@st.cache_resource(show_spinner=False, max_entries=64)
def strip(name: str, policy: str | bytes, label: str) -> bytes:
    """Key poses of a policy, side by side, as PNG."""
    film = Film(label=label, role="steered", trajectory=trajectory(name, policy))
    return studio().strip(name, film)


def _subject(policy: str | bytes) -> str | np.ndarray:
    return policy if isinstance(policy, str) else np.frombuffer(policy).copy()


def verified(name: str, request: SteerRequest) -> VerifiedAnswer | None:
    """What verification found, if it has been done."""
    return _verified().get((name, request.key))


def verify(name: str, request: SteerRequest, report: Callable[[float, str], None]) -> None:
    """Verify and correct by rollouts, reporting progress; ``report`` may raise to cancel."""
    answer, progress = steer(name, request), Heartbeat(report)
    store = _verified()  # of the atlas as it is now; one that is built meanwhile has its own
    found = studio().verify(
        name, request, answer.result.z, report=progress.round, beat=progress.beat
    )
    store[name, request.key] = found
    while len(store) > MAX_VERIFIED:
        store.popitem(last=False)


class Heartbeat:
    """Tells a progress bar how far verification is, often enough that a person can interrupt it."""

    def __init__(self, report: Callable[[float, str], None]) -> None:
        self._report, self._last = report, time.monotonic()
        self._shown = (0.0, "several near starts")

    def round(self, turn: int, num_rounds: int, pool: object) -> None:
        """A round has ended."""
        self._shown = (turn + 1) / (num_rounds + 2), f"round {turn + 1} of {num_rounds + 1} at most"
        self._report(*self._shown)

    def beat(self) -> None:
        """A control step has ended: from time to time, say again what was said."""
        if time.monotonic() - self._last > BEAT_S:
            self._last = time.monotonic()
            self._report(*self._shown)


@st.cache_resource(show_spinner=False)
def _verified() -> OrderedDict[tuple[object, ...], VerifiedAnswer]:
    return OrderedDict()
