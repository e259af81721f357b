"""How many episodes a search needs: in each latent space, and among the parameters."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from backend.arrays import Array, Float
from backend.compression.baselines import NUM_STEPS, Learned, baseline_evidence, learned_of
from backend.compression.climbs import PARAMETERS, SIZE, Climb, climb_evidence, climbs_of
from backend.compression.environments import CompressionEnv
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.store import COMPRESSION_DIR, open_shelf
from backend.compression.study import Rows
from backend.errors import UnknownName

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
    rows = climb_evidence(env.name, root).rows
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


def earned(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Rows:
    """Median return of every way after as many steps as the deep learners have.

    Of the latent spaces the best one is taken, by that very return. Learners stand in the table
    where they were recorded. Raises UnknownName where no search was.
    """
    rows = climb_evidence(env.name, root).rows
    learnt: Rows = []
    num_steps = NUM_STEPS
    with suppress(UnknownName):
        evidence = baseline_evidence(env.name, root / EVIDENCE_DIR.name)
        learnt, num_steps = evidence.rows, evidence.parameters["num_steps"]
    found: Rows = []
    for reward, space in dict.fromkeys((row["reward"], row["space"]) for row in rows):
        runs = climbs_of(_of(rows, reward, space))
        way, name = ("among weights", "") if space == PARAMETERS else ("in z", space)
        found.append(_earned(reward, way, name, runs, num_steps))
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(found, key=lambda row: row["return"]):
        best[row["reward"], row["way"]] = row
    for reward in dict.fromkeys(row["reward"] for row in learnt):
        mine = learned_of([row for row in learnt if row["reward"] == reward])
        for name, runs in mine.items():
            best[reward, name] = _earned(reward, name, "", runs, num_steps)
    return list(best.values())


def _earned(
    reward: str, way: str, space: str, runs: Sequence[Climb | Learned], num_steps: int
) -> dict[str, Any]:
    last = [run.returns[np.flatnonzero(run.steps <= num_steps)[-1]] for run in runs]
    return {
        "reward": reward, "way": way, "space": space, "runs": len(runs),
        "return": float(np.median(last)),
    }  # fmt: skip
