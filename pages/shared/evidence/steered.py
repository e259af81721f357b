"""Sections on steering inside the population, into a hole, and beyond the front."""

import streamlit as st

from backend.evidence import PUBLISHED, Library, Rows
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.steered_table import steering_table
from pages.shared.evidence.tables import Column

QUESTIONS = {
    "steering": (
        "Does steering deliver where policies exist already?",
        "Targets and bounds inside the training returns; every answer is judged by rollouts on "
        "fresh seeds.",
    ),
    "hole": (
        "Does it make what it never saw?",
        "An atlas built without the policies in the middle of the return range is asked for what "
        "they did and no other policy does.",
    ),
}
KINDS = ("single shot", "corrected")
ROW_HEIGHT, HEAD_HEIGHT, CHART_HEIGHT = 23, 78, 330


def steering(shelf: Library) -> None:
    """Requests inside the population."""
    _region(shelf, "steering")


def hole(shelf: Library) -> None:
    """Requests into the hole."""
    _region(shelf, "hole")


def _region(shelf: Library, name: str) -> None:
    opened = controls.opened(shelf, name, (1.6, 1.0))
    if opened is None:
        return
    env, seeds, places = opened
    study = shelf.study(env, name, seeds)
    known = list(dict.fromkeys(row["method"] for row in study.figures))
    methods = controls.pills(places[0], "only methods", known, "methods")
    kinds = controls.pills(places[1], "only answers", KINDS, "answers")
    rows = [row for row in study.figures
            if row["method"] in methods and KINDS[row["corrected"]] in kinds]  # fmt: skip
    rows.sort(key=lambda row: (not words.is_app(row), row["procedure"] == "ours", row["corrected"]))
    controls.notice(study.provenance)
    controls.question(*QUESTIONS[name])
    if not rows:
        st.info("Nothing was measured with these filters.", icon=":material/filter_alt_off:")
        return
    _success_figure(rows, name)
    steering_table(
        rows,
        [Column(title="answer by")],
        lambda row: [words.variant(row)],
        words.is_app,
        paper=True,
    )
    num = rows[0]["success at 5 %"].count
    controls.origin(
        study, f"{words.requests(study.provenance)}: n = {num} a line. {words.WILSON} "
        f"{words.BOOTSTRAP} CPU: {words.ENDS}.",
    )  # fmt: skip


def _success_figure(rows: Rows, name: str) -> None:
    looks = ((True, ", the app", charts.ACCENT), (False, "", charts.BLUE))
    series = []
    for is_ours, whose, colour in looks:
        part = [row for row in rows if words.is_app(row) == is_ours]
        for limit, symbol, size in ((10, "diamond", 13), (5, "circle", 8)):
            if part:
                series.append(charts.Series(
                    name=f"at {limit} %{whose}", x=[words.variant(row) for row in part],
                    estimates=[row[f"success at {limit} %"] for row in part],
                    colour=colour, symbol=symbol, filled=limit == 5, size=size,
                    whiskers=limit == 5,
                ))  # fmt: skip
    figure = charts.rows_figure(series, x_title="", share=True, spread=False)
    paper = PUBLISHED["success"]
    if paper.value is not None:
        name = f"the paper’s: {paper.text} (how counted is not known)"
        charts.reference(figure, paper.value, (-0.5, len(rows) - 0.5), name)
    charts.show(figure, HEAD_HEIGHT + ROW_HEIGHT * len(rows), key=f"success-{name}")


def extrapolation(shelf: Library) -> None:
    """Requests outside the front."""
    opened = controls.opened(shelf, "extrapolation", (1.4, 0.8))
    if opened is None:
        return
    env, seeds, places = opened
    study = shelf.study(env, "extrapolation", seeds)
    labels = {words.variant(row): words.is_app(row) for row in study.figures}
    order = sorted(labels, key=lambda label: not labels[label])
    who = str(places[0].selectbox("bars and table show", order, key="sayer", bind="query-params"))
    controls.notice(study.provenance)
    controls.question(
        "What happens when nobody could do it?",
        "Requests better in every objective at once than any policy seen, so that even the best "
        "one misses by so much. Success has to fall; what matters is what is said before.",
    )
    rows = [row for row in study.figures if words.variant(row) == who]
    left, right = st.columns([1.15, 1])
    with left:
        _beyond_figure(study.figures, order)
    with right:
        parts = [(text, [row[f"says “{word}”"] for row in rows])
                 for word, text in words.OUTCOMES.items()]  # fmt: skip
        figure = charts.shares_figure(
            [f"{row['beyond_percent']:.0f} %" for row in rows], parts,
            x_title="missed by every policy, % of range", y_title="said before rollouts",
        )  # fmt: skip
        charts.show(figure, CHART_HEIGHT, key="said", top=50)
    steering_table(
        rows, [Column(title="missed by every policy", note="% of range, at least")],
        lambda row: [f"{row['beyond_percent']:.0f} %"], lambda _: False, says=True,
    )  # fmt: skip
    controls.origin(
        study, f"{words.requests(study.provenance)}. {words.WILSON} {words.BOOTSTRAP} "
        "No figure of the paper is known beyond its training returns.",
    )  # fmt: skip


def _beyond_figure(rows: Rows, order: list[str]) -> None:
    looks = ((charts.ACCENT, "circle", 12), (charts.BLUE, "diamond", 9),
             (charts.GREY, "square", 8), (charts.GREY, "triangle-up", 9))  # fmt: skip
    series = []
    for label, (colour, symbol, size) in zip(order, looks, strict=False):
        part = [row for row in rows if words.variant(row) == label]
        series.append(charts.Series(
            name=label, x=[f"{row['beyond_percent']:.0f} %" for row in part],
            estimates=[row["success at 5 %"] for row in part],
            colour=colour, symbol=symbol, size=size,
        ))  # fmt: skip
    figure = charts.lines_figure(
        series, x_title="missed by every policy, % of range", y_title="success at 5 %", share=True
    )
    figure.update_xaxes(type="category")
    charts.show(figure, CHART_HEIGHT, key="beyond", top=50)
