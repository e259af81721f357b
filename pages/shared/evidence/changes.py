"""Section on our changes to the method: what each of them buys, one more from line to line."""

import streamlit as st

from backend.evidence import DECODER, GOALS, LAST_STEP, Estimate, Library, Study
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.representation import measure_column, measured
from pages.shared.evidence.steered_table import steering_table
from pages.shared.evidence.tables import Cell, Column, Row, table

REGIONS = {"inside": "inside the population", "hole": "into a hole"}
ROW_HEIGHT, HEAD_HEIGHT = 30, 98


def changes(shelf: Library) -> None:
    """Steering from the paper's procedure to the app's, and decoders with less training."""
    opened = controls.opened(shelf, "changes")
    if opened is None:
        return
    env, seeds, _ = opened
    study = shelf.study(env, "changes", seeds)
    controls.notice(study.provenance)
    controls.question(
        "What did each of our changes buy?",
        "Every line has what the lines above it have, and one thing more; the last is what the app "
        "does. The third changes the solver’s settings together: longer steps, multipliers that "
        "decay, a quadratic penalty, a finer tolerance, tangent spaces kept for some steps.",
    )
    _figure(study)
    steering_table(
        study.figures, [Column(title="one more from line to line"), Column(title="asked")],
        lambda row: [row["step"], REGIONS[row["region"]]], lambda row: row["step"] == LAST_STEP,
    )  # fmt: skip
    controls.origin(study, f"{words.requests(study.provenance)}. {words.WILSON} {words.BOOTSTRAP}")
    if not controls.missing(shelf, env, DECODER):
        _decoders(shelf.study(env, DECODER))


def _figure(study: Study) -> None:
    steps = list(dict.fromkeys(row["step"] for row in study.figures))
    panels = {}
    for region, title in REGIONS.items():
        rows = [row for row in study.figures if row["region"] == region]
        panels[f"success {title}"] = [
            charts.Series(
                name=f"at {limit} %", x=[row["step"] for row in rows],
                estimates=[row[f"success at {limit} %"] for row in rows],
                colour=charts.ACCENT if limit == 5 else charts.BLUE,
                symbol="circle" if limit == 5 else "diamond", whiskers=limit == 5,
            )
            for limit in (5, 10)
        ]  # fmt: skip
    goals = [100 * GOALS[name].limit for name in ("steering", "hole")]
    figure = charts.panels_figure(panels, steps, goals=goals, about="goal for the app, at 5 %")
    charts.show(figure, HEAD_HEIGHT + ROW_HEIGHT * len(steps), key="changes", top=60)


def _decoders(study: Study) -> None:
    controls.notice(study.provenance)
    controls.question(
        "And what the decoder's training?",
        "Held-out policies decoded by representations trained in the same way but for this; mean "
        "actions.",
    )
    names = [name for name, value in study.figures[0].items() if isinstance(value, Estimate)]
    last = study.figures[-1]["decoder"]
    rows = [
        Row(
            cells=[
                Cell(main=row["decoder"]), Cell(main=row["objective"]),
                *(measured(row[name], name) for name in names),
            ],
            tone="accent" if row["decoder"] == last else "",
        )
        for row in study.figures
    ]  # fmt: skip
    heads = [Column(title="decoder trained with"), Column(title="objective")]
    table([*heads, *map(measure_column, names)], rows)
    controls.origin(study, f"{words.episodes(study.provenance)}. {words.BOOTSTRAP}")
    st.caption("Marked: the app’s atlas.")
