"""What can be taken along: the film, the policy itself, and a link to this very state."""

from collections.abc import Callable

import segno
import streamlit as st

from backend.studio import CLIP_SECONDS, CLIP_SIZE, FigureFormat, Overview, SteerRequest
from pages.shared import cached, session
from pages.shared.shown import Shown

Draw = Callable[[FigureFormat], bytes]
QR_SCALE, QR_WIDTH = 5, 220


def takeaway_row(overview: Overview, request: SteerRequest, here: Shown) -> None:
    """What is made when asked for: films, the policy, figures; and the link of this very page."""
    # What is made later is made outside of the session: all it says is read now.
    goals = request.goals.items()
    caption = "asked: " + ", ".join(f"{name} {g.mode} {g.value:,.0f}" for name, g in goals)
    link, draw = session.link(overview), _figures(overview, request)
    film, policy, more, share, _, third = st.columns(
        [0.5, 0.6, 0.6, 0.6, 0.6, 1.6], vertical_alignment="center"
    )
    film.download_button(
        "MP4", lambda: cached.clip(overview.name, here.z, caption), width="stretch",
        file_name="steered.mp4", mime="video/mp4", icon=":material/movie:", on_click="ignore",
        help=f"{CLIP_SECONDS:.0f} seconds of the steered policy, {CLIP_SIZE[0]} × {CLIP_SIZE[1]}.",
    )  # fmt: skip
    policy.download_button(
        "Policy", lambda: _policy(overview, here, caption, link, draw), width="stretch",
        file_name="policy.zip", mime="application/zip", icon=":material/download:",
        on_click="ignore", help="A folder with the weights, the recipe, a film and a short script "
        "that runs the policy with plain Gymnasium, without this app.",
    )  # fmt: skip
    with more.popover("More", icon=":material/more_horiz:", width="stretch", key="more"):
        _more(overview, here, caption, draw)
    with share.popover("Share", icon=":material/link:", width="stretch", key="share"):
        _share(link)
    third.toggle(
        "nearest existing policy, too", key=session.THIRD,
        help="A third robot: of all policies that exist, the one whose returns suit the goals "
        "best. What steering added is what sets the orange robot apart from it.",
    )  # fmt: skip


def _more(overview: Overview, here: Shown, caption: str, draw: Draw) -> None:
    """The same film and the answer in other forms."""
    name, z = overview.name, here.z
    offers: list[tuple[str, str, str, Callable[[], bytes]]] = [
        ("GIF", "steered.gif", "image/gif", lambda: cached.clip(name, z, caption, "gif")),
        (
            "MP4 with the returns so far", "steered-returns.mp4", "video/mp4",
            lambda: cached.clip(name, z, caption, readout=True),
        ),
        ("key poses, PNG", "poses.png", "image/png", lambda: cached.strip(name, z, here.label)),
        ("figure, SVG", "answer.svg", "image/svg+xml", lambda: draw("svg")),
        ("figure, PNG", "answer.png", "image/png", lambda: draw("png")),
    ]  # fmt: skip
    for label, file, mime, make in offers:
        st.download_button(
            label, make, file_name=file, mime=mime, on_click="ignore", type="tertiary",
            icon=":material/download:", key=f"more-{file}",
        )  # fmt: skip
    st.caption("The figure shows the question's answer: its path on the map, its measured returns.")


def _policy(overview: Overview, here: Shown, caption: str, link: str, draw: Draw) -> bytes:
    drawn = draw("svg") if here.is_answer else None
    return cached.take_away(overview.name, here.z, caption, link, drawn)


def _figures(overview: Overview, request: SteerRequest) -> Draw:
    """What draws the answer on the map that is on show."""
    which, pair = session.picture(overview), session.axes(overview)
    map_name = which if which in overview.places else next(iter(overview.places))
    judged = cached.verified(overview.name, request) is not None
    return lambda format: cached.figure(
        overview.name, request, map_name, pair, format, judged=judged
    )


def _share(link: str) -> None:
    """The link, to copy or to photograph."""
    st.markdown("This link opens the same question, from the same start, on the same atlas.")
    st.code(link, language=None, wrap_lines=True)
    words = "The same link as a QR code"
    st.html(f'<img src="{_code(link)}" alt="{words}" width="{QR_WIDTH}">')
    st.caption(words)


@st.cache_data(show_spinner=False, max_entries=256)
def _code(link: str) -> str:
    """The link as a QR code, an address that is the PNG itself."""
    return segno.make(link, error="l").png_data_uri(scale=QR_SCALE, border=2)
