"""How much of the pool's behaviour the latent spaces hold: curves over their dimension, a table."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from backend.compressed import NUM_JUDGING_EPISODES, Objective, Rows
from backend.errors import UnknownName
from pages.shared.compression import asked

COLOURS = {"small": "#4c78a8", "medium": "#ff5c39", "large": "#54a24b"}
GREY = "#7f8a99"
HEIGHT = 300
FIGURES = (("recovery", "range recovery"), ("correlation", "rank correlation"))


def recovery_panel(env: str, reward: Objective, rewards: Sequence[Objective]) -> None:
    """Everything that was measured of one environment, over all training seeds."""
    try:
        rows = asked.compressed().recovery(env)
        notes = asked.compressed().notes(env)
    except UnknownName as error:
        st.info(f"Not measured yet: {error}", icon=":material/hourglass_empty:")
        return
    st.plotly_chart(_curves([row for row in rows if row["reward"] == reward.name], reward.title))
    st.markdown(_table(rows, {one.name: one.title for one in rewards}))
    st.caption(
        f"Medians over {rows[0]['num_seeds']} training seeds, lowest and highest in brackets. "
        f"Recovery is of the range; the extremes were found by few episodes and judged by "
        f"{NUM_JUDGING_EPISODES} others. The paper's ratio is best over best; for Mountain Car it "
        "gives one figure per cell, for the robots it does not say which network. "
        + " ".join(notes)
    )


def _curves(rows: Rows, title: str) -> go.Figure:
    """Recovery and rank correlation against the dimension of z: where the curve bends is enough."""
    figure = make_subplots(1, 2, subplot_titles=[f"{name}: {title}" for _, name in FIGURES])
    for column, (figure_name, _) in enumerate(FIGURES, 1):
        for size, loss in dict.fromkeys((row["size"], row["loss"]) for row in rows):
            mine = [row for row in rows if (row["size"], row["loss"]) == (size, loss)]
            middle = [row[f"{figure_name}_median"] for row in mine]
            dims = [row["latent_dim"] for row in mine]
            figure.add_scatter(
                x=dims, y=middle, mode="lines+markers", row=1, col=column,
                name=f"{size}, {loss}", legendgroup=f"{size}-{loss}", showlegend=column == 1,
                line={"color": COLOURS[size], "dash": "dot" if loss == "parameters" else "solid"},
                error_y={
                    "array": [row[f"{figure_name}_high"] - row[f"{figure_name}_median"]
                              for row in mine],
                    "arrayminus": [row[f"{figure_name}_median"] - row[f"{figure_name}_low"]
                                   for row in mine],
                    "thickness": 1,
                },
            )  # fmt: skip
        if figure_name == "recovery":
            _paper(figure, rows)
    dims = sorted({row["latent_dim"] for row in rows})
    figure.update_xaxes(title="dimensions of z", tickvals=dims)
    return figure.update_layout(
        height=HEIGHT, margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend={"orientation": "h", "y": -0.25},
    )  # fmt: skip


def _paper(figure: go.Figure, rows: Rows) -> None:
    """The paper's own figures, where it gives some."""
    known = [row for row in rows if row["paper"] is not None]
    if known:
        figure.add_scatter(
            x=[row["latent_dim"] for row in known], y=[row["paper"] for row in known], row=1, col=1,
            mode="markers", name="the paper", marker={"color": GREY, "symbol": "x", "size": 8},
        )  # fmt: skip


def _table(rows: Sequence[dict], titles: Mapping[str, str]) -> str:
    lines = [
        "| network | z | trained on | reward | recovery | paper | rank correlation "
        "| best of the pool | best in z |",
        "|:--|--:|:--|:--|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        paper = "" if row["paper"] is None else f"{row['paper']:.2f}"
        lines.append(
            f"| {row['size']}, {row['num_params']} | {row['latent_dim']}-D | {row['loss']} "
            f"| {titles.get(row['reward'], row['reward'])} | {_spread(row, 'recovery')} | {paper} "
            f"| {_spread(row, 'correlation')} | {row['best_pool_median']:z.1f} "
            f"| {row['best_latent_median']:z.1f} |"
        )
    return "\n".join(lines)


def _spread(row: dict, name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[f'{name}_median']:z.2f} [{low:z.2f},\u00a0{high:z.2f}]"
