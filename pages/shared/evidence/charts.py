"""Plotly figures of the evidence. The accent marks what the app does; all else is blue or grey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from backend.evidence import Estimate
from backend.studio import ACCENT

BLUE, GREY = "#3f8fd6", "#8a95a5"
"Legible on white and on black, and told apart from the accent by every kind of colour vision."
OUTCOME_COLOURS = (BLUE, "#e3a008", "#a06bb8", GREY)
_GRID = "rgba(138, 149, 165, 0.22)"
_PERCENT: dict[str, Any] = {
    "tickvals": [0, 25, 50, 75, 100], "ticktext": ["0 %", "25 %", "50 %", "75 %", "100 %"],
}  # fmt: skip
_DECADES = [share * 10.0**power for power in range(-6, 0) for share in (1, 3)]
"Shares of 1 on a logarithmic axis."


@dataclass(frozen=True, kw_only=True)
class Series:
    """Figures along an axis, with whiskers."""

    name: str
    x: Sequence[Any]
    estimates: Sequence[Estimate]
    colour: str = GREY
    symbol: str = "circle"
    dash: str = "solid"
    filled: bool = True
    size: int = 9
    whiskers: bool = True


def show(figure: go.Figure, height: int, key: str, top: int = 34) -> None:
    """Show a figure in the page's theme, without the tool bar; ``top`` holds the legend."""
    legend = {"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0}
    figure.update_layout(
        height=height, margin={"l": 8, "r": 12, "t": top, "b": 8}, legend=legend, dragmode=False,
        font={"size": 13}, hoverlabel={"font": {"size": 13}}, bargap=0.25,
    )  # fmt: skip
    figure.update_xaxes(gridcolor=_GRID, zeroline=False, automargin=True, title_standoff=6)
    figure.update_yaxes(gridcolor=_GRID, zeroline=False, automargin=True, title_standoff=6)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})


def rows_figure(
    series: Sequence[Series], *, x_title: str, share: bool, spread: bool = True
) -> go.Figure:
    """One line per name (``Series.x``), values along the horizontal axis: a forest plot.

    ``spread`` sets the series of one name a little apart.
    """
    figure = go.Figure()
    names = list(dict.fromkeys(name for one in series for name in one.x))
    offsets = np.linspace(-0.22, 0.22, len(series)) if spread else np.zeros(len(series))
    scale = 100 if share else 1
    for one, offset in zip(series, offsets, strict=True):
        at = [names.index(name) + offset for name in one.x]
        figure.add_scatter(
            **_marks(one, at, scale, "x"), text=list(one.x),
            hovertemplate="%{text}<br>" + one.name + ": %{customdata}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(names))), ticktext=names, showgrid=False,
        range=[len(names) - 0.5, -0.5],
    )  # fmt: skip
    figure.update_xaxes(title=x_title, showgrid=True)
    if share:
        figure.update_xaxes(range=[-2, 103], **_PERCENT)
    return figure


def panels_figure(
    panels: Mapping[str, Sequence[Series]], names: Sequence[str], *,
    goals: Sequence[float], about: str,
) -> go.Figure:  # fmt: skip
    """Forest plots of shares side by side over the same lines, with one legend and a goal each."""
    figure = make_subplots(
        1, len(panels), shared_yaxes=True, horizontal_spacing=0.06, subplot_titles=list(panels)
    )
    for column, series in enumerate(panels.values(), 1):
        offsets = np.linspace(0.24, -0.24, len(series))
        for one, offset in zip(series, offsets, strict=True):
            at = [names.index(name) - offset for name in one.x]
            figure.add_scatter(
                **_marks(one, at, 100, "x"), text=list(one.x), legendgroup=one.name,
                showlegend=column == 1, row=1, col=column,
                hovertemplate="%{text}<br>" + one.name + ": %{customdata}<extra></extra>",
            )  # fmt: skip
    figure.update_yaxes(
        tickvals=list(range(len(names))), showgrid=False, range=[len(names) - 0.5, -0.5]
    )
    figure.update_yaxes(ticktext=list(names), col=1)
    figure.update_xaxes(range=[-2, 103], showgrid=True, **_PERCENT)
    for column, goal in enumerate(goals, 1):
        figure.add_scatter(
            **_upright(goal, (-0.5, len(names) - 0.5), about), legendgroup="goal",
            showlegend=column == 1, row=1, col=column,
        )  # fmt: skip
    figure.update_annotations(font_size=13)
    return figure


