"""Below the live robot: what rollouts say, what may be taken home, what switching costs."""

import streamlit as st

from backend.live_view import GLIDE, VERSION, Settled
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
    found = asked.switching(name)
    if found is None:
        st.info(
            f"Not measured for this atlas yet: `steerscape live measure {name}`.",
            icon=":material/hourglass_empty:",
        )
        return
    rows, command = found
    names = {"atlas": "the atlas' decoder", "live": "trained for switching"}
    lines = ["| decoder | glides | jumps | fixed z: median % of range |", "|:--|--:|--:|:--|"]
    for decoder in dict.fromkeys(row["decoder"] for row in rows):
        mine = [row for row in rows if row["decoder"] == decoder]
        cells = [_share([row for row in mine if row["study"] == way]) for way in ("glide", "jump")]
        fixed = ", ".join(
            f"{row['objective']} {row['median_percent']:.1f}"
            for row in mine if row["study"] == "fixed z, training"
        )  # fmt: skip
        lines.append(f"| {names[decoder]} | {cells[0]} | {cells[1]} | {fixed} |")
    st.markdown("\n".join(lines))
    st.caption(
        "Share of 3-second segments in which a robot was stuck or fell, a new latent every three "
        f"seconds, nobody helping it up. Glides: {GLIDE:.0%} of the latents' range a second, as "
        f"above. Fixed z: how far decoded policies' returns are from their sources'. `{command}`"
    )


def _share(rows: list[dict]) -> str:
    stuck, all_ = sum(row["stuck"] for row in rows), sum(row["segments"] for row in rows)
    return f"{100 * stuck / max(1, all_):.1f} % ({stuck} of {all_})"


def take_home(name: str, z: bytes) -> None:
    """The robot as a folder."""
    version = asked.live().decoder(name).version
    st.download_button(
        "Take it home", lambda: asked.take_away(name, version, z), file_name="live.zip",
        mime="application/zip", icon=":material/download:", on_click="ignore",
        help="One folder with this page, the robot and its physics; any static server shows it. "
        f"MuJoCo {VERSION}, three.js.",
    )  # fmt: skip
