"""What the app says of requests that no policy can meet, as a table for people who read it."""

from backend.commands.methods_table import way
from backend.evidence import Library, Rows
from backend.markdown import table

MARKS = ("<!-- outside -->", "<!-- end of outside -->")
STUDY = "extrapolation"
BEYOND = "beyond_percent"
REACHED, MET = "says “reached”", "success at 10 %"


def outside_markdown(library: Library) -> str:
    """A line per distance and method, a column per environment."""
    envs = [env for env in library.environments() if STUDY in library.studies(env)]
    found = {env: _cells(library.study(env, STUDY).figures) for env in envs}
    keys = list(dict.fromkeys(key for cells in found.values() for key in cells))
    head = ["outside by, % of range", "says *reached* / met at 10 %, %", *map(library.title, envs)]
    lines = ([*key, *(found[env].get(key, "–") for env in envs)] for key in keys)
    return table(head, lines, words=2)


def _cells(rows: Rows) -> dict[tuple[str, str], str]:
    return {
        (f"{row[BEYOND]:.0f}", way(row)): " / ".join(
            f"{100 * row[figure].value:.0f}" for figure in (REACHED, MET)
        )
        for row in sorted(rows, key=lambda row: row[BEYOND])
    }
