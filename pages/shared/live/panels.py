"""Below the live robot: what rollouts say, what may be taken home, what switching costs."""

import streamlit as st

from backend.errors import DamagedArtifact, UnknownName
from backend.live_view import GLIDE, VERSION, Settled, switching_markdown
from backend.studio import Overview
from pages.shared.live import asked
from pages.shared.numerals import minus, whole

BY = {
    "map": "Let go on the map", "aims": "Let go of a slider", "tour": "Where the tour stopped",
    "link": "As the link says",
}  # fmt: skip


def numbers(overview: Overview, settled: Settled, by: str) -> None:
    """Predicted and measured of the latent that was let go of."""
    num = len(settled.measured.episodes)
    rows = [
        f"| objective | predicted | measured *(n = {num})* | measured, per step "
        f"| nearest existing policy, measured *({settled.nearest})* | unit of a step |",
        "|:--|--:|--:|--:|--:|:--|",
    ]
    for i, objective in enumerate(overview.objectives):
        mean, std = settled.measured.mean[i], settled.measured.std[i]
        rows.append(
            f"| {objective.title} | {whole(settled.predicted[i])} "
            f"| **{whole(mean)}** ± {whole(std)} "
            f"| {minus(f'{mean / overview.horizon:.2f}')} | {whole(settled.nearest_returns[i])} "
            f"| {objective.step_unit} |"
        )
    st.container(key="numbers").markdown("\n".join(rows))
    st.caption(
        f"{BY.get(by, by)}; {settled.distance_to_data:.1f} spacings from the data. "
        f"Measured here: returns over fresh MuJoCo episodes of at most {overview.horizon} steps, "
        "mean ± sd, with the decoder that runs above. What moves above is for the feel of it."
    )


def switching(name: str) -> None:
    """Stuck robots and kept returns, before and after."""
    if not asked.live().decoder(name).switchable:
        st.markdown(
            "Here the atlas' own decoder runs, which has never seen a latent change: expect falls, "
            f"after which the robot is set up anew. `steerscape live train {name}` trains another."
        )
    try:
        rows, command = asked.switching(name)
    except UnknownName:
        st.info(
            f"Not measured for this atlas yet: `steerscape live measure {name}`.",
            icon=":material/hourglass_empty:",
        )
        return
    except DamagedArtifact as error:
        st.warning(str(error), icon=":material/broken_image:")
        return
    st.markdown(switching_markdown(rows))
    seeds = len({row["seed"] for row in rows if row["segments"]})
    st.caption(
        "Stuck: 3-second segments in which a robot stood still or fell, and robots that ever did. "
        "A new latent every three seconds, but none before the first segment; nobody helps a robot "
        "up, so that its segments hang together. "
        f"Gliding: {GLIDE:.0%} of the latents' range a second, as above. Fixed z: how far decoded "
        "policies' returns are from their sources'. *Live*: the atlas' own decoder fine-tuned on "
        f"such switches, trained once; measured with {seeds} seeds. `{command}`"
    )


def take_home(name: str, z: bytes) -> None:
    """The robot as a folder."""
    version = asked.live().decoder(name).version
    st.download_button(
        "Take it home", lambda: asked.take_away(name, version, z), file_name="live.zip",
        mime="application/zip", icon=":material/download:", on_click="ignore",
        help="One folder with this page, the robot and its physics; any static server shows it. "
        f"MuJoCo {VERSION}, three.js.",
    )  # fmt: skip
