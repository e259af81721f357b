"""Task learning where the policies are compressed, and, as the control, where they are not (C)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float
from backend.compression.cell import Cell
from backend.compression.environments import CompressionEnv
from backend.compression.pgpe import Pgpe, PgpeConfig
from backend.compression.recovery import as_tensor
from backend.compression.shape import PolicyShape

CENTRE_EPISODES = 3
"Episodes that judge a generation's centre; they cost the search nothing."
LATENT = PgpeConfig(sigma=0.6)
"Units: standard deviations of the codes."
PARAMETERS = PgpeConfig(sigma=0.1, centre_rate=0.05)
"Units: the weights themselves."

Evaluate = Callable[[Array, int, int], tuple[Array, Array]]
"(candidates, episodes each, seed) -> mean return and steps taken of each."


@dataclass(frozen=True, kw_only=True)
class Search:
    """One PGPE run."""

    centres: Float[Array, "generation param"]
    "Before the first generation and after each."
    sigmas: Float[Array, "generation param"]
    "Standard deviations, in the units of ``centres``."
    returns: Float[Array, "generation"]
    "Of the centre, mean over fresh episodes."
    episodes: Float[Array, "generation"]
    "Episodes the search had spent by then."
    steps: Float[Array, "generation"]
    "Environment steps in them."


def search_latent(
    env: CompressionEnv, cell: Cell, first: Float[Array, "run latent"], reward: int, *,
    seeds: Sequence[int], config: PgpeConfig = LATENT,
) -> list[Search]:  # fmt: skip
    """PGPE in z, one run per seed, each from its own latent."""

    def evaluate(z: Array, num_episodes: int, seed: int) -> tuple[Array, Array]:
        earned = env.earned(cell.shape, cell.decode(z), num_episodes=num_episodes, seed=seed)
        return earned.returns[..., reward].mean(1), earned.length.sum(1)

    return _searches(evaluate, first, cell.codes.std(0), config, seeds)


def search_parameters(
    env: CompressionEnv, shape: PolicyShape, first: Float[Array, "run param"], reward: int, *,
    seeds: Sequence[int], config: PgpeConfig = PARAMETERS,
) -> list[Search]:  # fmt: skip
    """PGPE in theta, one run per seed, each from its own policy."""

    def evaluate(theta: Array, num_episodes: int, seed: int) -> tuple[Array, Array]:
        earned = env.earned(shape, as_tensor(theta), num_episodes=num_episodes, seed=seed)
        return earned.returns[..., reward].mean(1), earned.length.sum(1)

    return _searches(evaluate, first, np.ones(shape.num_params), config, seeds)


def _searches(
    evaluate: Evaluate, first: Float[Array, "run param"], scale: Array, config: PgpeConfig,
    seeds: Sequence[int],
) -> list[Search]:  # fmt: skip
    """All runs in lockstep, so that their candidates are rolled out together."""
    runs = [Pgpe(z, scale, config, seed=s) for z, s in zip(first, seeds, strict=True)]
    rng = np.random.default_rng([*seeds, 31])
    history = [_state(evaluate, runs, scale, rng)]
    steps = [np.zeros(len(runs))]
    for _ in range(config.num_generations):
        asked = np.concatenate([run.ask() for run in runs])
        earned, length = evaluate(asked, 1, int(rng.integers(2**31)))
        for run, returns in zip(runs, earned.reshape(len(runs), -1), strict=True):
            run.tell(returns)
        steps.append(steps[-1] + length.reshape(len(runs), -1).sum(1))
        history.append(_state(evaluate, runs, scale, rng))
    centres, sigmas, returns = (np.stack(column, 1) for column in zip(*history, strict=True))
    spent = 2.0 * config.num_pairs * np.arange(config.num_generations + 1)
    return [
        Search(centres=c, sigmas=s, returns=r, episodes=spent, steps=taken)
        for c, s, r, taken in zip(centres, sigmas, returns, np.stack(steps, 1), strict=True)
    ]


def _state(
    evaluate: Evaluate, runs: Sequence[Pgpe], scale: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    centres = np.stack([run.centre for run in runs])
    returns, _ = evaluate(centres, CENTRE_EPISODES, int(rng.integers(2**31)))
    return centres, np.stack([run.sigma * scale for run in runs]), returns
