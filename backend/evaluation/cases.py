"""Where we fail: the cases with the largest misses, with all that is needed to see them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from backend.evaluation.evidence import Evidence, Rows
from backend.evaluation.rollouts import episode_seeds
from backend.evaluation.steering import MEASURING, PROTOCOL

NUM_WORST = 10


@dataclass(frozen=True, kw_only=True)
class Case:
    """One answer or one decoded policy, with its miss."""

    key: str
    "Name within its study: training seed and request, or training seed and policy."
    seed: int
    "Training seed."
    start: str
    "Policy the answer started from, or the policy that was decoded."
    aim: tuple[str, ...]
    "Per objective what was aimed at, as text; empty where nothing was asked."
    predicted: tuple[float, ...] | None
    "What the value heads promised; None where nothing was promised."
    measured: tuple[float, ...]
    "Mean over episodes."
    measured_std: tuple[float, ...]
    "Standard deviation over episodes."
    miss_percent: float
    "Largest miss of a target, a bound or a source's return, in % of its range."
    z: tuple[float, ...] | None
    "The latent, where it was kept."
    episodes: tuple[int, ...]
    "Seeds of the episodes that measured it."


def worst_answers(evidence: Evidence, rows: Rows, *, num: int = NUM_WORST) -> list[Case]:
    """The rows of a steering study that miss most, worst first; target and bounds count alike."""
    return [_answer(row, evidence) for row in sorted(rows, key=_miss, reverse=True)[:num]]


def worst_decoded(
    evidence: Evidence, *, seeds: Sequence[int] | None = None, num: int = NUM_WORST
) -> list[Case]:
    """The held-out policies whose mean actions come back worst, judged on their worst objective."""
    frame = pd.DataFrame(evidence.rows)
    frame = frame[frame["mode"] == "deterministic"]
    if seeds is not None:
        frame = frame[frame["seed"].isin(list(seeds))]
    groups = [part for _, part in frame.groupby(["seed", "policy"], sort=False)]
    groups.sort(key=lambda part: part["percent_of_range"].max(), reverse=True)
    return [_decoded(part, evidence) for part in groups[:num]]


def _miss(row: Mapping[str, Any]) -> float:
    return max(row["target_error_percent"], row["violation_percent"])


def _answer(row: Mapping[str, Any], evidence: Evidence) -> Case:
    z = row.get("z")
    return Case(
        key=f"seed {row['seed']}, request {row['request']}", seed=row["seed"],
        start=row["start_policy"],
        aim=tuple(map(_aim, row["target"], row["lower"])),
        predicted=tuple(row["predicted"]), measured=tuple(row["measured"]),
        measured_std=tuple(row["measured_std"]), miss_percent=_miss(row),
        z=None if z is None else tuple(z),
        episodes=_episodes(evidence, row["request"], row["seed"] + MEASURING),
    )  # fmt: skip


def _decoded(part: pd.DataFrame, evidence: Evidence) -> Case:
    first = part.iloc[0]
    return Case(
        key=f"seed {first['seed']}, {first['policy']}", seed=int(first["seed"]),
        start=str(first["policy"]),
        aim=tuple(f"= {value:,.0f}" for value in part["source"]), predicted=None,
        measured=tuple(part["decoded"]), measured_std=tuple(part["decoded_std"]),
        miss_percent=float(part["percent_of_range"].max()), z=None,
        episodes=_episodes(evidence, int(first.get("row", -1)), int(first["seed"])),
    )  # fmt: skip


def _aim(target: float, lower: float) -> str:
    if np.isfinite(target):
        return f"= {target:,.0f}"
    return f"≥ {lower:,.0f}" if np.isfinite(lower) else ""


def _episodes(evidence: Evidence, item: int, seed: int) -> tuple[int, ...]:
    """Seeds of the episodes that measured; none of a protocol that drew them otherwise."""
    if evidence.parameters.get("protocol") != PROTOCOL:
        return ()
    num = int(evidence.parameters["num_episodes"])
    return tuple(episode_seeds([item], num, seed=seed)[0].tolist())
