"""Choices, numbers and curves around the latent space of parameters."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from backend.compressed import Climb, Measured, Objective, Rows, Space
from pages.shared.compression import asked

SIZE, DIM, LOSS, REWARD = "size", "dim", "loss", "reward"
ACCENT, GREY = "#ff5c39", "#7f8a99"
CURVE_HEIGHT = 300
SIZES = ("small", "medium", "large")


def chosen_space(names: Sequence[str]) -> Space | None:
    """The latent space that is chosen; None, with a sentence, if it is not on the shelf."""
    size, dim, loss = st.columns([1.3, 1, 1.6], vertical_alignment="center")
    size_name = size.segmented_control(
        "network", SIZES, default="medium", key=SIZE, bind="query-params", required=True,
        help="How large the policies are that are compressed.", label_visibility="collapsed",
    )  # fmt: skip
    dim_name = dim.segmented_control(
        "latent dimensions", ("1-D", "2-D", "3-D"), default="2-D", key=DIM, bind="query-params",
        required=True, label_visibility="collapsed", help="Length of z.",
    )  # fmt: skip
    control = loss.toggle(
        "control: trained on parameters", key=LOSS, bind="query-params",
        help="The same autoencoder, trained to rebuild weights instead of behaviour. Two networks "
        "can do the same with quite different weights: this one does not know it.",
    )  # fmt: skip
    name = f"{size_name}-{str(dim_name)[0]}d-{'parameters' if control else 'behaviour'}"
    if name in names:
        return asked.space(name)
    kept = ", ".join(n for n in names if n.startswith(str(size_name)))
    st.info(
        f"{name} is not on the shelf; large decoders weigh too much to ship them all. "
        f"On it: {kept}.", icon=":material/inventory_2:",
    )  # fmt: skip
    return None


def chosen_reward(rewards: Sequence[Objective]) -> int:
    """Which reward colours the space; the space itself knows none."""
    names = [reward.name for reward in rewards]
    name = st.segmented_control(
        "reward", names, default=names[0], key=REWARD, bind="query-params", required=True,
        format_func=lambda n: next(r.title for r in rewards if r.name == n),
        label_visibility="collapsed", width="stretch",
        help="Recolours; nothing is trained: the space was made without any reward.",
    )  # fmt: skip
    return names.index(str(name))


def best_place(space: Space, reward: int) -> list[float]:
    """The latent that earned most."""
    return space.points[space.point_returns[:, reward].argmax()].tolist()


def numbers(space: Space, here: Measured, rewards: Sequence[Objective]) -> None:
    """What the policy at the crosshair earns, beside the best that is known."""
    rows = [
        f"| reward | here, measured (n = {here.num_episodes}) | best of the pool "
        "| best in z | recovery | rank correlation |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    for i, reward in enumerate(rewards):
        rows.append(
            f"| {reward.title} | **{here.returns[i]:.1f}** ± {here.returns_std[i]:.1f} "
            f"| {space.pool_returns[:, i].max():.1f} | {space.point_returns[:, i].max():.1f} "
            f"| {space.recovery[i]:.2f} | {space.correlation[i]:.2f} |"
        )
    st.markdown("\n".join(rows))
    st.caption(
        f"{space.num_params} parameters in {space.latent_dim} number"
        f"{'s' * (space.latent_dim > 1)}: {space.num_params / space.latent_dim:.0f} : 1. "
        "Recovery: how far up the pool's range the best latent reaches. Rank correlation: whether "
        "each of the pool's policies keeps its place after its round trip through z; the first can "
        "be 1 where the second is poor. Returns are undiscounted sums over at most 999 steps."
    )


def curves(latent: Sequence[Climb], parameters: Sequence[Climb], shown: int | None) -> go.Figure:
    """Return of the centre against episodes: every run, their medians, the one on show."""
    figure = go.Figure()
    for runs, colour, name in ((parameters, GREY, "among parameters"), (latent, ACCENT, "in z")):
        for i, run in enumerate(runs):
            mine = runs is latent and i == shown
            figure.add_scatter(
                x=run.episodes, y=run.returns, mode="lines", showlegend=False, hoverinfo="skip",
                line={"color": colour, "width": 2.5 if mine else 1}, opacity=1 if mine else 0.3,
            )  # fmt: skip
        if runs:
            figure.add_scatter(
                x=runs[0].episodes, y=np.median([run.returns for run in runs], 0), mode="lines",
                name=f"{name}, median of {len(runs)}",
                line={"color": colour, "width": 2, "dash": "dash"},
            )  # fmt: skip
    return figure.update_layout(
        height=CURVE_HEIGHT, margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="episodes spent", yaxis_title="return, measured",
        legend={"orientation": "h", "y": 1.12},
    )  # fmt: skip


def recovery_table(rows: Rows) -> None:
    """Median over training seeds, lowest and highest, the paper's figure beside."""
    lines = [
        "| network | z | trained on | reward | recovery | paper | rank correlation |",
        "|:--|--:|:--|:--|--:|--:|--:|",
    ]
    for row in rows:
        paper = "" if row["paper"] is None else f"{row['paper']:.2f}"
        lines.append(
            f"| {row['size']}, {row['num_params']} | {row['latent_dim']}-D | {row['loss']} "
            f"| {row['reward']} | {_spread(row, 'recovery')} | {paper} "
            f"| {_spread(row, 'correlation')} |"
        )
    st.markdown("\n".join(lines))


def _spread(row: dict, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[f'{name}_median']:.2f} [{low:.2f}, {high:.2f}]"
