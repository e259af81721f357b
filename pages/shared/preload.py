"""What a visitor may choose next, made ready behind the first screen."""

from threading import Thread

import streamlit as st

from backend.live_view import Live
from backend.studio import Studio
from pages.shared.cached import studio
from pages.shared.live.asked import live


@st.cache_resource(show_spinner=False)
def preload() -> None:
    """Open the other atlases and pack their live robots in the background, once per server."""
    # Scripts run in daemon threads, and threads inherit that: one that reads files when the
    # interpreter ends would take the process down with an abort.
    Thread(target=_preload, args=(studio(), live()), name="preload", daemon=False).start()


def _preload(studio: Studio, live: Live) -> None:
    studio.preload()
    live.preload(studio.names())
