"""What searches and deep learners earn for equal numbers of steps, as a table for the README."""

from collections.abc import Mapping

from backend.compressed import Compressed
from backend.markdown import table

MARKS = ("<!-- searches -->", "<!-- end of searches -->")
WAYS = ("in z", "among weights", "PPO", "SAC", "TD3", "DDPG")


def searches_markdown(compressed: Compressed) -> str:
    """Every task of the environments whose searches were recorded: median return, best in bold."""
    found = {env: compressed.earned(env) for env in compressed.searched()}
    everything = [row for rows in found.values() for row in rows]
    most = {
        way: max((row["runs"] for row in everything if row["way"] == way), default=0)
        for way in WAYS
    }
    heads = [f"{way}, {most[way]} runs" if most[way] else way for way in WAYS]
    lines = []
    for env, rows in found.items():
        about = compressed.about(env)
        for reward in about.rewards:
            mine = {row["way"]: row for row in rows if row["reward"] == reward.name}
            lines.append([f"{about.title}: {reward.title}", *_cells(mine, most)])
    return table(["task", *heads], lines)


def _cells(found: dict[str, dict], most: Mapping[str, int]) -> list[str]:
    """Runs are counted where they are fewer than the way's most."""
    best = max(row["return"] for row in found.values())
    cells = []
    for way in WAYS:
        if way not in found:
            cells.append("–")
            continue
        row = found[way]
        text = f"{row['return']:.1f}" + (f" ({row['space']})" if row["space"] else "")
        text = f"**{text}**" if row["return"] == best else text
        cells.append(text + ("" if row["runs"] == most[way] else f", {row['runs']} runs"))
    return cells
