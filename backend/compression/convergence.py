"""How many episodes a search needs: in each latent space, and among the parameters."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from backend.arrays import Array, Float
from backend.compression.climbs import SIZE, Climb, climb_evidence, climbs_of
from backend.compression.environments import CompressionEnv
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.store import COMPRESSION_DIR, open_shelf
from backend.compression.study import Rows

LEVEL = 0.9
"A search has arrived when its centre reaches this share of the pool's range of returns."


def arrival(climb: Climb, level: float) -> float:
    """Episodes spent when the centre first earned ``level``; infinite if it never did."""
    reached = np.flatnonzero(climb.returns >= level)
    return float(climb.episodes[reached[0]]) if len(reached) else float("inf")


def levels(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Float[Array, "reward"]:
    """The return of each reward that counts as arrived."""
    shelf = open_shelf(env, root)
    pool = shelf.load(next(name for name in shelf.names if name.startswith(SIZE))).pool_returns
    return pool.min(0) + LEVEL * np.ptp(pool, axis=0)


def convergence(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Rows:
    """One row per reward and space; raises UnknownName or DamagedArtifact."""
    rows = climb_evidence(env.name, root / EVIDENCE_DIR.name).rows
    level = dict(zip((r.name for r in env.rewards), levels(env, root).tolist(), strict=True))
    groups = dict.fromkeys((row["reward"], row["space"]) for row in rows)
    return [
        _row(reward, space, level[reward], climbs_of(_of(rows, reward, space)))
        for reward, space in groups
    ]


def _of(rows: Rows, reward: str, space: str) -> Rows:
    return [row for row in rows if (row["reward"], row["space"]) == (reward, space)]


def _row(reward: str, space: str, level: float, runs: Sequence[Climb]) -> dict[str, Any]:
    spent = [arrival(run, level) for run in runs]
    middle = median(spent)
    return {
        "reward": reward, "space": space, "level": round(level, 2), "runs": len(runs),
        "arrived": sum(np.isfinite(spent).tolist()),
        "median_episodes": middle if np.isfinite(middle) else None,
        "median_final_return": round(median(float(run.returns[-1]) for run in runs), 2),
    }  # fmt: skip
