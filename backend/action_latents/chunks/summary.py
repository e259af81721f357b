"""Means over training seeds of all that was measured, with 95 % intervals."""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from backend.arrays import Array, Float, Int
from backend.evaluation.evidence import Rows
from backend.evaluation.intervals import clustered

ENV = "chunks"
DRAWN = ("nll", "energy_score", "energy_score_young", "energy_score_old", "start_distance",
         "start_gaits", "chunks_per_second", "chunks_per_second_single", "parameters")  # fmt: skip
RUN = ("forward", "effort", "fallen", "stalled", "strangeness")
INVERTED = {"mean": "mean", "low": "high", "high": "low"}
APPEARS = 0.05
"A gait appears if it has at least this share of all moments."


def summary(rows: Callable[[str], Rows]) -> dict[str, Any]:
    """Every table but the ablation's, each read by its name."""
    return {
        "data": rows("data")[0],
        "codes": _estimates(rows("codes"), [n for n in rows("codes")[0] if n != "seed"]),
        "draws": {k: _estimates(mine, DRAWN) for (k,), mine in groups(rows("draws"), "kind")},
        "episodes": {
            f"{kind}, τ = {temperature:g}": of_episodes(mine)
            for (kind, temperature), mine in groups(rows("episodes"), "kind", "temperature")
        },
        "tilts": {
            f"{kind}, |c| = {strength:g}": reach(mine)
            for (kind, strength), mine in groups(rows("tilts"), "kind", "strength")
        },
    }  # fmt: skip


def of_episodes(rows: Rows) -> dict[str, Any]:
    """Returns per step, falls and gaits of one kind of policy.

    How long a gait lasts is one over the mean of turns per step: in episodes of one length all
    turns count alike. The mean over episodes would be that of the few that never change.
    """
    told = [{**row, "effort": -row["energy"], "turns": 1 / row["stay"]} for row in rows]
    share = [np.mean([r["shares"] for r in mine], 0) for _, mine in groups(rows, "seed")]
    found = _estimates(told, (*RUN, "turns"))
    turns = found.pop("turns")
    return {
        **found, "stay": {end: 1 / turns[other] for end, other in INVERTED.items()},
        "shares": np.mean(share, 0).round(3).tolist(),
        "gaits": [int((one >= APPEARS).sum()) for one in share],
    }  # fmt: skip


def reach(rows: Rows) -> dict[str, Any]:
    """Speed in the slowest and the fastest direction, each seed's, and falls.

    Without a tilt there are no directions: both are the plain mean over all episodes.
    """
    ends = []
    for _, mine in groups(rows, "seed"):
        if mine[0]["strength"]:
            speed = np.array([[r["speed"] for r in one] for _, one in groups(mine, "angle")])
            ends.append((crossed(speed, np.argmin), crossed(speed, np.argmax)))
        else:
            ends.append((np.mean([r["speed"] for r in mine]),) * 2)
    low, high = np.array(ends).T
    return {
        "slowest": float(low.mean()), "slowest_seeds": low.round(2).tolist(),
        "fastest": float(high.mean()), "fastest_seeds": high.round(2).tolist(),
        "fallen": float(np.mean([r["fallen"] for r in rows])),
    }  # fmt: skip


def crossed(
    speed: Float[Array, "direction start"], pick: Callable[[Float[Array, "direction"]], Any]
) -> float:
    """Mean speed in a direction picked by half of the starts, over the other half.

    Averaged over every way to halve them (70 for eight starts). The best of many noisy means,
    measured where it was picked, would promise too much.
    """
    starts, found = range(speed.shape[1]), []
    for half in combinations(starts, len(starts) // 2):
        others = [start for start in starts if start not in half]
        found.append(speed[pick(speed[:, half].mean(1)), others].mean())
    return float(np.mean(found))


def groups(rows: Rows, *keys: str) -> list[tuple[tuple, Rows]]:
    """Rows that agree in some fields, in order of first appearance."""
    found: dict[tuple, Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(found.items())


def _estimates(rows: Rows, names: Sequence[str]) -> dict[str, Any]:
    seeds = np.array([row["seed"] for row in rows])
    return {name: _written(np.array([float(r[name]) for r in rows]), seeds) for name in names}


def _written(values: Float[Array, "row"], seeds: Int[Array, "row"]) -> dict[str, float] | None:
    if np.isnan(values).any():
        return None
    found = clustered(values, seeds)
    return {"mean": round(found.value, 5), "low": round(found.low, 5), "high": round(found.high, 5)}
