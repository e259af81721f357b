"""Every way to answer a request, single shot and corrected, as tables for people who read them."""

from collections.abc import Mapping
from typing import Any

from backend.evidence import Library, Rows
from backend.markdown import table

MARKS = ("<!-- methods -->", "<!-- end of methods -->")
STUDIES = {"steering": "inside", "hole": "into a hole"}
"Study -> where it asks."


def methods_markdown(library: Library) -> str:
    """A table per region: a line per method and start, a column per environment."""
    return "\n\n".join(_table(library, study) for study in STUDIES)


def _table(library: Library, study: str) -> str:
    envs = [env for env in library.environments() if study in library.studies(env)]
    found = {env: _cells(library.study(env, study).figures) for env in envs}
    ways = list(dict.fromkeys(way for cells in found.values() for way in cells))
    head = [f"{STUDIES[study]}: success, % at 5 % / at 10 %", *map(library.title, envs)]
    return table(head, ([way, *(found[env].get(way, "–") for env in envs)] for way in ways))


def _cells(rows: Rows) -> dict[str, str]:
    return {way(row): _both(row) for row in rows}


def way(row: Mapping[str, Any]) -> str:
    """What a reader calls it."""
    if row["procedure"] == "own network":
        return "nearest policy, its own network"
    if row["procedure"] == "paper":
        return "the paper’s procedure"
    start = f"{row['method'].replace('-', ' ')}, {row['start']} start"
    shot = "nearest policy, decoded" if row["method"] == "nearest" else start
    return shot + ", corrected" * row["corrected"]


def _both(row: Mapping[str, Any]) -> str:
    five, ten = row["success at 5 %"], row["success at 10 %"]
    low, high = 100 * five.low, 100 * five.high
    return f"{100 * five.value:.0f} [{low:.0f}, {high:.0f}] / {100 * ten.value:.0f}"
