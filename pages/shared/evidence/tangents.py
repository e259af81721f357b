"""Section on tangent spaces: neighbours, variance kept, or no projection at all."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend.evidence import TANGENT, Library, Study
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.steered_table import steering_table
from pages.shared.evidence.tables import Column

NEIGHBOURS, VARIANCE = TANGENT
TOLERANCES = ("5 %", "10 %")
CHART_HEIGHT = 320


def tangents(shelf: Library) -> None:
    """Single shots with tangent spaces of every size, and with none."""
    opened = controls.opened(shelf, "tangents", (1.1, 1.1))
    if opened is None:
        return
    env, seeds, places = opened
    study = shelf.study(env, "tangents", seeds)
    starts = controls.pills(places[0], "only starts", list(words.STARTS), "starts")
    limit = controls.one(places[1], "success at", TOLERANCES, "tolerance")
    controls.notice(study.provenance)
    controls.question(
        "Does staying among the policies help?",
        "Single shots whose gradient is projected on tangent spaces of every size, or not at all. "
        f"The app: {NEIGHBOURS} neighbours, {100 * VARIANCE:.0f} % of their variance.",
    )
    for column, axis in zip(st.columns(2), ("num_neighbours", "variance_kept"), strict=True):
        with column:
            _figure(study, starts, limit, axis)
    steering_table(
        [row for row in study.figures if row["start"] in starts],
        [Column(title="tangent space"), Column(title="start")],
        lambda row: [_space(row), row["start"]], _is_used,
    )  # fmt: skip
    controls.origin(
        study, f"{words.requests(study.provenance)}. Marked: what the app’s single shot uses. "
        f"{words.WILSON} {words.BOOTSTRAP} No figure of the paper is known.",
    )  # fmt: skip


def _figure(study: Study, starts: list[str], limit: str, axis: str) -> None:
    looks = (("near", charts.ACCENT, "circle"), ("random", charts.BLUE, "square"))
    series = []
    for start, colour, symbol in looks:
        if start in starts:
            rows = _along(study, start, axis)
            series.append(charts.Series(
                name=words.STARTS[start], x=[_size(row, axis) for row in rows],
                estimates=[row[f"success at {limit}"] for row in rows],
                colour=colour, symbol=symbol,
            ))  # fmt: skip
    title = f"neighbours, {100 * VARIANCE:.0f} % of variance kept"
    if axis == "variance_kept":
        title = f"variance kept, {NEIGHBOURS} neighbours"
    figure = charts.lines_figure(series, x_title=title, y_title=f"success at {limit}", share=True)
    figure.update_xaxes(type="category")
    charts.show(figure, CHART_HEIGHT, key=f"tangent-{axis}")


def _along(study: Study, start: str, axis: str) -> list[Mapping[str, Any]]:
    """Rows that differ in one size only, smallest first, then the one without a projection."""
    rows = [row for row in study.figures if row["start"] == start]
    fixed, value = ("variance_kept", VARIANCE)
    if axis == "variance_kept":
        fixed, value = ("num_neighbours", NEIGHBOURS)
    kept = [row for row in rows if row["num_neighbours"] and row[fixed] == value]
    kept.sort(key=lambda row: row[axis])
    return [*kept, *(row for row in rows if not row["num_neighbours"])]


def _size(row: Mapping[str, Any], axis: str) -> str:
    if not row["num_neighbours"]:
        return "no projection"
    return str(row[axis]) if axis == "num_neighbours" else f"{100 * row[axis]:.0f} %"


def _space(row: Mapping[str, Any]) -> str:
    if not row["num_neighbours"]:
        return "none: free gradient"
    return f"{row['num_neighbours']} neighbours, {100 * row['variance_kept']:.0f} %"


def _is_used(row: Mapping[str, Any]) -> bool:
    return (row["num_neighbours"], row["variance_kept"], row["start"]) == (*TANGENT, "near")
