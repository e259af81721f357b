"""The recovery table on disk, with medians over training seeds and the paper's figures beside."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from backend.compression.environments import CompressionEnv
from backend.compression.recipes import compression_recipe
from backend.compression.store import COMPRESSION_DIR, rebuild_command
from backend.compression.study import Report, Rows, run_study, ship
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence

EVIDENCE_DIR = COMPRESSION_DIR / "evidence"
TABLE = "recovery"
PUBLISHED: Mapping[tuple[str, str, int], float] = {
    ("mountain-car", "small", 1): 0.64, ("mountain-car", "small", 2): 0.93,
    ("mountain-car", "small", 3): 0.94, ("mountain-car", "medium", 1): 0.66,
    ("mountain-car", "medium", 2): 1.01, ("mountain-car", "medium", 3): 1.02,
    ("mountain-car", "large", 1): 1.02, ("mountain-car", "large", 2): 1.01,
    ("mountain-car", "large", 3): 1.01,
}  # fmt: skip
"Performance recovery from pools of 50 000 (arXiv 2509.22566): one figure for each cell."
PUBLISHED_REWARD = "standard"
"Beside which of our rewards that figure stands."
SUMMARISED = ("recovery", "correlation", "behaviour_loss", "best_pool", "best_latent")


def measure(
    env: CompressionEnv, *, seeds: Sequence[int], scratch: Path, num_workers: int,
    report: Report = lambda *_: None, root: Path = COMPRESSION_DIR,
) -> dict[str, Any]:  # fmt: skip
    """Run the study, write its rows, ship the first seed's cells; returns the summary."""
    rows, seconds = run_study(
        env, seeds=seeds, scratch=scratch, num_workers=num_workers, report=report
    )
    ship(env, scratch, seed=seeds[0], root=root)
    recipe = compression_recipe(env.name)
    evidence = Evidence(
        table=TABLE, env=env.name, rows=rows, command=rebuild_command(env.name), atlases={},
        parameters={"seeds": list(seeds), "notes": list(recipe.notes)}, seconds=seconds,
    )  # fmt: skip
    save_evidence(evidence, root / "evidence")
    return {"env": env.name, "cells": summarise(evidence), "cpu_seconds": round(seconds)}


def recovery_evidence(env: str, root: Path = EVIDENCE_DIR) -> Evidence:
    """The rows of an environment. Raises UnknownName or DamagedArtifact."""
    return load_evidence(TABLE, env, root)


def summarise(evidence: Evidence) -> Rows:
    """One row per cell and reward: median, lowest and highest over the seeds; the paper beside."""
    groups: dict[tuple, Rows] = {}
    for row in evidence.rows:
        key = (row["size"], row["latent_dim"], row["loss"], row["reward"])
        groups.setdefault(key, []).append(row)
    return [
        {
            "size": size, "latent_dim": dim, "loss": loss, "reward": reward,
            "num_params": rows[0]["num_params"], "num_seeds": len(rows),
            **{
                f"{name}_{kind}": round(float(of([row[name] for row in rows])), 4)
                for name in SUMMARISED
                for kind, of in (("median", median), ("low", min), ("high", max))
            },
            "paper": PUBLISHED.get((evidence.env, size, dim))
            if (loss, reward) == ("behaviour", PUBLISHED_REWARD)
            else None,
        }
        for (size, dim, loss, reward), rows in groups.items()
    ]  # fmt: skip
