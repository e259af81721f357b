"""``steerscape report``: the evidence as one table, for people who read the README."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.commands.changes_table import MARKS as CHANGES_MARKS
from backend.commands.changes_table import changes_markdown
from backend.commands.live_table import MARKS as LIVE_MARKS
from backend.commands.live_table import switching_markdown
from backend.commands.options import JsonOption
from backend.commands.polynomial_table import MARKS as POLYNOMIAL_MARKS
from backend.commands.polynomial_table import polynomial_markdown
from backend.commands.search_table import MARKS as SEARCH_MARKS
from backend.commands.search_table import searches_markdown
from backend.compressed import Compressed, Rows
from backend.errors import InvalidValue
from backend.evaluation.evidence import load_evidence
from backend.evidence import Estimate, Headline, Library
from backend.live.store import LIVE_DIR
from backend.live.study import EVIDENCE_DIR, TABLE
from backend.polynomial import Polynomial

FORMER = " †"
FORMER_WORDS = (
    "To be measured again: here all requests of a training seed shared three initial states, and "
    "the hole was also asked for what kept policies still meet."
)
MARKS = ("<!-- evidence -->", "<!-- end of evidence -->")
"What stands around the table in a file; everything between them is replaced."
RECOVERY_MARKS = ("<!-- recovery -->", "<!-- end of recovery -->")
"The same for the recovery table of compressed policies; a file may do without."
LIVE_ENV = "mo-halfcheetah-v5"
"Whose decoder was trained for switching."
FIGURES: tuple[tuple[str, str, str], ...] = (
    ("reconstruction, median relative %", "reconstruction", "relative"),
    ("reconstruction, median % of range", "reconstruction", "of range"),
    ("… of policies of unseen networks", "reconstruction", "of range, unseen network"),
    ("… with noisy actions, relative %", "reconstruction", "relative, noisy"),
    ("probe R², the app’s atlas", "geometry", "probe R²"),
    ("probe R², our short training", "geometry", "probe R², short"),
    ("probe R², raw feature means", "geometry", "probe R², raw"),
    ("**inside: the app’s default**", "steering", "default"),
    ("inside: single shot", "steering", "single shot"),
    ("inside: paper’s procedure", "steering", "paper"),
    ("inside: nearest existing policy", "steering", "nearest"),
    ("**into a hole: the app’s default**", "hole", "default"),
    ("into a hole: single shot", "hole", "single shot"),
    ("into a hole: paper’s procedure", "hole", "paper"),
    ("into a hole: nearest existing policy", "hole", "nearest"),
)
"(title, study, figure of its headline)."


@dataclass(frozen=True, kw_only=True)
class Report(JsonOption):
    """One column per environment: reconstruction, probe, measured success, with their intervals."""

    into: Path | None = None
    "Markdown file whose part between the evidence marks is replaced."

    def run(self) -> dict[str, Any]:
        """The figures as text; the file's table rewritten if one was named."""
        library = Library()
        headlines = [library.headline(env) for env in library.environments()]
        found = [headline for headline in headlines if headline.figures]
        if self.into is not None:
            write_table(self.into, markdown(found))
            if RECOVERY_MARKS[0] in self.into.read_text():
                compressed = Compressed()
                tables = [
                    f"**{compressed.about(env).title}**\n\n"
                    + recovery_markdown(compressed.recovery(env))
                    for env in compressed.envs()
                ]
                write_table(self.into, "\n\n".join(tables), RECOVERY_MARKS)
            if CHANGES_MARKS[0] in self.into.read_text():
                write_table(self.into, changes_markdown(library), CHANGES_MARKS)
            if SEARCH_MARKS[0] in self.into.read_text():
                write_table(self.into, searches_markdown(Compressed()), SEARCH_MARKS)
            if LIVE_MARKS[0] in self.into.read_text():
                rows = load_evidence(TABLE, LIVE_ENV, LIVE_DIR / EVIDENCE_DIR).rows
                write_table(self.into, switching_markdown(rows), LIVE_MARKS)
            if POLYNOMIAL_MARKS[0] in self.into.read_text():
                write_table(self.into, polynomial_markdown(Polynomial()), POLYNOMIAL_MARKS)
        return {
            h.env: {title.strip("*"): _cell(h.figures, *where) for title, *where in FIGURES}
            for h in found
        }


def markdown(headlines: list[Headline]) -> str:
    """The table, one column per environment; first how much was asked.

    Environments whose studies asked or judged differently are marked, and the mark is explained.
    """
    rows = [["training seeds × requests", *map(_size, headlines)]]
    rows += [[title, *(_cell(h.figures, *where) for h in headlines)] for title, *where in FIGURES]
    titles = [h.title + FORMER * _is_former(h) for h in headlines]
    lines = [["", *titles], [":--", *["--:"] * len(headlines)], *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    note = f"\n\n{FORMER.strip()} {FORMER_WORDS}"
    return table + note * any(map(_is_former, headlines))


def _is_former(headline: Headline) -> bool:
    return any(made.former_protocol for made in headline.made.values())


def _size(headline: Headline) -> str:
    made = headline.made.get("steering")
    return f"{len(made.seeds)} × {made.num_requests}" if made else "–"


def recovery_markdown(rows: Rows) -> str:
    """Range recovery / rank correlation (paper's recovery), medians: a line per network and z."""
    rewards = list(dict.fromkeys(row["reward"] for row in rows))
    cells: dict[tuple, dict[str, str]] = {}
    for row in rows:
        key = (row["num_params"], row["latent_dim"], row["loss"])
        both = f"{row['recovery_median']:.2f} / {row['correlation_median']:.2f}"
        paper = "" if row["paper"] is None else f" ({row['paper']:.2f})"
        cells.setdefault(key, {})[row["reward"]] = both + paper
    lines = [["parameters", "z", "trained on", *rewards], ["--:"] * (len(rewards) + 3)]
    for (params, dim, loss), found in sorted(cells.items()):
        lines.append([str(params), f"{dim}-D", loss, *(found.get(name, "") for name in rewards)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_table(path: Path, table: str, marks: tuple[str, str] = MARKS) -> None:
    """Put the table between the marks of a file. Raises InvalidValue if they are not there."""
    text = path.read_text() if path.exists() else ""
    before, mark, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not (mark and end):
        raise InvalidValue(str(path), "no such marks", f"a file with {marks[0]} … {marks[1]}")
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
