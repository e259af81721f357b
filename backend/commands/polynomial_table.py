"""What was measured of polynomial policies, as tables for the README."""

from contextlib import suppress
from statistics import median
from typing import Any

from backend.errors import UnknownName
from backend.markdown import table
from backend.polynomial import Polynomial

KEPT = 0.1
"A goal or gate is kept if at least this share of the walks takes it."
MARKS = ("<!-- polynomial -->", "<!-- end of polynomial -->")
TITLES = {
    "polynomial": "polynomial", "gaussian": "Gaussian", "mixture": "four Gaussians",
    "flow": "flow (FPO)",
}  # fmt: skip
ROBOT_TITLES = {"t-maze": "T-maze", "hopper-v5": "Hopper-v5"}
WAYS = {"gauss": "Gauss", "trapezoid": "trapezoid", "sobol": "Sobol"}
BUDGETS = (1024, 16384)
Rows = list[dict[str, Any]]


def polynomial_markdown(polynomial: Polynomial) -> str:
    """Every table, as far as measured: medians over the training seeds."""
    tables = []
    for name, write in (
        ("worlds", worlds_markdown), ("robots", robots_markdown), ("bandits", bandits_markdown),
        ("throughput", speed_markdown), ("quadrature", quadrature_markdown),
    ):  # fmt: skip
        with suppress(UnknownName):
            tables.append(write(polynomial.table(name)))
    return "\n\n".join(tables)


def worlds_markdown(rows: Rows) -> str:
    """One line per world and policy; every seed's ways are counted."""
    lines = []
    for world, kind in dict.fromkeys((row["layout"], row["kind"]) for row in rows):
        mine = [row for row in rows if (row["layout"], row["kind"]) == (world, kind)]
        ways = [row["gates"] or row["shares"] for row in mine]
        lines.append([
            Polynomial.world(world).title, TITLES[kind],
            f"{median(row['success'] for row in mine):.0%}",
            ", ".join(str(sum(share >= KEPT for share in way)) for way in ways),
            str(len(ways[0])), f"{median(row['mean_length'] for row in mine):.0f}",
        ])  # fmt: skip
    head = ["world", "policy", "walks that arrive", "ways kept, each seed", "of", "steps"]
    return table(head, lines, words=2)


def robots_markdown(rows: Rows) -> str:
    """One line per robot and policy; every seed is shown."""
    lines = []
    for robot, kind in dict.fromkeys((row["robot"], row["kind"]) for row in rows):
        mine = [row for row in rows if (row["robot"], row["kind"]) == (robot, kind)]
        arms = [" / ".join(f"{share:.0%}" for share in row["shares"]) for row in mine]
        lines.append([
            ROBOT_TITLES[robot], TITLES[kind], f"{mine[0]['entropy_weight']:g}",
            ", ".join(f"{row['return']:.1f}" for row in mine),
            ", ".join(arm for arm in arms if arm) or "–",
            f"{median(row['mean_length'] for row in mine):.0f}",
        ])  # fmt: skip
    head = ["robot", "policy", "α", "return, each seed", "left / right arm, each seed", "steps"]
    return table(head, lines, words=2)


def quadrature_markdown(rows: Rows) -> str:
    """One line per dimension: median error of log Z with as many nodes, nats."""
    columns = [(way, budget) for way in WAYS for budget in BUDGETS]
    heads = [f"{WAYS[way]}, {budget} nodes" for way, budget in columns]
    lines = []
    found = {(r["dim"], r["way"], r["budget"]): r["log_normaliser_error"] for r in rows}
    for dim in dict.fromkeys(row["dim"] for row in rows):
        errors = (found[dim, way, budget] for way, budget in columns)
        lines.append([str(dim), *("< 1e-6" if e < 1e-6 else f"{e:.2g}" for e in errors)])
    return table(["d", *heads], lines, words=0)


def bandits_markdown(rows: Rows) -> str:
    """One line per policy and entropy weight, both bandits side by side."""
    names = list(dict.fromkeys(row["bandit"] for row in rows))
    head = [f"{name}: covered / mean reward" for name in names]
    lines = []
    keys = ("kind", "order", "entropy_weight", "normalised")
    for key in dict.fromkeys(tuple(row[k] for k in keys) for row in rows):
        kind, order, weight, normalised = key
        cells = []
        for name in names:
            mine = [r for r in rows if r["bandit"] == name and tuple(r[k] for k in keys) == key]
            cells.append(
                f"{median(row['coverage'] for row in mine):.2f} / "
                f"{median(row['reward'] for row in mine):.2f}"
            )
        title = TITLES[kind] + (", normalised" if normalised else "")
        lines.append([title, str(order or ""), f"{weight:g}", *cells])
    return table(["policy", "K", "α", *head], lines)


def speed_markdown(rows: Rows) -> str:
    """Thousands of actions per second."""
    lines = []
    for row in rows:
        numbers = (row["samples_per_second"], row["judged_per_second"])
        lines.append([TITLES[row["kind"]], *(f"{number / 1000:.0f}" for number in numbers)])
    return table(["policy", "drawn, thousand per s", "judged, thousand per s"], lines)
