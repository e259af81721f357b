"""What the address says: a link that is copied at any time opens what is shown."""

import streamlit as st


def say(name: str, text: str | None) -> None:
    """Write it on every run: a change of page empties the address, another space makes it a lie."""
    if text is None:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != text:
        st.query_params[name] = text
