"""Tables of figures as HTML: value, interval beneath, marks for what matters and what is missed.

Streamlit's own tables draw on a canvas: no interval under a number, no grouped head, no text to
select. Everything shown is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Literal

import streamlit as st

from backend.evidence import Estimate
from pages.shared.evidence import words

Tone = Literal["", "accent", "faint"]

_STYLE = """
<style>
  /* Streamlit's empty tool bar would lie over the choice of sections and take its clicks. */
  .stAppHeader [data-testid="stToolbar"] { pointer-events: none; }
  .stAppHeader [data-testid="stToolbar"] button { pointer-events: auto; }
  .ev { overflow-x: auto; margin: .1rem 0 .3rem; }
  .ev table { border-collapse: collapse; width: 100%; font-size: .84rem; line-height: 1.2;
    font-variant-numeric: tabular-nums; }
  .ev caption { caption-side: bottom; text-align: left; opacity: .8; font-size: .78rem;
    padding-top: .35rem; line-height: 1.35; }
  .ev th, .ev td { border: 0; padding: .3rem .28rem; text-align: right; vertical-align: top; }
  .ev th:first-child, .ev td:first-child { text-align: left; padding-left: .7rem; }
  .ev thead th { font-weight: 600; font-size: .78rem; vertical-align: bottom;
    border-bottom: 1px solid color-mix(in srgb, currentColor 28%, transparent); }
  .ev thead th.group { text-align: center; opacity: 1; font-size: .84rem; border-bottom: 0;
    padding-bottom: 0; }
  .ev thead th.group span { display: block; border-bottom: 2px solid
    color-mix(in srgb, currentColor 28%, transparent); padding-bottom: .15rem; margin: 0 .3rem; }
  .ev tbody tr { border-bottom: 1px solid color-mix(in srgb, currentColor 11%, transparent); }
  .ev tbody th { font-weight: 500; }
  .ev tbody tr.accent { background: color-mix(in srgb, #ff5c39 11%, transparent);
    box-shadow: inset 3px 0 0 #ff5c39; }
  .ev tbody tr.accent th, .ev td.accent b { font-weight: 700; }
  .ev td.accent { background: color-mix(in srgb, #ff5c39 11%, transparent); }
  .ev tbody tr.accent th small { font-weight: 400; }
  .ev tbody tr.faint { opacity: .85; }
  .ev tbody tr.paper { font-style: italic; border-top: 1px dashed
    color-mix(in srgb, currentColor 45%, transparent); }
  .ev td.span { text-align: left; max-width: 0; } /* long words do not widen their columns */
  .ev td b { font-weight: 500; white-space: nowrap; }
  .ev small { display: block; opacity: .78; font-size: .74rem; white-space: nowrap; }
  .ev small.wide { white-space: normal; }
  .ev .missed b { text-decoration: underline dashed 1.5px; text-underline-offset: 3px; }
  .ev .missed b::before { content: "✗ "; font-weight: 700; }
</style>
"""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A head."""

    title: str
    group: str = ""
    "Title over neighbouring columns that share it."
    note: str = ""
    "Second, smaller line."


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure or words."""

    main: str
    small: str = ""
    "Second, smaller line."
    tone: Tone = ""
    missed: bool = False
    "Whether it misses its goal; marked so that no colour is needed to see it."


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the table; the first cell names it."""

    cells: Sequence[Cell]
    tone: Literal["", "accent", "faint", "paper"] = ""
    span: Cell | None = field(default=None)
    "Said across all columns that ``cells`` leave."


def estimate_cell(
    estimate: Estimate, form: words.Format, *, tone: Tone = "", missed: bool = False
) -> Cell:
    """A figure with its interval beneath."""
    if not estimate.count:
        return Cell(main="–", small="not measured", tone="faint")
    return Cell(
        main=form(estimate.value), small=words.interval(estimate, form),
        tone=tone, missed=missed,
    )  # fmt: skip


def style() -> None:
    """The look of every table; once a page."""
    st.html(_STYLE)


def table(columns: Sequence[Column], rows: Sequence[Row], *, caption: str = "") -> None:
    """Show a table. ``caption`` is one line under it."""
    st.html(html(columns, rows, caption))


def html(columns: Sequence[Column], rows: Sequence[Row], caption: str = "") -> str:
    """The table's markup."""
    body = "".join(_row(row, len(columns)) for row in rows)
    end = f"<caption>{escape(caption)}</caption>" if caption else ""
    head = _head(columns)
    return f'<div class="ev"><table>{end}<thead>{head}</thead><tbody>{body}</tbody></table></div>'


def _head(columns: Sequence[Column]) -> str:
    groups = ""
    if any(column.group for column in columns):
        spans = [(name, len(list(part))) for name, part in groupby(columns, lambda c: c.group)]
        groups = "<tr>" + "".join(
            f'<th class="group" scope="colgroup" colspan="{num}"><span>{escape(name)}</span></th>'
            if name
            else f'<td colspan="{num}"></td>'
            for name, num in spans
        )
        groups += "</tr>"
    titles = "".join(
        f'<th scope="col">{escape(c.title)}{_small(c.note, wide=True)}</th>' for c in columns
    )
    return f"{groups}<tr>{titles}</tr>"


def _row(row: Row, num_columns: int) -> str:
    first, *others = row.cells
    cells = f'<th scope="row">{escape(first.main)}{_small(first.small, wide=True)}</th>'
    cells += "".join(map(_cell, others))
    if row.span is not None:
        left = num_columns - len(row.cells)
        text = f"{escape(row.span.main)}{_small(row.span.small, wide=True)}"
        cells += f'<td class="span" colspan="{left}">{text}</td>'
    return f'<tr class="{row.tone}">{cells}</tr>'


def _cell(cell: Cell) -> str:
    classes = " ".join(filter(None, [cell.tone, "missed" if cell.missed else ""]))
    missed = ' title="misses its goal"' if cell.missed else ""
    return f'<td class="{classes}"{missed}><b>{escape(cell.main)}</b>{_small(cell.small)}</td>'


def _small(text: str, *, wide: bool = False) -> str:
    return f"<small{' class=wide' if wide else ''}>{escape(text)}</small>" if text else ""
