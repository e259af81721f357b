"""What searches and deep learners earn for equal numbers of steps, as a table for the README."""

from backend.compressed import Compressed, Rows

MARKS = ("<!-- searches -->", "<!-- end of searches -->")
WAYS = ("in z", "among weights", "PPO", "SAC", "TD3", "DDPG")


def searches_markdown(compressed: Compressed) -> str:
    """Every task of the environments whose searches were recorded: median return, best in bold."""
    lines = [["task", *WAYS], [":--", *["--:"] * len(WAYS)]]
    for env in compressed.searched():
        about, rows = compressed.about(env), compressed.earned(env)
        for reward in about.rewards:
            mine = [row for row in rows if row["reward"] == reward.name]
            lines.append([f"{about.title}: {reward.title}", *_cells(mine)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cells(rows: Rows) -> list[str]:
    """Runs are counted where they are fewer than the most."""
    best, most = max(row["return"] for row in rows), max(row["runs"] for row in rows)
    found = {row["way"]: row for row in rows}
    cells = []
    for way in WAYS:
        if way not in found:
            cells.append("–")
            continue
        row = found[way]
        text = f"{row['return']:.1f}" + (f" ({row['space']})" if row["space"] else "")
        text = f"**{text}**" if row["return"] == best else text
        cells.append(text + ("" if row["runs"] == most else f", {row['runs']} runs"))
    return cells
