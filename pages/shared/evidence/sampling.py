"""How much must be seen of a policy: latent error over context size and over episodes."""

import numpy as np
import streamlit as st

from backend.evidence import Library, Rows
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.tables import Cell, Column, Row, estimate_cell, table

CHART_HEIGHT = 330


def sampling(shelf: Library) -> None:
    """Latent error over context size and over episodes."""
    opened = controls.opened(shelf, "sampling")
    if opened is None:
        return
    env, chosen, _ = opened
    study = shelf.study(env, "sampling", chosen)
    controls.notice(study.provenance)
    name = "squared error, share of variance"
    episodes = sorted({row["num_episodes"] for row in study.figures})
    total = episodes[-1]
    fits = {num: shelf.law(env, num, chosen) for num in (1, total)}
    told = {num: f"**{words.percent(100 * floor)}** (R² {fit:.2f})"
            for num, (floor, fit) in fits.items()}  # fmt: skip
    controls.question(
        "How much must be seen of a policy?",
        "The error against other episodes of the same policy, fitted by floor + c/N. "
        f"Floors: {told[total]} with pairs from {total} episodes, {told[1]} within one.",
    )
    left, right = st.columns([1.5, 1])
    with left:
        _context_figure(study.figures, name, total)
    sizes = [row["context_size"] for row in study.figures if row["num_episodes"] not in (1, total)]
    with right:
        if sizes:
            _episode_figure(study.figures, name, sizes[0])
    rows = [
        Row(cells=[
            Cell(main=str(row["context_size"])), Cell(main=str(row["num_episodes"])),
                estimate_cell(row[name], lambda share: words.percent(100 * share)),
                Cell(main=str(row[name].count)),
            ],
        )
        for row in study.figures
    ]  # fmt: skip
    with st.expander("all figures with their intervals"):
        table(
            [Column(title="pairs in the context"), Column(title="episodes they come from"),
             Column(title="squared latent error", note="% of the policies’ variance"),
             Column(title="n", note="policies × seeds")], rows,
        )  # fmt: skip
    controls.origin(study, words.BOOTSTRAP)


def _context_figure(rows: Rows, name: str, total: int) -> None:
    series = []
    for num, colour, symbol in ((total, charts.ACCENT, "circle"), (1, charts.BLUE, "square")):
        kept = [row for row in rows if row["num_episodes"] == num]
        label = f"from {total} episodes" if num == total else "from one episode"
        series.append(charts.Series(
            name=label, x=[row["context_size"] for row in kept],
            estimates=[row[name] for row in kept], colour=colour, symbol=symbol,
        ))  # fmt: skip
    figure = charts.lines_figure(
        series, x_title="pairs in the context", y_title="squared latent error ÷ variance",
        share=False, log=True,
    )  # fmt: skip
    first = series[0]
    x = np.array(first.x, float)
    y = first.estimates[0].value * x[0] / x
    figure.add_scatter(x=x, y=y, mode="lines", name="1/N",
                       line={"color": charts.GREY, "dash": "dash", "width": 1.5})  # fmt: skip
    charts.show(figure, CHART_HEIGHT, key="contexts")


def _episode_figure(rows: Rows, name: str, size: int) -> None:
    kept = sorted(
        (row for row in rows if row["context_size"] == size), key=lambda row: row["num_episodes"]
    )
    series = charts.Series(
        name=f"{size} pairs", x=[str(row["num_episodes"]) for row in kept],
        estimates=[row[name] for row in kept], colour=charts.BLUE,
    )  # fmt: skip
    figure = charts.lines_figure(
        [series], x_title=f"episodes that {size} pairs come from",
        y_title="squared latent error ÷ variance", share=False,
    )  # fmt: skip
    figure.update_layout(showlegend=False)
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero", tickformat=".1%")
    charts.show(figure, CHART_HEIGHT, key="episodes")
