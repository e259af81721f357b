"""Pictures beside the world: the map of λ, fitted bandits, the lesson of normalised advantages."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from backend.polynomial import FIT_ORDERS, Chart, Fit

HEIGHT = 340
COLOURS = {"best": "#7f8a99", "legendre": "#ff5c39", "monomial": "#4c78a8"}
NAMES = {
    "best": "any basis, at its optimum", "legendre": "Legendre, 300 steps of Adam",
    "monomial": "monomials, 300 steps of Adam",
}  # fmt: skip
KL_TICKS = (2, 1, 0.5, 0.2, 0.1, 0.05, 0.02)
FLAT = {"l": 0, "r": 0, "t": 30, "b": 0}


def lambda_map(chart: Chart, colour: str, key: str, on_select: Any) -> None:
    """λ(s) of every free cell on its first two principal components; a click goes there."""
    values = getattr(chart, colour)
    figure = go.Figure(go.Scattergl(
        x=chart.xy[:, 0], y=chart.xy[:, 1], mode="markers",
        marker={"size": 7, "color": values, "colorscale": "Viridis",
                "colorbar": {"title": {"text": "nats" if colour == "entropy" else "return"}}},
        text=[f"x {x:.2f}, y {y:.2f}" for x, y in chart.places], hoverinfo="text",
    ))  # fmt: skip
    first, second = chart.explained
    figure.update_layout(
        height=HEIGHT,
        margin={**FLAT, "t": 10},
        clickmode="event+select",
        uirevision=key,
        xaxis={"title": f"first component of λ(s), {first:.0%} of its variance"},
        yaxis={"title": f"second, {second:.0%}"},
    )
    st.plotly_chart(figure, key=key, on_select=on_select, selection_mode="points")


def fitted(fit: Fit, title: str) -> None:
    """A bandit's density beside exp(r/α)/Z, in the same colours."""
    figure = make_subplots(1, 2, subplot_titles=[title, "target exp(r/α)/Z"])
    for column, picture in enumerate((fit.density, fit.target), 1):
        axis = [-1 + 2 * i / (len(picture) - 1) for i in range(len(picture))]
        figure.add_heatmap(
            z=picture, x=axis, y=axis, row=1, col=column, zmin=0, zmax=float(fit.target.max()),
            colorscale="Viridis", showscale=column == 2, hoverinfo="skip",
            colorbar={"title": {"text": "density"}},
        )  # fmt: skip
    figure.update_xaxes(title="first action", range=[-1, 1], constrain="domain")
    figure.update_yaxes(title="second action", range=[-1, 1], scaleanchor="x", col=1)
    figure.update_yaxes(range=[-1, 1], scaleanchor="x2", col=2)
    st.plotly_chart(figure.update_layout(height=HEIGHT, margin=FLAT), key="fitted")


def kl_curve(curve: dict[str, dict[int, float]], order: int) -> None:
    """KL to the target against the order, each basis; the chosen order is marked."""
    figure = go.Figure()
    for how, by_order in curve.items():
        figure.add_scatter(
            x=list(by_order),
            y=list(by_order.values()),
            name=NAMES[how],
            mode="lines+markers",
            line={"color": COLOURS[how], "dash": "dot" if how == "best" else "solid"},
        )
    figure.add_vline(x=order, line={"color": "#7f8a99", "width": 1})
    figure.update_xaxes(title="order K", tickvals=list(FIT_ORDERS))
    figure.update_yaxes(title="KL to the target, nats", type="log", tickvals=KL_TICKS)
    figure.update_layout(height=HEIGHT, margin=FLAT, legend={"orientation": "h", "y": -0.3, "x": 0})
    st.plotly_chart(figure, key="kl")


def sharpening(rows: Sequence[dict[str, Any]]) -> None:
    """Entropy and reward while training, with and without normalised advantages; every seed."""
    figure = make_subplots(1, 2, subplot_titles=["entropy, nats", "mean reward"])
    for normalised, colour, name in (
        (False, "#ff5c39", "advantages as they are"), (True, "#4c78a8", "divided by their spread"),
    ):  # fmt: skip
        for seed in sorted({row["seed"] for row in rows}):
            mine = [r for r in rows if (r["normalised"], r["seed"]) == (normalised, seed)]
            for column, figure_name in enumerate(("entropy", "reward"), 1):
                figure.add_scatter(
                    x=[r["iteration"] for r in mine], y=[r[figure_name] for r in mine], row=1,
                    col=column, line={"color": colour, "width": 1.4}, name=name,
                    legendgroup=name, showlegend=column == 1 and seed == 0,
                )  # fmt: skip
    figure.update_xaxes(title="iteration of 1024 actions")
    figure.update_layout(height=HEIGHT, margin=FLAT, legend={"orientation": "h", "y": -0.3})
    st.plotly_chart(figure, key="sharpening")


def coverage(rows: Sequence[dict[str, Any]], titles: dict[str, str]) -> None:
    """Coverage against mean reward, one mark per training; upper right is best."""
    figure = go.Figure()
    palette = dict(zip(titles, ("#ff5c39", "#7f8a99", "#4c78a8", "#54a24b"), strict=True))
    for kind, title in titles.items():
        mine = [r for r in rows if r["kind"] == kind and not r["normalised"]
                and r["order"] in (0, 14)]  # fmt: skip
        figure.add_scatter(
            x=[r["reward"] for r in mine], y=[r["coverage"] for r in mine], mode="markers",
            name=title, marker={"color": palette[kind], "size": 8, "opacity": 0.7},
            text=[f"α = {r['entropy_weight']:g}, seed {r['seed']}" for r in mine],
        )  # fmt: skip
    figure.update_xaxes(title="mean reward", range=[0.15, 1.03])
    figure.update_yaxes(title="share of the targets covered", range=[0, 1.05])
    figure.update_layout(height=HEIGHT, margin=FLAT, legend={"orientation": "h", "y": -0.3})
    st.plotly_chart(figure, key="coverage")
