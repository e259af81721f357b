"""What the address says: a link that is copied at any time opens what is shown."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def went_back() -> bool:
    """Whether this run answers the browser's own Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def kept(key: str) -> Any:
    """What was settled on before; nothing for who went back, for then the address decides."""
    return None if went_back() else st.session_state.get(key)


def say(words: Mapping[str, str | None]) -> None:
    """Write it on every run: a change of page empties the address, another space makes it a lie.

    What is said together is one step of the browser's history; None takes a name out.
    """
    told = st.query_params
    new = {name: text for name, text in words.items() if text not in (None, told.get(name))}
    if new:
        told.update(new)
    for name in [name for name, text in words.items() if text is None and name in told]:
        del told[name]
