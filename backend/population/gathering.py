"""From trained networks to a population: candidates, gates, thinning, episodes, hold-out."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby, product

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue
from backend.policies.policy import FilmWeights, Sampled
from backend.population.population import Member, NetworkKey, Population, member_policy
from backend.rollouts.dataset import OccupancyDataset
from backend.rollouts.simulate import Episodes, simulate_many

logger = logging.getLogger(__name__)


def first_weights(*firsts: float) -> tuple[tuple[float, ...], ...]:
    """Pairs of weights that sum to 1, by their first."""
    return tuple((first, 1 - first) for first in firsts)


@dataclass(frozen=True, kw_only=True)
class GatherConfig:
    """Which candidates are tried, which survive, and how each is measured."""

    weights: tuple[tuple[float, ...], ...] = first_weights(
        0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.38, 0.45, 0.55, 0.7, 0.85, 1.0
    )
    "Weights tried for uncapped networks, denser where returns change fastest."
    capped_weights: tuple[tuple[float, ...], ...] = first_weights(0.3, 0.45, 0.65)
    "Weights tried for speed-capped networks."
    speed_caps: tuple[float, ...] = (0.7, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 8.0)
    "Speed caps in m/s tried for speed-capped networks."
    num_gate_episodes: int = 4
    "Deterministic episodes per candidate at the gate."
    min_survival: float = 0.95
    "Smallest mean share of the horizon survived."
    min_upright: float = 0.95
    "Smallest mean share of steps in an upright posture."
    max_network_failures: float = 1.0
    "Largest share of failed gate episodes of a network, all preferences together."
    max_returns_std: float = 0.05
    "Largest standard deviation of the return, as a share of the objective's range."
    min_spacing: float = 0.02
    "Smallest distance in normalised returns between two policies of the same run."
    num_episodes: int = 6
    "Deterministic episodes per policy."
    num_noisy_episodes: int = 8
    "Episodes per policy with its own action noise."
    kept_steps: int = 250
    "Control steps kept per episode for the dataset."
    held_out_share: float = 0.06
    "Share of policies held out at random."
    held_out_weights: tuple[float, float] = (0.4, 0.5)
    "Every policy whose first weight lies here is held out."
    held_out_networks: tuple[NetworkKey, ...] = ()
    "Every policy of these networks is held out."
    seed: int = 0
    "Seed of episodes, thinning order and hold-out."


def candidates(networks: Mapping[NetworkKey, FilmWeights], config: GatherConfig) -> list[Member]:
    """Every network with every preference it understands, in a fixed order."""
    members = []
    for key, weights in networks.items():
        capped = weights.scale_w.shape[0] > len(config.weights[0])
        grid = config.capped_weights if capped else config.weights
        caps = config.speed_caps if capped else (None,)
        members += [Member(network=key, weights=w, speed_cap=c) for w, c in product(grid, caps)]
    return members


def gather(
    spec: EnvSpec, networks: Mapping[NetworkKey, FilmWeights], config: GatherConfig
) -> tuple[Population, OccupancyDataset]:
    """Gate and thin all candidates, measure the survivors and split off the hold-out."""
    tried = candidates(networks, config)
    rng = np.random.default_rng(config.seed)
    seeds = rng.integers(0, 2**31, config.num_gate_episodes).tolist()
    gate = [measure(spec, networks, group, seeds) for group in _by_network(tried)]
    returns = np.concatenate([e.returns for e in gate]).reshape(len(tried), len(seeds), -1)
    length = np.concatenate([e.length for e in gate]).reshape(len(tried), -1)
    upright = np.concatenate([e.upright for e in gate]).reshape(len(tried), -1)
    stable = gate_mask(
        spec, config, returns=returns, length=length.mean(1), upright=upright.mean(1)
    )
    failed = failures(spec, config, length=length, upright=upright)
    stable &= network_mask(failed, [member.network for member in tried], config)
    kept = thin(returns.mean(1), stable, [member.run for member in tried], config.min_spacing)
    logger.info("gate: %d candidates, %d stable, %d kept", len(tried), stable.sum(), len(kept))
    members = [tried[i] for i in kept]
    population, dataset = _measure_population(spec, networks, members, config)
    steady = np.flatnonzero(steady_mask(population.returns, population.returns_std, config))
    logger.info("episodes: %d of %d repeat themselves", len(steady), len(members))
    return population.subset(steady), dataset.subset(steady)


def gather_again(
    spec: EnvSpec, population: Population, config: GatherConfig
) -> tuple[Population, OccupancyDataset]:
    """The same policies measured anew, nobody gated or held out anew.

    Deterministic episodes repeat to the last bit; noise is drawn anew.
    """
    members = list(population.members)
    measured, dataset = _measure_population(spec, population.networks, members, config)
    return replace(measured, held_out=population.held_out), dataset


def gate_mask(
    spec: EnvSpec, config: GatherConfig, *,
    returns: Float[Array, "policy episode objective"],
    length: Float[Array, "policy"], upright: Float[Array, "policy"],
) -> Bool[Array, "policy"]:  # fmt: skip
    """Which candidates survive, stay upright and repeat themselves from start to start."""
    standing = (length >= config.min_survival * spec.horizon) & (upright >= config.min_upright)
    if not standing.any():
        most = f"the longest lasts {length.max():.0f} of {spec.horizon} steps"
        raise InvalidValue("population", most, "candidates that survive: train longer")
    mean = returns.mean(1)
    extent = np.ptp(mean[standing], axis=0)
    return standing & (returns.std(1) <= config.max_returns_std * extent).all(1)


def failures(
    spec: EnvSpec, config: GatherConfig, *,
    length: Float[Array, "policy episode"], upright: Float[Array, "policy episode"],
) -> Bool[Array, "policy episode"]:  # fmt: skip
    """Which episodes end early, or lie where a robot that has fallen stays alive."""
    return (length < spec.horizon) | (upright < config.min_upright)


def network_mask(
    failed: Bool[Array, "policy episode"], networks: list[NetworkKey], config: GatherConfig
) -> Bool[Array, "policy"]:
    """Candidates of networks that seldom fail: a few episodes tell little of one policy alone."""
    names, rows = np.unique(networks, return_inverse=True)
    share = np.bincount(rows, failed.mean(1)) / np.bincount(rows)
    for name, value in zip(names, share, strict=True):
        logger.info("%s: %.1f %% of gate episodes fail", name, 100 * value)
    return (share <= config.max_network_failures)[rows]


def steady_mask(
    returns: Float[Array, "policy objective"],
    returns_std: Float[Array, "policy objective"],
    config: GatherConfig,
) -> Bool[Array, "policy"]:
    """The gate's spread test once more, on all deterministic episodes: few miss bistables."""
    return (returns_std <= config.max_returns_std * np.ptp(returns, axis=0)).all(1)