def lines_figure(
    series: Sequence[Series], *, x_title: str, y_title: str, share: bool, log: bool = False
) -> go.Figure:
    """Figures over a quantity, joined by lines."""
    figure = go.Figure()
    for one in series:
        figure.add_scatter(
            **_marks(one, list(one.x), 100 if share else 1, "y"),
            hovertemplate="%{x}<br>" + one.name + ": %{customdata}<extra></extra>",
        )
    figure.update_xaxes(title=x_title)
    figure.update_yaxes(title=y_title, showgrid=True)
    if share:
        figure.update_yaxes(range=[-3, 104], **_PERCENT)
    if log:
        ticks = sorted({x for one in series for x in one.x})
        figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(x) for x in ticks])
        labels = [f"{100 * share:g} %" for share in _DECADES]
        figure.update_yaxes(type="log", tickvals=_DECADES, ticktext=labels)
    return figure


def identity_figure(
    x: np.ndarray, y: np.ndarray, names: Sequence[str], *, titles: tuple[str, str], colour: str,
    name: str, extra: tuple[np.ndarray, np.ndarray, str] | None = None,
) -> go.Figure:  # fmt: skip
    """Points against the line where both sides agree; ``extra`` is a fainter second cloud."""
    figure = go.Figure()
    ends = [float(min(x.min(), y.min())), float(max(x.max(), y.max()))]
    figure.add_scatter(
        x=ends, y=ends, mode="lines", line={"color": GREY, "dash": "dash", "width": 1.5},
        name="equal", hoverinfo="skip",
    )  # fmt: skip
    clouds = [(x, y, name, colour, "circle", 0.8, 7)]
    if extra is not None:
        clouds.insert(0, (*extra, GREY, "diamond-open", 0.7, 6))
    for px, py, label, tint, symbol, opacity, size in clouds:
        figure.add_scatter(
            x=px, y=py, mode="markers", name=label, text=list(names),
            marker={"color": tint, "symbol": symbol, "size": size, "opacity": opacity},
            hovertemplate="%{text}<br>%{x:.0f} → %{y:.0f}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title=titles[0], showgrid=True, exponentformat="none")
    figure.update_yaxes(title=titles[1], showgrid=True, exponentformat="none")
    return figure


def shares_figure(
    x: Sequence[str], parts: Sequence[tuple[str, Sequence[Estimate]]], *, x_title: str,
    y_title: str,
) -> go.Figure:  # fmt: skip
    """Stacked shares, each written into its bar."""
    figure = go.Figure()
    for (name, estimates), colour in zip(parts, OUTCOME_COLOURS, strict=True):
        values = [100 * estimate.value for estimate in estimates]
        figure.add_bar(
            x=list(x), y=values, name=name, marker={"color": colour, "line": {"width": 0}},
            text=[f"{v:.0f} %" if v >= 8 else "" for v in values], textposition="inside",
            insidetextanchor="middle", textangle=0, textfont={"color": "#10161f"},
            hovertemplate="%{x}: " + name + " %{y:.0f} %<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack", legend_traceorder="normal")
    figure.update_xaxes(title=x_title, type="category")
    figure.update_yaxes(title=y_title, range=[0, 100], **_PERCENT)
    return figure


def reference(figure: go.Figure, value: float, ends: tuple[float, float], name: str) -> None:
    """A dotted vertical line between two heights, named in the legend."""
    figure.add_scatter(**_upright(value, ends, name))


def _upright(value: float, ends: tuple[float, float], name: str) -> dict[str, Any]:
    return {
        "x": [value, value], "y": list(ends), "mode": "lines", "name": name, "hoverinfo": "skip",
        "line": {"color": GREY, "dash": "dot", "width": 1.5},
    }  # fmt: skip


def _marks(one: Series, at: list[Any], scale: float, along: str) -> dict[str, Any]:
    values = np.array([scale * e.value for e in one.estimates])
    ends = {
        "array": [scale * e.high - v for e, v in zip(one.estimates, values, strict=True)],
        "arrayminus": [v - scale * e.low for e, v in zip(one.estimates, values, strict=True)],
    }
    across = "y" if along == "x" else "x"
    symbol = one.symbol if one.filled else f"{one.symbol}-open"
    lines = along == "y"
    unit = " %" if scale == 100 else ""
    return {
        along: values, across: at, "name": one.name,
        "mode": "lines+markers" if lines else "markers",
        "marker": {"color": one.colour, "symbol": symbol, "size": one.size,
                   "line": {"width": 1.6, "color": one.colour}},
        "line": {"color": one.colour, "dash": one.dash, "width": 2.2},
        f"error_{along}": {"type": "data", "symmetric": False, "thickness": 1.3, "width": 3,
                           "color": one.colour, "visible": one.whiskers, **ends},
        "customdata": [
            f"{v:.3g}{unit} [{scale * e.low:.3g}, {scale * e.high:.3g}], n = {e.count}"
            for e, v in zip(one.estimates, values, strict=True)
        ],
    }  # fmt: skip


__all__ = [
    "ACCENT", "BLUE", "GREY", "Series", "identity_figure", "lines_figure", "reference",
    "rows_figure", "shares_figure", "show",
]  # fmt: skip
