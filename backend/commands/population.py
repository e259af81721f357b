"""``steerscape population``: networks, gates, episodes, hold-out."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from backend.commands.options import JsonOption, Name
from backend.commands.progress import counted_progress
from backend.envs.table import env_spec


@dataclass(frozen=True, kw_only=True)
class PopulationTrain(JsonOption):
    """Train the networks of an environment's recipe and gather its population; resumes."""

    env: Name
    "Environment, e.g. mo-halfcheetah-v5."
    workers: int = 2
    "Networks trained side by side, one core each."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Facts about the population."""
        from backend.pipeline import population_facts, train_population
        from backend.workspace import Workspace

        workspace = Workspace(spec=env_spec(self.env), root=self.runs)
        with counted_progress("networks", "checkpoints") as report:
            population = train_population(workspace, num_workers=self.workers, report=report)
        return {"env": self.env, **population_facts(population)}


@dataclass(frozen=True, kw_only=True)
class PopulationGather(JsonOption):
    """Roll out the policies that an atlas ships: all that ``atlas build`` needs, in minutes."""

    env: Name
    "Environment, e.g. mo-halfcheetah-v5."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Facts about the population."""
        from backend.pipeline import gather_shipped, population_facts
        from backend.workspace import Workspace

        workspace = Workspace(spec=env_spec(self.env), root=self.runs)
        return {"env": self.env, **population_facts(gather_shipped(workspace))}


@dataclass(frozen=True, kw_only=True)
class PopulationShow(JsonOption):
    """What a trained population covers."""

    env: Name
    "Environment, e.g. mo-halfcheetah-v5."
    episodes: int = 0
    "Fresh episodes of each policy, to count how many end early or lie."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Facts about the population, its files verified."""
        import numpy as np

        from backend.population.gathering import count_failures
        from backend.population.recipes import recipe
        from backend.population.store import load_population
        from backend.workspace import Workspace

        workspace = Workspace(spec=env_spec(self.env), root=self.runs)
        population, manifest = load_population(workspace.spec, workspace.population)
        facts = {"env": self.env, "hash": manifest.hash, **manifest.facts}
        if self.episodes:
            failed = count_failures(
                workspace.spec, population, self.episodes,
                config=recipe(self.env).gather, seed=manifest.seed,
            )  # fmt: skip
            facts["num_episodes"] = self.episodes * len(failed)
            facts["num_failures"] = int(failed.sum())
            facts["policies_by_failures"] = np.bincount(failed).tolist()
        return facts


@dataclass(frozen=True, kw_only=True)
class PopulationCommand:
    """Populations of trained policies: train, gather, show."""

    command: (
        Annotated[PopulationTrain, tyro.conf.subcommand("train")]
        | Annotated[PopulationGather, tyro.conf.subcommand("gather")]
        | Annotated[PopulationShow, tyro.conf.subcommand("show")]
    )
    "What to do."
