"""What is measured by running the robot: returns, falls, gaits, and what tilts ask of it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from backend.action_latents.chunks.demonstrations import Demonstrations
from backend.action_latents.chunks.gaits import Gait
from backend.action_latents.chunks.policies import KINDS, latent_policy, policy_of
from backend.action_latents.chunks.priors import PRIORS, PriorKind
from backend.action_latents.chunks.runs import (
    WINDOW,
    Runs,
    fallen,
    label,
    mean_stay,
    run,
    shares,
    stalled,
)
from backend.action_latents.chunks.training import Trained
from backend.envs.spec import EnvSpec
from backend.evaluation.evidence import Rows

NUM_STARTS, NUM_STEPS, FIRST_SEED = 64, 400, 9000
"Episodes of every kind; the starts' seeds are the same for all."
ANGLES, STRENGTHS, TILT_STARTS, TILT_STEPS, TILT_LAST = 12, (2.0, 5.0, 10.0), 8, 300, 150
"Directions and lengths of the tilts, episodes of each, their steps, and those that are timed."
TEMPERATURES = (0.5, 1.0, 2.0)
DEMONSTRATORS, DISTURBED = "demonstrators", "demonstrators, disturbed"
"Kinds of rows that no model is behind."


def episode_rows(
    spec: EnvSpec, gaits: Sequence[Gait], trained: Trained, *, temperatures: bool = True
) -> Rows:
    """One row per episode of each kind of policy, and of each temperature of the polynomial."""
    asked: list[tuple[Any, float]] = [(kind, 1.0) for kind in KINDS]
    asked += [("polynomial", t) for t in TEMPERATURES if t != 1.0 and temperatures]
    rows: Rows = []
    for kind, temperature in asked:
        found = run(
            spec, policy_of(trained, kind, temperature=temperature), _seeds(NUM_STARTS),
            num_steps=NUM_STEPS, seed=0,
        )  # fmt: skip
        rows += [{"kind": kind, "temperature": temperature, **row} for row in _of(found, gaits)]
    return rows


def _of(runs: Runs, gaits: Sequence[Gait]) -> Rows:
    labels = label(gaits, runs)
    mean = runs.reward.mean(0)
    return [
        {
            "forward": float(mean[i, 0]), "energy": float(mean[i, 1]),
            "fallen": bool(runs.fallen[i]), "stalled": bool(runs.stalled[i]),
            "stay": mean_stay(labels.gait[:, i : i + 1]),
            "strangeness": float(labels.distance[:, i].mean()),
            "shares": shares(labels.gait[:, i], len(gaits)).tolist(),
        }
        for i in range(mean.shape[0])
    ]  # fmt: skip


def demonstrator_rows(demos: Demonstrations, gaits: Sequence[Gait], kind: str) -> Rows:
    """The same of demonstrations; their gaits are known."""
    mean = demos.reward.mean(1)
    windows = demos.gait[:, WINDOW // 2 :: WINDOW].T
    on_its_back, still = fallen(demos.obs[:, :, 1].T), stalled(demos.reward[:, :, 0].T)
    return [
        {
            "kind": kind, "temperature": 1.0, "forward": float(mean[i, 0]),
            "energy": float(mean[i, 1]), "fallen": bool(on_its_back[i]),
            "stalled": bool(still[i]),
            "stay": mean_stay(windows[:, i : i + 1]), "strangeness": 0.0,
            "shares": shares(windows[:, i], len(gaits)).tolist(),
        }
        for i in range(len(mean))
    ]  # fmt: skip


def tilt_rows(
    spec: EnvSpec, gaits: Sequence[Gait], trained: Trained, *,
    kinds: Sequence[PriorKind] = PRIORS, strengths: Sequence[float] = (0.0, *STRENGTHS),
) -> Rows:  # fmt: skip
    """Speed under tilts in every direction, one row per episode; strength 0 is unsteered."""
    rows: Rows = []
    for kind in kinds:
        for strength in strengths:
            angles = np.repeat(2 * math.pi * np.arange(ANGLES) / ANGLES, TILT_STARTS)
            if not strength:
                angles = angles[:: ANGLES // 4]
            tilt = strength * torch.tensor(np.stack([np.cos(angles), np.sin(angles)], 1)).float()
            seeds = np.resize(_seeds(TILT_STARTS), len(angles)).tolist()
            found = run(
                spec, latent_policy(trained, kind, tilt=tilt), seeds, num_steps=TILT_STEPS, seed=1
            )
            speed, effort = found.speed(TILT_LAST), -found.reward[-TILT_LAST:, :, 1].mean(0)
            labels = label(gaits, found).gait
            rows += [
                {
                    "kind": kind, "strength": strength, "angle": float(angles[i]),
                    "speed": float(speed[i]), "effort": float(effort[i]),
                    "fallen": bool(found.fallen[i]),
                    "gait": int(np.bincount(labels[:, i]).argmax()),
                    "share": float(shares(labels[:, i], len(gaits)).max()),
                }
                for i in range(len(angles))
            ]  # fmt: skip
    return rows


def _seeds(num: int) -> list[int]:
    return list(range(FIRST_SEED, FIRST_SEED + num))
