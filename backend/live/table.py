"""What switching decoders buy, as one table: for the README and for the page."""

from backend.evaluation.evidence import Rows
from backend.markdown import table

TITLES = {"atlas": "the atlas' own", "live": "live"}
CHANGES = ("glide", "jump")
FIXED = ("fixed z, training", "fixed z, held out")


def switching_markdown(rows: Rows) -> str:
    """Stuck segments and robots over all seeds; how far returns at fixed z are from the policies'.

    A robot counts as stuck if it was in any segment: those of one robot hang together.
    """
    objectives = list(dict.fromkeys(row["objective"] for row in rows if row["objective"]))
    heads = [f"{study}: {', '.join(objectives)}, median % of range" for study in FIXED]
    lines = []
    for decoder in dict.fromkeys(row["decoder"] for row in rows):
        mine = [row for row in rows if row["decoder"] == decoder]
        cells = [_stuck([row for row in mine if row["study"] == change]) for change in CHANGES]
        for study in FIXED:
            found = {r["objective"]: r["median_percent"] for r in mine if r["study"] == study}
            cells.append(", ".join(f"{found[name]:.2f}" for name in objectives))
        lines.append([TITLES[decoder], *cells])
    return table(["decoder", "stuck, gliding", "stuck, jumping", *heads], lines)


def _stuck(rows: Rows) -> str:
    """Share of segments, then robots; – where there was no segment."""
    stuck, segments, robots_stuck, robots = (
        sum(row[name] for row in rows) for name in ("stuck", "segments", "robots_stuck", "robots")
    )
    if not segments:
        return "–"
    share = f"{100 * stuck / segments:.1f} % ({stuck} of {segments})"
    return f"{share}, {robots_stuck} of {robots} robots"
