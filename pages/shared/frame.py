"""What stands around every page: the menu, the sidebar, the spacing."""

import os
from collections.abc import Mapping, Sequence

import streamlit as st

from pages.shared import session
from pages.shared.cached import renew, studio

_STYLE = """
<style>
  .stAppHeader { background: transparent; height: 2.6rem; pointer-events: none; }
  .stAppHeader [data-testid="stToolbar"] { pointer-events: none; }
  .stAppHeader button { pointer-events: auto; }
  .stMainBlockContainer { padding: .7rem 1.6rem 2rem; max-width: 1680px; }
  .stSidebar h3 { padding: 0; }
  .stSidebar { min-width: 10.5rem; max-width: 11.5rem; }
  .stVerticalBlock { gap: .55rem; }
  .stMarkdown p { margin-bottom: .2rem; }
  .stMarkdown [data-testid="stMarkdownContainer"], .stMarkdown [data-testid="stCaptionContainer"] {
    margin-bottom: -.2rem; }
  .st-key-numbers table { margin-bottom: .2rem; }
  .st-key-goals-compact, .st-key-goals-compact .stVerticalBlock { gap: 0; }
  .st-key-goals-compact .stHorizontalBlock { margin-bottom: .25rem; }
  .st-key-goals-compact .stColumn:first-child p { font-size: .95rem; }
  .stMarkdown small { line-height: 1.35; display: inline-block; }
  .stSidebar .stRadio p { font-size: .9rem; line-height: 1.25; }
  .stSidebar .stRadio [role="radiogroup"] { gap: .35rem; }
  .st-key-map button { padding: 0 .48rem; }
  /* A popover swaps its arrow when it opens; a click on the arrow then counts as outside of it. */
  .stPopover button * { pointer-events: none; }
  .st-key-layers button { padding: 0; }
  .st-key-layers button [aria-hidden="true"] { display: none; }
  .stApp [data-testid="stCaptionContainer"] { color: inherit; opacity: .82; }
  .st-key-menu { gap: .1rem; margin-bottom: .6rem; }
  .st-key-menu .stElementContainer:has([data-testid="stPageLink"]) { margin: -.18rem 0; }
  .st-key-menu .stElementContainer:not(:first-child):has([data-testid="stCaptionContainer"]) {
    margin-top: .6rem; }
  table { width: 100%; font-variant-numeric: tabular-nums; font-size: .95rem; }
  .st-key-numbers td, .st-key-numbers th em { white-space: nowrap; }
  .st-key-numbers th em { font-style: normal; font-weight: 400; }
  @media (max-height: 760px) { /* a small laptop: the robots' feet stay on the screen */
    .st-key-map-view, .st-key-return-view { height: 358px; flex-basis: 358px; }
    .st-key-return-view:first-child { height: 406px; flex-basis: 406px; }
    .st-key-replay { height: 280px; flex-basis: 280px; }
  }
  .stSidebar .stCheckbox p { white-space: nowrap; font-size: .85rem; }
  /* White on the dark theme's orange would be too faint to read. */
  button[kind="primary"], button[kind="primary"] p { color: light-dark(#fff, #14100e); }
</style>
"""


def SECTIONS() -> dict[str, list[st.Page]]:  # noqa: N802
    """The menu. Page files lie one folder down, so that no deep link can run without the frame."""
    return {
        "Explore": [
            st.Page("pages/explore/atlas.py", title="Atlas", icon=":material/map:", default=True),
            st.Page("pages/explore/live.py", title="Live", icon=":material/directions_run:"),
        ],
        "Systems": [
            st.Page(
                "pages/systems/compression.py", title="Compression", icon=":material/compress:"
            ),
            st.Page("pages/systems/polynomial.py", title="Polynomial", icon=":material/stat_2:"),
        ],
        "Inspect": [
            st.Page("pages/inspect/evidence.py", title="Evidence", icon=":material/fact_check:"),
        ],
    }


def style() -> None:
    """Tighten Streamlit's spacing so that robots move without scrolling."""
    st.html(_STYLE)


def sidebar(sections: Mapping[str, Sequence[st.Page]], shown: st.Page) -> None:
    """The menu; and, for pages that show an atlas, the choice of it and what computes."""
    st.logo("assets/logo.svg", size="large")
    with st.sidebar.container(key="menu"):
        for title, pages in sections.items():
            st.caption(title)
            for page in pages:
                st.page_link(page)
    if shown in sections["Systems"]:
        return
    renew()
    labels = {label.name: label for label in studio().labels()}
    holes = {label.whole: name for name, label in labels.items() if label.whole != name}
    with st.sidebar:
        st.markdown("**Steerscape**")
        if not labels:
            return  # the page says that there is none
        session.choose_atlas(list(labels), holes)
        st.radio(
            "Atlas", [name for name in labels if name not in holes.values()], key=session.ROBOT,
            format_func=lambda name: labels[name].title,
            help="Each atlas holds the policies of one environment.",
        )  # fmt: skip
        st.toggle(
            "with a hole", key=session.HOLE, disabled=st.session_state[session.ROBOT] not in holes,
            help="The same, trained without a band of returns: what is asked for in there must be "
            "made, it cannot be remembered.",
        )  # fmt: skip
        session.keep_atlas(holes)
        chosen = labels[session.atlas_name()]
        st.caption(" · ".join(filter(None, [*chosen.objectives, chosen.note])))
        st.caption(f":material/memory: backend: {studio().device} · {os.cpu_count()} cores")
