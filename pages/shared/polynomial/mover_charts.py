"""Pictures of what robots under polynomial policies do."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from backend.robots import Tried
from pages.shared.polynomial.canvas import TITLES

ARMS = ("left arm", "right arm", "neither")
ARM_COLOURS = ("#2980c7", "#735cce", "#9aa3b0")
KIND_COLOURS = {
    "polynomial": "#ff5c39", "gaussian": "#7f8a99", "mixture": "#4c78a8", "flow": "#54a24b"
}  # fmt: skip
FLAT = {"l": 0, "r": 0, "t": 10, "b": 0}


def arms(found: Tried) -> None:
    """Shares of the episodes."""
    shares = [*found.shares, max(0.0, 1 - sum(found.shares))]
    figure = go.Figure(go.Bar(
        x=shares, y=ARMS, orientation="h", marker={"color": ARM_COLOURS},
        text=[f"{share:.0%}" for share in shares], textposition="auto", hoverinfo="skip",
    ))  # fmt: skip
    figure.update_xaxes(title="share of the episodes", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(autorange="reversed")
    st.plotly_chart(figure.update_layout(height=190, margin=FLAT), key="arms")


def learning(rows: Sequence[dict[str, Any]]) -> None:
    """Return of the latest episodes against steps, every seed."""
    figure = go.Figure()
    for kind in dict.fromkeys(row["kind"] for row in rows):
        for number, row in enumerate(row for row in rows if row["kind"] == kind):
            figure.add_scatter(
                x=row["steps"], y=row["learning"], mode="lines", name=TITLES[kind],
                legendgroup=kind, showlegend=number == 0,
                line={"color": KIND_COLOURS[kind], "width": 1.5},
            )  # fmt: skip
    figure.update_xaxes(title="environment steps")
    figure.update_yaxes(title="return, latest 50 episodes")
    figure.update_layout(height=300, margin=FLAT, legend={"orientation": "h", "y": -0.3, "x": 0})
    st.plotly_chart(figure, key="learning")
