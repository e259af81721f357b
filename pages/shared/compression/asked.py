"""What the compression page asks the façade, answered once for all sessions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from backend.compressed import Bridge, Climb, Compressed, Learned, Measured, Portrait, Space
from backend.errors import DamagedArtifact, UnknownName

PARAMETERS = "parameters"


@st.cache_resource(show_spinner="Opening the latent spaces …")
def compressed() -> Compressed:
    """The façade."""
    return Compressed()


@st.cache_resource(show_spinner=False, max_entries=32)
def space(env: str, name: str) -> Space:
    """One latent space."""
    return compressed().space(env, name)


@st.cache_resource(show_spinner=False, max_entries=32)
def decoder(env: str, name: str) -> bytes:
    """Its decoder, for the browser."""
    return compressed().decoder(env, name)


@st.cache_resource(show_spinner=False, max_entries=512)
def measured(env: str, name: str, z: Sequence[float]) -> Measured:
    """What the policy at a latent earns."""
    return compressed().measure(env, name, z)


@st.cache_resource(show_spinner=False, max_entries=64)
def portrait(env: str, name: str, z: Sequence[float]) -> Portrait:
    """What a policy does that is too large for the browser."""
    return compressed().portrait(env, name, z)


@st.cache_resource(show_spinner=False, max_entries=64)
def replay(env: str, name: str, z: Sequence[float], reward: int) -> bytes:
    """An episode of a robot, for the player."""
    return compressed().replay(env, name, z, reward)


@st.cache_resource(show_spinner=False, max_entries=16)
def clip(env: str, name: str, z: Sequence[float]) -> bytes:
    """An episode as an MP4."""
    return compressed().clip(env, name, z)


def climbs(env: str, spaces: Sequence[str], reward: str) -> list[list[Climb]]:
    """Of each space the recorded searches by seed; none where nothing was recorded."""
    with _recorded():
        return [compressed().climbs(env, space_name, reward) for space_name in spaces]
    return [[] for _ in spaces]


def bridge(env: str) -> Bridge | None:
    """The same policies through the core's encoder, where that was recorded."""
    with _recorded():
        return compressed().bridge(env)
    return None


def learners(env: str, reward: str) -> dict[str, list[Learned]]:
    """Deep RL on the same task; nothing where nothing was recorded."""
    with _recorded():
        return compressed().learners(env, reward)
    return {}


@contextmanager
def _recorded() -> Iterator[None]:
    """Passes over what was never recorded; says what is damaged, and how to make it again."""
    try:
        yield
    except UnknownName:
        return
    except DamagedArtifact as error:
        st.warning(str(error), icon=":material/broken_image:")
