"""Offline, in the other order: networks -> population -> dataset -> representation -> atlas.

Each stage writes one artefact under ``runs/`` (or ``assets/atlases/``); each training resumes from
its newest checkpoint.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from backend.artifacts import as_json, read_manifest
from backend.atlas.atlas import Atlas
from backend.atlas.build import build_atlas, with_globe
from backend.atlas.store import (
    ATLAS_DIR,
    HOLE_SUFFIX,
    SCHEMA,
    load_atlas,
    rebuild_command,
    save_atlas,
)
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue
from backend.policies.policy import FilmWeights
from backend.policies.training import load_weights
from backend.population.gathering import GatherConfig, gather, gather_again
from backend.population.population import Population
from backend.population.recipes import PopulationRecipe, recipe
from backend.population.store import load_population, save_population
from backend.population.training_runs import Report, train_runs
from backend.representation.model import Representation
from backend.representation.training import TrainingConfig, train_representation
from backend.rollouts.dataset import OccupancyDataset
from backend.threads import one_thread
from backend.workspace import Workspace

logger = logging.getLogger(__name__)

DEFAULT_TRAINING = TrainingConfig()


def train_population(
    workspace: Workspace, *, num_workers: int = 1, report: Report = lambda *_: None
) -> Population:
    """Train what is missing, then gather. Ends in the population artefact and the dataset."""
    plan = recipe(workspace.spec.name)
    root = workspace.folder / "networks"
    train_runs(workspace.spec, plan.runs, root, num_workers=num_workers, report=report)
    logger.info("gathering: gates, episodes, hold-out")
    population, dataset = gather(workspace.spec, _networks(workspace, plan), plan.gather)
    return _keep(workspace, population, dataset, plan.gather)


def gather_shipped(workspace: Workspace, root: Path = ATLAS_DIR) -> Population:
    """Population and dataset of the atlas' own policies: minutes of rollouts, nothing trained.

    Raises UnknownName where there is no atlas of the environment, or DamagedArtifact.
    """
    shipped = load_atlas(workspace.spec.name, root).population
    config = recipe(workspace.spec.name).gather
    with one_thread():
        population, dataset = gather_again(workspace.spec, shipped, config)
    return _keep(workspace, population, dataset, config)


def _keep(
    workspace: Workspace, population: Population, dataset: OccupancyDataset, config: GatherConfig
) -> Population:
    dataset.save(workspace.dataset)
    facts = population_facts(population)
    save_population(population, workspace.spec, workspace.population, config=config, facts=facts)
    return population


def population_facts(population: Population) -> dict[str, object]:
    """Numbers that say how well the return space is covered."""
    first = np.sort(population.returns[:, 0])
    return {
        "num_policies": len(population.members),
        "num_networks": len(population.networks),
        "num_held_out": int((~population.is_training).sum()),
        "returns_low": population.returns.min(0).tolist(),
        "returns_high": population.returns.max(0).tolist(),
        "widest_gap_percent_of_range": float(100 * np.diff(first).max() / np.ptp(first)),
    }


def build(
    workspace: Workspace, *, seed: int = 0, hole: bool = False, device: str = "cpu",
    training: TrainingConfig = DEFAULT_TRAINING, root: Path = ATLAS_DIR,
    report: Callable[[int, dict[str, float]], None] = lambda *_: None,
) -> Atlas:  # fmt: skip
    """Train the representation on the population's training policies and save the atlas."""
    spec = workspace.spec
    if not (workspace.population.exists() and workspace.dataset.exists()):
        first = f"`steerscape population train {spec.name}`, or `gather` for the shipped, first"
        raise InvalidValue("population", f"nothing in {workspace.folder}", first)
    population, parent = load_population(spec, workspace.population)
    dataset = OccupancyDataset.load(workspace.dataset)
    name = spec.name + (HOLE_SUFFIX if hole else "")
    if hole:
        population = with_hole(population, recipe(spec.name).hole)
    rows = np.flatnonzero(population.is_training)
    folder = workspace.folder / "representation" / f"{name}-seed{seed}"
    with one_thread():
        model = train_representation(
            spec, dataset.subset(rows), [population.actor(int(row)) for row in rows], training,
            seed=seed, device=device, folder=folder, report=report,
        ).cpu()  # fmt: skip
    return _save(spec, population, dataset, model, name, root, seed, training, parent.hash)


def with_hole(population: Population, share: tuple[float, float]) -> Population:
    """Every policy inside the hole held out, every other one used for training."""
    first = population.returns[:, 0]
    low, high = hole_span(population, share)
    return replace(population, held_out=np.where((first > low) & (first < high), "hole", ""))


def hole_span(population: Population, share: tuple[float, float]) -> tuple[float, float]:
    """The removed band of the first return, in its unit."""
    first = population.returns[:, 0]
    low, high = (float(first.min() + part * np.ptp(first)) for part in share)
    return low, high


def _save(
    spec: EnvSpec, population: Population, dataset: OccupancyDataset, model: Representation,
    name: str, root: Path, seed: int, training: TrainingConfig, parent: str,
) -> Atlas:  # fmt: skip
    atlas = build_atlas(spec, population, dataset, model, seed=seed, name=name)
    config = {
        "representation": as_json(model.config),
        "training": as_json(training),
        "population": as_json(recipe(spec.name)),
    }
    save_atlas(atlas, root / name, config=config, seed=seed, parents={"population": parent},
               facts=population_facts(population))  # fmt: skip
    return load_atlas(name, root)


def refit_maps(name: str, root: Path, *, flat: bool = False) -> Atlas:
    """Write an atlas again with its three-dimensional map; with ``flat``, the flat ones anew too.

    Everything else stays as it is, and so do its configuration, its seed and its parents.
    """
    atlas, folder = load_atlas(name, root), root / name
    manifest = read_manifest(folder, kind="atlas", schema=SCHEMA, rebuild=rebuild_command(name))
    config = {key: value for key, value in manifest.config.items() if key != "env"}
    save_atlas(with_globe(atlas, seed=manifest.seed, flat=flat), folder, config=config,
               seed=manifest.seed, facts=manifest.facts, parents=manifest.parents)  # fmt: skip
    return load_atlas(name, root)


def _networks(workspace: Workspace, plan: PopulationRecipe) -> dict[str, FilmWeights]:
    networks = {}
    for run in plan.runs:
        files = sorted(workspace.networks(run.name).glob("checkpoint-*.safetensors"))
        for file in files[plan.first_checkpoint :]:
            networks[f"{run.name}/{file.stem.removeprefix('checkpoint-')}"] = load_weights(file)
    return networks
