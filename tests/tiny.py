"""A tiny atlas of any environment, made in seconds: random or given networks, short episodes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from backend.atlas.atlas import Atlas
from backend.atlas.build import build_atlas
from backend.atlas.store import save_atlas
from backend.envs.spec import EnvSpec
from backend.envs.table import env_spec
from backend.policies.policy import FilmWeights
from backend.population.population import Member, Population, member_policy
from backend.representation.model import Representation, RepresentationConfig
from backend.representation.training import TrainingConfig, train_representation
from backend.rollouts.dataset import OccupancyDataset
from backend.rollouts.simulate import simulate_many
from tests.toys import film_weights

NUM_EPISODES = 2


def random_networks(spec: EnvSpec, num: int, seed: int) -> dict[str, FilmWeights]:
    """Actors with random weights, each with one preference of its own."""
    return {
        f"run-{i}/00": film_weights(seed + i, spec=spec, condition_dim=spec.num_objectives)
        for i in range(num)
    }


def tiny_atlas(
    env: str, *, num_policies: int = 6, horizon: int = 30, num_steps: int = 0, seed: int = 0,
    networks: Mapping[str, FilmWeights] | None = None, members: Sequence[Member] | None = None,
) -> Atlas:  # fmt: skip
    """An atlas whose episodes end after ``horizon`` steps; the loaded one has the table's horizon.

    The representation is trained for ``num_steps`` (0: not at all).
    """
    spec = replace(env_spec(env), horizon=horizon)
    networks = networks or random_networks(spec, num_policies, seed)
    weights = np.random.default_rng(seed).dirichlet(np.ones(spec.num_objectives), len(networks))
    members = members or [
        Member(network=key, weights=tuple(row.tolist()))
        for key, row in zip(networks, weights, strict=True)
    ]
    sources = [member_policy(networks[member.network], [member]) for member in members]
    kept = range(0, horizon, max(1, horizon // 60))
    episodes = [
        simulate_many(spec, source, range(NUM_EPISODES), kept_steps=kept) for source in sources
    ]
    returns = np.stack([episode.returns.mean(0) for episode in episodes])
    spread = np.stack([episode.returns.std(0) for episode in episodes])
    population = Population(
        members=tuple(members), networks=networks, returns=returns, returns_std=spread,
        noisy_returns=returns, noisy_returns_std=spread, num_episodes=NUM_EPISODES,
        num_noisy_episodes=1, held_out=np.array([""] * len(members)),
    )  # fmt: skip
    action = np.stack([episode.action for episode in episodes])
    dataset = OccupancyDataset(
        obs=np.stack([episode.obs for episode in episodes]), action=action, clean_action=action,
        returns=returns,
    )  # fmt: skip
    model = _representation(spec, dataset, sources, num_steps)
    return replace(build_atlas(spec, population, dataset, model, seed=seed), spec=env_spec(env))


def _representation(
    spec: EnvSpec, dataset: OccupancyDataset, sources: Sequence, num_steps: int
) -> Representation:
    if num_steps:
        config = TrainingConfig(num_steps=num_steps, dagger_steps=())
        return train_representation(spec, dataset, sources, config, seed=0)
    torch.manual_seed(0)
    model = Representation(RepresentationConfig(
        obs_dim=spec.obs_dim, action_dim=spec.action_dim, num_objectives=spec.num_objectives
    ))  # fmt: skip
    flat = dataset.obs.reshape(-1, spec.obs_dim)
    model.set_scale(flat.mean(0), flat.std(0) + 1e-3)
    return model.eval()


def save_tiny(atlas: Atlas, root: Path) -> None:
    """Write a tiny atlas into a folder of atlases."""
    save_atlas(atlas, root / atlas.name, config={}, seed=0, facts={}, parents={})
