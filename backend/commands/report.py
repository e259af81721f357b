"""``steerscape report``: the evidence as one table, for people who read the README."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.commands.options import JsonOption
from backend.errors import InvalidValue
from backend.evidence import Estimate, Headline, Library

MARKS = ("<!-- evidence -->", "<!-- end of evidence -->")
"What stands around the table in a file; everything between them is replaced."
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("reconstruction, median relative %", "reconstruction", "relative"),
    ("median % of range", "reconstruction", "of range"),
    ("probe R²", "geometry", "probe R²"),
    ("inside: **default**", "steering", "default"),
    ("single shot", "steering", "single shot"),
    ("paper’s procedure", "steering", "paper"),
    ("nearest policy", "steering", "nearest"),
    ("into a hole: **default**", "hole", "default"),
    ("single shot", "hole", "single shot"),
    ("paper’s procedure", "hole", "paper"),
    ("nearest policy", "hole", "nearest"),
)
"(title, study, figure of its headline)."


@dataclass(frozen=True, kw_only=True)
class Report(JsonOption):
    """One row per environment: reconstruction, probe and measured success with their intervals."""

    into: Path | None = None
    "Markdown file whose part between the evidence marks is replaced."

    def run(self) -> dict[str, Any]:
        """The figures as text; the file's table rewritten if one was named."""
        library = Library()
        headlines = [library.headline(env) for env in library.environments()]
        found = [headline for headline in headlines if headline.figures]
        if self.into is not None:
            write_table(self.into, markdown(found))
        return {h.env: [_cell(h.figures, *column[1:]) for column in COLUMNS] for h in found}


def markdown(headlines: list[Headline]) -> str:
    """The table, one row per environment."""
    lines = [
        "| " + " | ".join(["", *(title for title, _, _ in COLUMNS)]) + " |",
        "|:--|" + "--:|" * len(COLUMNS),
    ]
    for headline in headlines:
        cells = [_cell(headline.figures, *column[1:]) for column in COLUMNS]
        lines.append(f"| {headline.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_table(path: Path, table: str) -> None:
    """Put the table between the marks of a file. Raises InvalidValue if they are not there."""
    text = path.read_text() if path.exists() else ""
    before, mark, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (mark and end):
        raise InvalidValue(str(path), "no such marks", f"a file with {MARKS[0]} … {MARKS[1]}")
    path.write_text(f"{before}{mark}\n{table}\n{end}{after}")


def _cell(figures: Mapping[str, Mapping[str, Estimate]], study: str, name: str) -> str:
    estimate = figures.get(study, {}).get(name)
    if estimate is None:
        return "–"
    numbers = (estimate.value, estimate.low, estimate.high)
    if study in ("steering", "hole"):
        value, low, high = (f"{100 * number:.0f}" for number in numbers)
        return f"{value} % [{low}, {high}]"
    digits = 3 if study == "geometry" else 1
    value, low, high = (f"{number:.{digits}f}" for number in numbers)
    return f"{value} [{low}, {high}]"
