"""What latent spaces of parameters recover, as tables for people who read the results."""

from backend.compressed import Compressed, Rows
from backend.markdown import table

MARKS = ("<!-- recovery -->", "<!-- end of recovery -->")
"What stands around the tables in a file; everything between them is replaced."


def recoveries_markdown(compressed: Compressed) -> str:
    """One table per environment, under its title."""
    return "\n\n".join(
        f"**{compressed.about(env).title}**\n\n{recovery_markdown(compressed.recovery(env))}"
        for env in compressed.envs()
    )


def recovery_markdown(rows: Rows) -> str:
    """Range recovery / rank correlation (paper's recovery), medians: a line per network and z."""
    rewards = list(dict.fromkeys(row["reward"] for row in rows))
    cells: dict[tuple, dict[str, str]] = {}
    for row in rows:
        key = (row["num_params"], row["latent_dim"], row["loss"])
        both = f"{row['recovery_median']:.2f} / {row['correlation_median']:.2f}"
        paper = "" if row["paper"] is None else f" ({row['paper']:.2f})"
        cells.setdefault(key, {})[row["reward"]] = both + paper
    lines = []
    for (params, dim, loss), found in sorted(cells.items()):
        lines.append([str(params), f"{dim}-D", loss, *(found.get(name, "") for name in rewards)])
    return table(["parameters", "z", "trained on", *rewards], lines, words=0)
