"""What can be taken along: the film, the policy itself, and a link to this very state."""

from io import BytesIO

import segno
import streamlit as st

from backend.studio import CLIP_SECONDS, CLIP_SIZE, Overview, SteerRequest
from pages.shared import cached, session
from pages.shared.shown import Shown

QR_SCALE = 5


def takeaway_row(overview: Overview, request: SteerRequest, here: Shown) -> None:
    """Film and policy are made when asked for; the link is the address of this page."""
    goals = request.goals.items()
    caption = "asked: " + ", ".join(f"{name} {g.mode} {g.value:.0f}" for name, g in goals)
    link = session.link(overview)
    film, policy, share, _ = st.columns([0.5, 0.6, 0.6, 3])
    film.download_button(
        "MP4", lambda: cached.clip(overview.name, here.z, caption), width="stretch",
        file_name="steered.mp4", mime="video/mp4", icon=":material/movie:", on_click="ignore",
        help=f"{CLIP_SECONDS:.0f} seconds of the steered policy, {CLIP_SIZE[0]} × {CLIP_SIZE[1]}.",
    )  # fmt: skip
    policy.download_button(
        "Policy", lambda: cached.take_away(overview.name, here.z, caption, link), width="stretch",
        file_name="policy.zip", mime="application/zip", icon=":material/download:",
        on_click="ignore", help="A folder with the weights, the recipe, a film and a short script "
        "that runs the policy with plain Gymnasium, without this app.",
    )  # fmt: skip
    with share.popover("Share", icon=":material/link:", width="stretch"):
        _share(link)


def _share(link: str) -> None:
    """The link, to copy or to photograph."""
    st.markdown("This link opens the same question, from the same start, on the same atlas.")
    st.code(link, language=None, wrap_lines=True)
    st.image(_code(link), caption="The same link as a QR code", width=220)


@st.cache_data(show_spinner=False, max_entries=256)
def _code(link: str) -> bytes:
    """The link as a QR code, PNG."""
    picture = BytesIO()
    segno.make(link, error="l").save(picture, kind="png", scale=QR_SCALE, border=2)
    return picture.getvalue()
