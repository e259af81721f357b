"""``steerscape compression``: build latent spaces of policy parameters, search, compare, show."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from backend.commands.options import JsonOption, Name
from backend.commands.progress import counted_progress


@dataclass(frozen=True, kw_only=True)
class CompressionBuild(JsonOption):
    """Draw pools, train autoencoders, measure recovery; write the evidence and the shelf; resumes.

    Mountain Car: under 20 minutes on two cores.
    """

    env: Name
    "Environment: mountain-car, reacher, halfcheetah or hopper."
    seeds: tuple[int, ...] = (0, 1, 2)
    "Seeds of pools and training; the first is shipped."
    workers: int = 2
    "Batches of cells made side by side, one core each."
    device: str = "cpu"
    "cpu or cuda, for the training."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Median recovery and rank correlation of every cell."""
        from backend.compression.environments import compression_env
        from backend.compression.evidence import measure

        with counted_progress("batches of cells", "batches") as report:
            return measure(
                compression_env(self.env), seeds=self.seeds, scratch=self.runs / "compression",
                num_workers=self.workers, device=self.device, report=report,
            )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CompressionClimb(JsonOption):
    """Record searches by PGPE in the latent spaces and among the parameters themselves."""

    env: Name
    "Environment: mountain-car, reacher, halfcheetah or hopper."
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    "One run each."

    def run(self) -> dict[str, Any]:
        """Median return of the centres, by reward and space, after some numbers of episodes."""
        from statistics import median

        from backend.compression.climbs import climbs_of, record_climbs
        from backend.compression.environments import compression_env

        with counted_progress("searches", "searches") as report:
            rows = record_climbs(compression_env(self.env), seeds=self.seeds, report=report).rows
        found: dict[str, dict[str, list[float]]] = {}
        for reward, space in dict.fromkeys((row["reward"], row["space"]) for row in rows):
            runs = climbs_of([r for r in rows if (r["reward"], r["space"]) == (reward, space)])
            curve = [
                round(median(column), 2) for column in zip(*(r.returns for r in runs), strict=True)
            ]
            found.setdefault(reward, {})[space] = curve[:: max(1, len(curve) // 10)]
        return {"env": self.env, "seeds": list(self.seeds), "median_returns": found}


@dataclass(frozen=True, kw_only=True)
class CompressionBaselines(JsonOption):
    """Train PPO, SAC, TD3 and DDPG of stable-baselines3 on every reward; write the curves; resumes.

    Needs the extra ``baselines``. About an hour on one core.
    """

    env: Name
    "Environment: mountain-car or reacher, or any other."
    seeds: tuple[int, ...] = (0, 1, 2)
    "One run each."
    steps: int = 25_000
    "Environment steps per run."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Median final return by reward and learner."""
        from statistics import median

        from backend.compression.baselines import record_baselines
        from backend.compression.environments import compression_env

        with counted_progress("training runs", "runs") as report:
            rows = record_baselines(
                compression_env(self.env), seeds=self.seeds, num_steps=self.steps,
                scratch=self.runs / "compression" / "baselines", report=report,
            ).rows  # fmt: skip
        last = max(row["steps"] for row in rows)
        found: dict[str, dict[str, list[float]]] = {}
        for row in rows:
            if row["steps"] == last:
                by_learner = found.setdefault(row["reward"], {})
                by_learner.setdefault(row["learner"], []).append(row["return"])
        return {
            "env": self.env, "seeds": list(self.seeds), "steps": self.steps,
            "median_final_returns": {
                reward: {name: round(median(values), 2) for name, values in by_learner.items()}
                for reward, by_learner in found.items()
            },
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CompressionBridge(JsonOption):
    """See the compressed policies through the core's encoder too; compare the two spaces."""

    env: Name
    "Environment: halfcheetah."

    def run(self) -> dict[str, Any]:
        """Rank correlations of the spaces' distance matrices."""
        from backend.compression.bridge import record_bridge
        from backend.compression.environments import compression_env

        evidence = record_bridge(compression_env(self.env))
        names, agreement = evidence.parameters["names"], evidence.parameters["agreement"]
        return {
            "env": self.env, "policies": len(evidence.rows),
            "rank_correlation_of_distances": {
                name: dict(zip(names, (round(v, 3) for v in row), strict=True))
                for name, row in zip(names, agreement, strict=True)
            },
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CompressionShow(JsonOption):
    """What is on the shelf of an environment."""

    env: Name
    "Environment: mountain-car, reacher, halfcheetah or hopper."

    def run(self) -> dict[str, Any]:
        """Cells with their compression and losses, files verified; how soon searches arrive."""
        from backend.compression.convergence import convergence
        from backend.compression.environments import compression_env
        from backend.compression.store import open_shelf
        from backend.errors import StudioError

        env = compression_env(self.env)
        try:
            searches = convergence(env)
        except StudioError:
            searches = []
        shelf = open_shelf(env)
        cells = shelf.manifest.config["cells"]
        return {
            "env": env.name, "hash": shelf.manifest.hash, "rebuild": shelf.manifest.rebuild,
            "cells": {
                name: {**about, "num_params": env.sizes[about["size"]].num_params}
                for name, about in cells.items()
            },
            "searches": searches,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CompressionCommand:
    """Latent spaces of policy parameters: build, climb, baselines, bridge, show."""

    command: (
        Annotated[CompressionBuild, tyro.conf.subcommand("build")]
        | Annotated[CompressionClimb, tyro.conf.subcommand("climb")]
        | Annotated[CompressionBaselines, tyro.conf.subcommand("baselines")]
        | Annotated[CompressionBridge, tyro.conf.subcommand("bridge")]
        | Annotated[CompressionShow, tyro.conf.subcommand("show")]
    )
    "What to do."
