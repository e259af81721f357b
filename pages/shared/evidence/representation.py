"""Sections on the representation: does it decode, is it ordered, how much must it see?"""

from typing import Any

import numpy as np
import streamlit as st

from backend.evidence import OURS, PUBLISHED, Estimate, Library, Rows
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.tables import Cell, Column, Row, estimate_cell, table

MODES = {"deterministic": "mean actions", "stochastic": "with each policy’s own noise"}
METRICS = {
    "probe R²": "Linear probe from z to the return: fitted on training policies, judged on "
    "held-out ones. Higher is better.",
    "probe MSE": "The linear probe’s squared error ÷ the return’s variance. Lower is better.",
    "Spearman of z distances": "Rank correlation of latent and return distances over held-out "
    "pairs. Higher is better.",
    "Spearman of u distances": "The same in each objective’s own projection; only spaces with "
    "trained projectors have it. Higher is better.",
    "roughness": "Mean change of the return, in % of range, along random walks between "
    "neighbouring policies. Lower is smoother.",
}
PAPER_BASELINES = ("VAE", "VAE + InfoNCE", "AE + Rank-N-Contrast")
MLP = "MLP projectors"
CHART_HEIGHT = 330


def reconstruction(shelf: Library) -> None:
    """Decoded against source returns of held-out policies."""
    opened = controls.opened(shelf, "reconstruction", (2,))
    if opened is None:
        return
    env, chosen, places = opened
    study = shelf.study(env, "reconstruction", chosen)
    modes = controls.pills(places[0], "actions", list(MODES), "modes")
    controls.notice(study.provenance)
    controls.question(
        "Do decoded policies do what their sources do?",
        "Policies kept out of all training: encoded, decoded, rolled out. On the dashed line they "
        "do exactly that.",
    )
    figures = [row for row in study.figures if row["mode"] in modes]
    pairs = shelf.rows(env, "reconstruction", chosen)
    objectives = list(dict.fromkeys(row["objective"] for row in figures))
    for column, objective in zip(st.columns(len(objectives)), objectives, strict=True):
        with column:
            _decoded_figure(pairs, objective, modes)
    measures = [name for name, value in figures[0].items() if isinstance(value, Estimate)]
    columns = [Column(title="objective, actions"), *(measure_column(name) for name in measures)]
    rows = [
        Row(
            cells=[
                Cell(main=row["objective"], small=MODES[row["mode"]]),
                *(measured(row[name], name) for name in measures),
            ],
            tone="accent" if row["mode"] == "deterministic" else "",
        )
        for row in figures
    ]
    paper = PUBLISHED["reconstruction"]
    rows.append(Row(
        cells=[Cell(main="the paper’s, as published", small=paper.source)],
        span=Cell(main=paper.text, small=f"{paper.about}; which mean it is, is not known"),
        tone="paper",
    ))  # fmt: skip
    table(columns, rows, caption="“Within”: every objective of a policy at once. The app plays "
          "mean actions. Relative errors grow without bound where a return is near 0.")  # fmt: skip
    counts = {row["mode"]: next(v.count for v in row.values() if isinstance(v, Estimate))
              for row in figures}  # fmt: skip
    num = next(iter(counts.values()))
    episodes = study.provenance.num_episodes
    controls.origin(
        study, f"n = {num} policies × seeds, {episodes} episodes each. {words.WILSON} "
        f"Medians and means: {words.BOOTSTRAP.split(': ', 1)[1]}",
    )  # fmt: skip


