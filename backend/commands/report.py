"""``steerscape report``: the evidence as tables, for people who read the README."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.commands import (
    changes_table,
    evidence_table,
    live_table,
    methods_table,
    outside_table,
    polynomial_table,
    recovery_table,
    search_table,
)
from backend.commands.options import JsonOption
from backend.compressed import Compressed
from backend.errors import InvalidValue
from backend.evaluation.evidence import load_evidence
from backend.evidence import Headline, Library
from backend.live.store import LIVE_DIR
from backend.live.study import EVIDENCE_DIR, TABLE
from backend.polynomial import Polynomial

LIVE_ENV = "mo-halfcheetah-v5"
"Whose decoder was trained for switching."
Marks = tuple[str, str]
"What stands before and after a table in a file."


def _measured() -> list[Headline]:
    """Environments that have figures."""
    library = Library()
    headlines = (library.headline(env) for env in library.environments())
    return [headline for headline in headlines if headline.figures]


def _switching() -> str:
    rows = load_evidence(TABLE, LIVE_ENV, LIVE_DIR / EVIDENCE_DIR).rows
    return live_table.switching_markdown(rows)


TABLES: dict[Marks, Callable[[], str]] = {
    evidence_table.MARKS: lambda: evidence_table.evidence_markdown(_measured()),
    methods_table.MARKS: lambda: methods_table.methods_markdown(Library()),
    changes_table.MARKS: lambda: changes_table.changes_markdown(Library()),
    outside_table.MARKS: lambda: outside_table.outside_markdown(Library()),
    recovery_table.MARKS: lambda: recovery_table.recoveries_markdown(Compressed()),
    search_table.MARKS: lambda: search_table.searches_markdown(Compressed()),
    live_table.MARKS: _switching,
    polynomial_table.MARKS: lambda: polynomial_table.polynomial_markdown(Polynomial()),
}
"Marks -> the table that belongs between them."


@dataclass(frozen=True, kw_only=True)
class Report(JsonOption):
    """One column per environment: reconstruction, probe, measured success, with their intervals."""

    into: Path | None = None
    "Markdown file whose tables, each between its marks, are written anew."

    def run(self) -> dict[str, Any]:
        """The figures as text; the tables of a file rewritten if one was named."""
        if self.into is not None:
            write_tables(self.into)
        return {
            headline.env: {
                title.strip("*"): evidence_table.cell(headline.figures, *where)
                for title, *where in evidence_table.FIGURES
            }
            for headline in _measured()
        }


def write_tables(path: Path) -> None:
    """Rewrite every table whose marks a file has. Raises InvalidValue if it has none."""
    text = path.read_text() if path.exists() else ""
    wanted = [marks for marks in TABLES if marks[0] in text]
    if not wanted:
        known = ", ".join(first for first, _ in TABLES)
        raise InvalidValue(str(path), "no such marks", f"a Markdown file with one of {known}")
    for marks in wanted:
        text = with_table(text, TABLES[marks](), marks)
    path.write_text(text)


def with_table(text: str, table: str, marks: Marks) -> str:
    """The text with the table between its marks. Raises InvalidValue for a first without a last."""
    before, mark, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not end:
        raise InvalidValue(marks[0], "no end", f"{marks[1]} further down")
    return f"{before}{mark}\n{table}\n{end}{after}"