def thin(
    returns: Float[Array, "policy objective"], stable: Bool[Array, "policy"], runs: list[str],
    min_spacing: float,
) -> Int[Array, "kept"]:  # fmt: skip
    """Stable candidates, dropping those too close in return to a kept one of their run.

    Later checkpoints come first, so a run's better-trained version of a gait is the one that stays.
    """
    scaled = returns / np.ptp(returns[stable], axis=0)
    kept: list[int] = []
    for i in reversed(np.flatnonzero(stable)):
        same_run = [j for j in kept if runs[j] == runs[i]]
        if all(np.linalg.norm(scaled[i] - scaled[j]) >= min_spacing for j in same_run):
            kept.append(int(i))
    return np.array(sorted(kept))


def measure(
    spec: EnvSpec, networks: Mapping[NetworkKey, FilmWeights], members: list[Member],
    seeds: list[int], *, rng: np.random.Generator | None = None,
    kept_steps: Array | tuple[()] = (),
) -> Episodes:  # fmt: skip
    """``len(seeds)`` episodes of each member of one network; ``rng`` adds their own noise."""
    repeated = [member for member in members for _ in seeds]
    actor = member_policy(networks[members[0].network], repeated)
    policy = actor if rng is None else Sampled(actor, rng)
    steps = [int(step) for step in kept_steps]
    return simulate_many(spec, policy, list(seeds) * len(members), kept_steps=steps)