def _decoded_figure(rows: Rows, objective: str, modes: list[str]) -> None:
    def cloud(mode: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
        kept = [r for r in rows if r["objective"] == objective and r["mode"] == mode]
        return (
            np.array([r["source"] for r in kept]), np.array([r["decoded"] for r in kept]),
            [f"{r['policy']}, seed {r['seed']}" for r in kept],
        )  # fmt: skip

    x, y, names = cloud(modes[-1] if "deterministic" not in modes else "deterministic")
    extra = None
    if len(modes) > 1:
        ex, ey, _ = cloud("stochastic")
        extra = (ex, ey, MODES["stochastic"])
    first = "deterministic" in modes
    figure = charts.identity_figure(
        x, y, names, titles=(f"{objective}, source (measured)", f"{objective}, decoded (measured)"),
        colour=charts.ACCENT if first else charts.GREY,
        name=MODES["deterministic" if first else "stochastic"], extra=extra,
    )  # fmt: skip
    charts.show(figure, CHART_HEIGHT, key=f"decoded-{objective}")


def measure_column(name: str) -> Column:
    """Head of a figure of reconstruction."""
    head, _, unit = name.partition(", ")
    return Column(title=head, note=unit)


def measured(estimate: Estimate, name: str) -> Cell:
    """A figure of reconstruction."""
    if name.startswith("within"):
        return estimate_cell(estimate, words.whole_percent)
    return estimate_cell(estimate, words.percent)


def geometry(shelf: Library) -> None:
    """Latent spaces compared: ours, the paper's baselines, other encoders and projectors."""
    opened = controls.opened(shelf, "geometry")
    if opened is None:
        return
    env, chosen, _ = opened
    study = shelf.study(env, "geometry", chosen)
    present = {row["metric"] for row in study.figures}
    wide = st.container()  # five long names
    metric = controls.one(wide, "metric", [m for m in METRICS if m in present], "metric")
    controls.notice(study.provenance)
    controls.question("Is the latent space ordered by value?", METRICS[metric])
    rows = [row for row in study.figures if row["metric"] == metric]
    objectives = list(dict.fromkeys(row["objective"] for row in rows))
    for column, objective in zip(st.columns(len(objectives)), objectives, strict=True):
        with column:
            _space_figure([r for r in rows if r["objective"] == objective], objective, metric)
    _space_table(shelf, env, chosen, rows, metric, objectives)
    controls.origin(
        study, f"In brackets and as whiskers: {words.ENDS}. Short trainings, the same for every "
        "space, but for the app’s atlas, trained for longer, and raw feature means, which nothing "
        "is trained for and which see all pairs of a policy, where latents see a few contexts.",
    )  # fmt: skip


def _space_figure(rows: Rows, objective: str, metric: str) -> None:
    ours = [r for r in rows if r["space"] == OURS]
    others = [r for r in rows if r["space"] != OURS]
    form = {"x_title": f"{objective}: {metric}", "share": False}
    names = [r["space"] for r in ours + others]
    series = [
        charts.Series(name=name, x=[_short(r["space"]) for r in part],
                      estimates=[r["value"] for r in part], colour=colour, size=size)
        for name, part, colour, size in (
            ("ours", ours, charts.ACCENT, 13), ("others", others, charts.GREY, 10),
        )
        if part
    ]  # fmt: skip
    figure = charts.rows_figure(series, **form, spread=False)
    figure.update_layout(showlegend=False)
    charts.show(figure, 60 + 30 * len(names), key=f"space-{objective}")


def _short(space: str) -> str:
    return "ours" if space == OURS else space


def _space_table(
    shelf: Library, env: str, seeds: tuple[int, ...], rows: Rows, metric: str, objectives: list[str]
) -> None:
    times = shelf.times_lower(env, seeds)
    spaces = list(dict.fromkeys(row["space"] for row in rows))
    spaces.sort(key=lambda space: space != OURS)
    values: dict[tuple[str, str], Any] = {(r["space"], r["objective"]): r["value"] for r in rows}
    body = []
    for space in spaces:
        cells = [Cell(main=space, small=_kind(space))]
        cells += [estimate_cell(values[space, o], words.three) if (space, o) in values
                  else Cell(main="–") for o in objectives]  # fmt: skip
        cells.append(estimate_cell(times[space], words.times) if space in times else Cell(main="–"))
        body.append(Row(cells=cells, tone="accent" if space == OURS else ""))
    paper = PUBLISHED["probe"]
    body.append(Row(
        cells=[Cell(main="the paper’s, as published", small=paper.source)],
        span=Cell(main=f"probe MSE {paper.text}", small=f"{paper.about}; per baseline not known"),
        tone="paper",
    ))  # fmt: skip
    columns = [Column(title="latent space")]
    columns += [Column(title=objective, note=metric) for objective in objectives]
    columns.append(Column(title="probe MSE, times ours", note="mean of the objectives"))
    table(columns, body, caption="The projector study is told by the first row (linear, "
          f"semi-orthonormal projectors) against “{MLP}”.")  # fmt: skip


def _kind(space: str) -> str:
    if space == OURS:
        return "linear semi-orthonormal projectors"
    return "a baseline of the paper" if space in PAPER_BASELINES else ""
