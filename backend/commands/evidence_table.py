"""Reconstruction, probe and measured success of every environment, as a table for the README."""

from collections.abc import Mapping

from backend.evidence import Estimate, Headline
from backend.markdown import table

MARKS = ("<!-- evidence -->", "<!-- end of evidence -->")
"What stands around the table in a file; everything between them is replaced."
FORMER = " †"
FORMER_WORDS = (
    "To be measured again: here all requests of a training seed shared three initial states, and "
    "the hole was also asked for what kept policies still meet."
)
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


def evidence_markdown(headlines: list[Headline]) -> str:
    """The table, one column per environment; first how much was asked.

    Environments whose studies asked or judged differently are marked, and the mark is explained.
    """
    rows = [["training seeds × requests", *map(_size, headlines)]]
    rows += [[title, *(cell(h.figures, *where) for h in headlines)] for title, *where in FIGURES]
    titles = [h.title + FORMER * h.former_protocol for h in headlines]
    note = f"\n\n{FORMER.strip()} {FORMER_WORDS}"
    return table(["", *titles], rows) + note * any(h.former_protocol for h in headlines)


def _size(headline: Headline) -> str:
    made = headline.made.get("steering")
    return f"{len(made.seeds)} × {made.num_requests}" if made else "–"


def cell(figures: Mapping[str, Mapping[str, Estimate]], study: str, name: str) -> str:
    """A figure with its interval, or a dash."""
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
