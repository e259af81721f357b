"""What the compression page asks the façade, answered once for all sessions."""

from collections.abc import Sequence

import streamlit as st

from backend.compressed import Climb, Compressed, Measured, Portrait, Space
from backend.errors import StudioError

ENV = "mountain-car"
INPUTS, CAR_START = Compressed.inputs(ENV), Compressed.start(ENV)
PARAMETERS = "parameters"


@st.cache_resource(show_spinner="Opening the latent spaces …")
def compressed() -> Compressed:
    """The façade."""
    return Compressed()


@st.cache_resource(show_spinner=False, max_entries=32)
def space(name: str) -> Space:
    """One latent space."""
    return compressed().space(ENV, name)


@st.cache_resource(show_spinner=False, max_entries=32)
def decoder(name: str) -> bytes:
    """Its decoder, for the browser."""
    return compressed().decoder(ENV, name)


@st.cache_resource(show_spinner=False, max_entries=512)
def measured(name: str, z: Sequence[float]) -> Measured:
    """What the policy at a latent earns."""
    return compressed().measure(ENV, name, z)


@st.cache_resource(show_spinner=False, max_entries=64)
def portrait(name: str, z: Sequence[float]) -> Portrait:
    """What a policy does that is too large for the browser."""
    return compressed().portrait(ENV, name, z)


def climbs(space_name: str, reward: str) -> list[Climb]:
    """Recorded searches, those that gained most first; none where nothing was recorded."""
    try:
        found = compressed().climbs(ENV, space_name, reward)
    except StudioError:
        return []
    return sorted(found, key=lambda climb: climb.returns[0] - climb.returns[-1])
