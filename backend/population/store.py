"""Populations on disk: one table of policies and one file of networks."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import load_file, save_file

from backend.arrays import Array
from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.envs.spec import EnvSpec
from backend.policies.policy import FilmWeights
from backend.population.gathering import GatherConfig
from backend.population.population import Member, Population

SCHEMA = 1
POLICIES_FILE = "policies.parquet"
NETWORKS_FILE = "networks.safetensors"

_RETURN_COLUMNS = ("returns", "returns_std", "noisy_returns", "noisy_returns_std")


def population_columns(population: Population, names: tuple[str, ...]) -> dict[str, Any]:
    """One column per fact of a policy; returns get one column per objective."""
    columns: dict[str, Any] = {
        "id": population.ids,
        "network": [member.network for member in population.members],
        "preference": [list(member.preference) for member in population.members],
        "held_out": population.held_out.tolist(),
        "num_episodes": [population.num_episodes] * len(population.members),
        "num_noisy_episodes": [population.num_noisy_episodes] * len(population.members),
    }
    for kind in _RETURN_COLUMNS:
        values = getattr(population, kind)
        columns |= {f"{kind}.{name}": values[:, i] for i, name in enumerate(names)}
    return columns


def write_population(population: Population, columns: dict[str, Any], folder: Path) -> None:
    """Write the policy table (with any extra columns) and the networks into a folder."""
    pq.write_table(pa.table(columns), folder / POLICIES_FILE, compression="zstd")
    arrays = {
        f"{key}#{name}": np.ascontiguousarray(array, np.float32)
        for key, weights in population.networks.items()
        for name, array in vars(weights).items()
    }
    save_file(arrays, folder / NETWORKS_FILE)


def read_population(folder: Path, names: tuple[str, ...]) -> Population:
    """Read what ``write_population`` wrote; KeyError, OSError or ArrowInvalid if it is not."""
    table = pq.read_table(folder / POLICIES_FILE).to_pydict()
    members = tuple(
        Member(
            network=network,
            weights=tuple(preference[: len(names)]),
            speed_cap=preference[len(names)] if len(preference) > len(names) else None,
        )
        for network, preference in zip(table["network"], table["preference"], strict=True)
    )
    networks: dict[str, dict[str, Array]] = {}
    for key, array in load_file(folder / NETWORKS_FILE).items():
        network, _, name = key.partition("#")
        networks.setdefault(network, {})[name] = array
    returns = {
        kind: np.stack([table[f"{kind}.{name}"] for name in names], 1) for kind in _RETURN_COLUMNS
    }
    return Population(
        members=members,
        networks={key: FilmWeights(**arrays) for key, arrays in networks.items()},
        num_episodes=table["num_episodes"][0],
        num_noisy_episodes=table["num_noisy_episodes"][0],
        held_out=np.array(table["held_out"], dtype=str),
        **returns,
    )


def save_population(
    population: Population,
    spec: EnvSpec,
    folder: Path,
    *,
    config: GatherConfig,
    facts: dict[str, Any],
) -> None:
    """Write a population artefact."""
    manifest = Manifest(
        kind="population", schema=SCHEMA, rebuild=f"steerscape population train {spec.name}",
        seed=config.seed, config={"env": spec.name, "gather": as_json(config)}, facts=facts,
    )  # fmt: skip
    with write_artifact(folder, manifest) as scratch:
        write_population(population, population_columns(population, spec.objective_names), scratch)


def load_population(spec: EnvSpec, folder: Path) -> tuple[Population, Manifest]:
    """Read a population artefact and its manifest. Raises DamagedArtifact."""
    rebuild = f"steerscape population train {spec.name}"
    manifest = read_manifest(folder, kind="population", schema=SCHEMA, rebuild=rebuild)
    return read_population(folder, spec.objective_names), manifest
