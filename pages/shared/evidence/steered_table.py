"""The table of a steering study: what was measured, what was promised, what it cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.evidence import COUNTING, PUBLISHED, Rows
from pages.shared.evidence import words
from pages.shared.evidence.tables import Cell, Column, Row, estimate_cell, table


@dataclass(frozen=True)
class Measure:
    """A figure of every steering study, and how it is shown."""

    key: str
    column: Column
    form: words.Format
    promised: bool = False


MEASURED, MISS, COST = "success, measured", "measured miss, mean", "cost per request"
MEASURES = (
    Measure("success at 5 %", Column(title="at 5 %", group=MEASURED, note="bounds ≤ 2 %"),
            words.whole_percent),
    Measure("success at 10 %", Column(title="at 10 %", group=MEASURED, note="bounds ≤ 10 %"),
            words.whole_percent),
    Measure("target error, % of range", Column(title="target", group=MISS, note="% of range"),
            words.percent),
    Measure("bound violation, % of range", Column(title="bounds", group=MISS, note="% of range"),
            words.percent),
    Measure("predicted feasible", Column(title="PREDICTED", group="promise", note="feasible"),
            words.whole_percent, promised=True),
    Measure("distance to data, spacings", Column(title="distance", group="from data",
            note="spacings"), words.number),
    Measure("steps", Column(title="steps", group=COST), words.number),
    Measure("CPU ms per request", Column(title="CPU", group=COST), words.milliseconds),
    Measure("rollouts per request", Column(title="rollouts", group=COST), words.number),
)  # fmt: skip
BESIDE = {
    "success at 5 %": "success", "target error, % of range": "target error",
    "bound violation, % of range": "violation",
}  # fmt: skip
"Measure -> the paper's figure that stands under it."
MEANING = (
    "Success: measured target within 5 (10) % of its range, bounds missed by at most 2 (10) %. "
    "PREDICTED feasible is no success: it is what the value heads say of the answer before any "
    "rollout; how far it stands above success is what they overpromise."
)


def steering_table(
    rows: Rows, heads: Sequence[Column], names: Callable[[Mapping[str, Any]], Sequence[str]],
    is_marked: Callable[[Mapping[str, Any]], bool], *, says: bool = False, paper: bool = False,
) -> None:  # fmt: skip
    """One line per row.

    ``heads`` and ``names`` say what tells the rows apart, ``is_marked`` which are ours; ``says``
    puts what is said of the answers in the place of what they cost.
    """
    shown = [m for m in MEASURES if not (says and m.column.group == COST)]
    columns = [*heads, *(m.column for m in shown)]
    body = []
    for row in rows:
        cells = [Cell(main=name) for name in names(row)]
        cells += [estimate_cell(row[m.key], m.form, tone="faint" if m.promised else "")
                  for m in shown]  # fmt: skip
        if says:
            cells += [estimate_cell(row[f"says “{word}”"], words.whole_percent)
                      for word in words.OUTCOMES]  # fmt: skip
        body.append(Row(cells=cells, tone="accent" if is_marked(row) else ""))
    if says:
        columns += [Column(title=text, group="what is said before rollouts")
                    for text in words.OUTCOMES.values()]  # fmt: skip
    if paper:
        body.append(_paper_row([*[""] * (len(heads) - 1), *(m.key for m in shown)]))
    table(columns, body, caption=MEANING)


def _paper_row(keys: Sequence[str]) -> Row:
    cells = [Cell(main="the paper’s, as published", small="over its own environments")]
    for key in keys[: keys.index("predicted feasible")]:
        found = PUBLISHED.get(BESIDE.get(key, ""))
        cells.append(Cell(main=found.text, small=found.source) if found else Cell(main=""))
    return Row(cells=cells, span=Cell(main="", small=COUNTING), tone="paper")
