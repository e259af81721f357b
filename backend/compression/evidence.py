"""The recovery table on disk, with medians over training seeds and the paper's figures beside."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from backend.compression.environments import CompressionEnv
from backend.compression.store import COMPRESSION_DIR, open_shelf, rebuild_command
from backend.compression.study import Report, Rows, run_study, ship
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence

EVIDENCE_DIR = COMPRESSION_DIR / "evidence"
TABLE = "recovery"
PUBLISHED: Mapping[tuple[str, str, str], Mapping[int, float]] = {
    ("mountain-car", "small", "standard"): {1: 0.64, 2: 0.93, 3: 0.94},
    ("mountain-car", "medium", "standard"): {1: 0.66, 2: 1.01, 3: 1.02},
    ("mountain-car", "large", "standard"): {1: 1.02, 2: 1.01, 3: 1.01},
    ("halfcheetah", "medium", "forward"): {5: 1.63, 8: 1.80, 16: 1.84},
    ("halfcheetah", "medium", "backward"): {5: 1.27, 8: 1.52, 16: 1.72},
    ("halfcheetah", "medium", "frontflip"): {5: 0.54, 8: 0.74, 16: 1.20},
    ("halfcheetah", "medium", "backflip"): {5: 0.55, 8: 0.75, 16: 1.23},
    ("hopper", "medium", "forward"): {5: 1.33, 8: 1.59, 16: 1.48},
    ("hopper", "medium", "backward"): {5: 2.66, 8: 1.29, 16: 1.20},
    ("hopper", "medium", "jump"): {5: 3.83, 8: 1.54, 16: 2.42},
}
"""(environment, network, reward) -> latent dimension -> performance recovery (arXiv 2509.22566).

From pools of 50 000 for Mountain Car; for the robots our copy of the paper does not say. For
Mountain Car it gives one figure per cell and names no reward; for the robots it names no network:
theirs stand beside our medium one. Its ratio is best over best, ours of ranges, which keeps its
meaning where returns are negative."""
SUMMARISED = ("recovery", "correlation", "behaviour_loss", "best_pool", "best_latent")


def measure(
    env: CompressionEnv, *, seeds: Sequence[int], scratch: Path, num_workers: int,
    device: str = "cpu", report: Report = lambda *_: None, root: Path = COMPRESSION_DIR,
) -> dict[str, Any]:  # fmt: skip
    """Run the study, write its rows, ship the first seed's cells; returns the summary."""
    rows, seconds = run_study(
        env, seeds=seeds, scratch=scratch, num_workers=num_workers, device=device, report=report
    )
    ship(env, scratch, seed=seeds[0], root=root)
    shelf = open_shelf(env, root)
    evidence = Evidence(
        table=TABLE, env=env.name, rows=rows, command=rebuild_command(env.name),
        atlases={shelf.title: shelf.manifest.hash},
        parameters={"seeds": list(seeds)}, seconds=seconds,
    )  # fmt: skip
    save_evidence(evidence, root / EVIDENCE_DIR.name)
    return {"env": env.name, "cells": summarise(evidence), "cpu_seconds": round(seconds)}


def recovery_evidence(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Evidence:
    """The rows measured with the shelf that is there. Raises UnknownName or DamagedArtifact."""
    shelf = open_shelf(env, root)
    evidence = load_evidence(TABLE, env.name, root / EVIDENCE_DIR.name)
    return evidence.of(shelf.title, shelf.manifest.hash)


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
            "paper": PUBLISHED.get((evidence.env, size, reward), {}).get(dim)
            if loss == "behaviour"
            else None,
        }
        for (size, dim, loss, reward), rows in groups.items()
    ]  # fmt: skip
