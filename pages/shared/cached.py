"""Studio calls, answered once per question and shared by all sessions."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from backend.studio import (
    Film,
    Overview,
    SteerAnswer,
    SteerRequest,
    Studio,
    Trajectory,
    VerifiedAnswer,
)

EPISODE_SEED = 0
"Both robots of a replay start from this seed."
MAX_VERIFIED = 512

_BY_KEY: dict[str | type[Any], Callable[[Any], Any]] = {SteerRequest: lambda request: request.key}


@st.cache_resource(show_spinner="Opening the atlases …")
def studio() -> Studio:
    """The façade."""
    return Studio()


@st.cache_resource(show_spinner="Loading the atlas …", max_entries=8)
def overview(name: str) -> Overview:
    """One row per policy."""
    return studio().overview(name)


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs=_BY_KEY)
def steer(name: str, request: SteerRequest) -> SteerAnswer:
    """The solver's answer."""
    return studio().steer(name, request)


@st.cache_resource(show_spinner=False, max_entries=256)
def trajectory(name: str, policy: str | bytes) -> Trajectory:
    """One episode of a policy id, or of a latent given as float64 bytes."""
    subject = policy if isinstance(policy, str) else np.frombuffer(policy)
    return studio().trajectory(name, subject, seed=EPISODE_SEED)


@st.cache_resource(show_spinner=False, max_entries=64)
def replay(name: str, start: str, steered: bytes, label: str) -> bytes:
    """Start and steered policy packed for the player."""
    films = (
        Film(label=start, role="start", trajectory=trajectory(name, start)),
        Film(label=label, role="steered", trajectory=trajectory(name, steered)),
    )
    return studio().replay(name, films)


@st.cache_resource(show_spinner=False, max_entries=16)
def clip(name: str, steered: bytes, caption: str) -> bytes:
    """Five seconds of the steered policy as MP4."""
    film = Film(label=caption, role="steered", trajectory=trajectory(name, steered))
    return studio().clip(name, film)


def verified(name: str, request: SteerRequest) -> VerifiedAnswer | None:
    """What verification found, if it has been done."""
    return _verified().get((name, request.key))


def verify(name: str, request: SteerRequest, report: Callable[[float, str], None]) -> None:
    """Verify and correct by rollouts, reporting progress; ``report`` may raise to cancel."""
    answer = steer(name, request)

    def follow(turn: int, num_rounds: int, pool: object) -> None:
        report((turn + 1) / (num_rounds + 2), f"round {turn + 1} of at most {num_rounds + 1}")

    found = studio().verify(name, request, answer.result.z, report=follow)
    store = _verified()
    store[name, request.key] = found
    while len(store) > MAX_VERIFIED:
        store.popitem(last=False)


@st.cache_resource(show_spinner=False)
def _verified() -> OrderedDict[tuple[object, ...], VerifiedAnswer]:
    return OrderedDict()
