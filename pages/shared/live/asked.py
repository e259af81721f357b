"""What the live page asks the façade, answered once for all sessions."""

from collections import OrderedDict

import numpy as np
import streamlit as st

from backend.live_view import Live, Settled
from pages.shared.cached import studio
from pages.shared.static_files import publish

MOST_SETTLED = 512
Key = tuple[str, str, bytes]


@st.cache_resource(show_spinner=False)
def live() -> Live:
    """The façade."""
    return Live(studio())


@st.cache_resource(show_spinner="Packing the robot …", max_entries=32)
def kit_url(name: str, version: str) -> str:
    """Address of an atlas' kit; ``version`` is the decoder's."""
    return publish(live().kit(name), ".bin")


def known(name: str, z: bytes) -> Settled | None:
    """What was measured of a latent, if it has been."""
    return _store().get(_key(name, z))


def measure(name: str, z: bytes) -> Settled:
    """Measure it now."""
    store = _store()
    found = store[_key(name, z)] = live().measure(name, np.frombuffer(z).copy())
    while len(store) > MOST_SETTLED:
        store.popitem(last=False)
    return found


def _key(name: str, z: bytes) -> Key:
    return name, live().decoder(name).version, z


@st.cache_resource(show_spinner=False)
def _store() -> OrderedDict[Key, Settled]:
    return OrderedDict()


@st.cache_resource(show_spinner=False, max_entries=32)
def replay(name: str, z: bytes) -> bytes:
    """A recorded episode, for browsers that cannot run it."""
    return live().replay(name, np.frombuffer(z).copy())


@st.cache_resource(show_spinner=False, max_entries=4)
def take_away(name: str, version: str, z: bytes) -> bytes:
    """The robot as a folder, zipped; ``version`` is the decoder's."""
    return live().take_away(name, np.frombuffer(z).copy())


@st.cache_data(show_spinner=False, max_entries=32)
def switching(name: str) -> tuple[list[dict], str]:
    """What was measured of switched latents. Raises UnknownName and DamagedArtifact, each time."""
    return live().switching(name)
