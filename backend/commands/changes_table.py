"""What each change to the published method bought, for people who read the README."""

from collections.abc import Mapping

from backend.evaluation.intervals import Estimate
from backend.evidence import DECODER, Library, Rows
from backend.markdown import table

MARKS = ("<!-- changes -->", "<!-- end of changes -->")


def changes_markdown(library: Library) -> str:
    """Success inside / into the hole, a line per change; then decoders with less training."""
    found = {
        env: {(row["step"], row["region"]): row["success at 5 %"] for row in rows}
        for env, rows in _measured(library, "changes").items()
    }
    steps = list(dict.fromkeys(step for rows in found.values() for step, _ in rows))
    lines = [[step, *(_both(rows, step) for rows in found.values())] for step in steps]
    first = table(["success inside / into a hole", *map(library.title, found)], lines)
    return "\n\n".join([first, *_decoders(library)])


def _decoders(library: Library) -> list[str]:
    """Median error of the objective that comes back worst, by decoder; nothing if not measured."""
    found = _measured(library, DECODER)
    if not found:
        return []
    decoders = list(dict.fromkeys(row["decoder"] for rows in found.values() for row in rows))
    lines = [[name, *(_worst(rows, name) for rows in found.values())] for name in decoders]
    head = ["decoder trained with; error, median % of range", *map(library.title, found)]
    return [table(head, lines)]


def _measured(library: Library, study: str) -> dict[str, Rows]:
    """Environment -> figures of a study, where it was measured."""
    envs = [env for env in library.environments() if study in library.studies(env)]
    return {env: library.study(env, study).figures for env in envs}


def _both(rows: Mapping[tuple[str, str], Estimate], step: str) -> str:
    return (
        " / ".join(f"{100 * rows[step, region].value:.0f}" for region in ("inside", "hole")) + " %"
    )


def _worst(rows: Rows, decoder: str) -> str:
    errors = [row["median, % of range"] for row in rows if row["decoder"] == decoder]
    worst = max(errors, key=lambda error: error.value)
    return f"{worst.value:.1f} [{worst.low:.1f}, {worst.high:.1f}]"