def count_failures(
    spec: EnvSpec, population: Population, num_episodes: int, *, config: GatherConfig, seed: int
) -> Int[Array, "policy"]:
    """How many of ``num_episodes`` fresh deterministic episodes of each policy fail."""
    seeds = np.random.default_rng([seed, 3]).integers(0, 2**31, num_episodes).tolist()
    groups = _by_network(list(population.members))
    episodes = [measure(spec, population.networks, group, seeds) for group in groups]
    length, upright = (
        np.concatenate(column).reshape(-1, num_episodes)
        for column in zip(*((e.length, e.upright) for e in episodes), strict=True)
    )
    return failures(spec, config, length=length, upright=upright).sum(1)


def hold_out(members: list[Member], config: GatherConfig) -> Array:
    """Why each policy is held out, '' where it is not; whole policies, never single episodes."""
    rng = np.random.default_rng([config.seed, 1])
    low, high = config.held_out_weights
    reasons = np.where(rng.random(len(members)) < config.held_out_share, "random", "").astype(
        object
    )
    for i, member in enumerate(members):
        if low < member.weights[0] < high:
            reasons[i] = "weights"
        if member.network in config.held_out_networks:
            reasons[i] = "network"
    return reasons.astype(str)


def _by_network(members: list[Member]) -> list[list[Member]]:
    return [list(group) for _, group in groupby(members, key=lambda member: member.network)]


def _measure_population(
    spec: EnvSpec,
    networks: Mapping[NetworkKey, FilmWeights],
    members: list[Member],
    config: GatherConfig,
) -> tuple[Population, OccupancyDataset]:
    rng = np.random.default_rng([config.seed, 2])
    seeds = rng.integers(0, 2**31, config.num_episodes + config.num_noisy_episodes).tolist()
    kept = np.sort(rng.choice(spec.horizon, config.kept_steps, replace=False))
    parts: list[tuple[Array, ...]] = []
    for group in _by_network(members):
        weights = networks[group[0].network]
        quiet = measure(spec, networks, group, seeds[: config.num_episodes], kept_steps=kept)
        noisy = measure(
            spec, networks, group, seeds[config.num_episodes :], rng=rng, kept_steps=kept
        )
        split = len(group)
        columns = [
            np.concatenate(
                [a.reshape(split, -1, *a.shape[1:]), b.reshape(split, -1, *b.shape[1:])], 1
            )
            for a, b in ((quiet.obs, noisy.obs), (quiet.action, noisy.action))
        ]
        clean = [
            member_policy(weights, [m])
            .act(obs.reshape(-1, spec.obs_dim))
            .reshape(*obs.shape[:2], -1)
            for m, obs in zip(group, columns[0], strict=True)
        ]
        returns = [e.returns.reshape(split, -1, spec.num_objectives) for e in (quiet, noisy)]
        parts.append((*columns, np.stack(clean), *returns))
    obs, action, clean_action, quiet_returns, noisy_returns = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    used = {member.network for member in members}
    population = Population(
        members=tuple(members),
        networks={key: weights for key, weights in networks.items() if key in used},
        returns=quiet_returns.mean(1), returns_std=quiet_returns.std(1),
        noisy_returns=noisy_returns.mean(1), noisy_returns_std=noisy_returns.std(1),
        num_episodes=config.num_episodes, num_noisy_episodes=config.num_noisy_episodes,
        held_out=hold_out(members, config),
    )  # fmt: skip
    dataset = OccupancyDataset(
        obs=obs, action=action, clean_action=clean_action, returns=population.returns
    )
    return population, dataset
