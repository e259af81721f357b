"""Which gaits the chunks come from: policies spread over the front of a core atlas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.atlas.front import pareto_front
from backend.errors import InvalidValue
from backend.policies.policy import Policy
from backend.population.population import Population

LEAST_FORWARD = 1000.0
"Return below which a policy of the front stands rather than runs."


@dataclass(frozen=True, kw_only=True)
class Gait:
    """One policy of the population."""

    policy_id: str
    policy: Policy
    returns: Float[Array, "objective"]
    "Measured, over whole episodes."


def choose_gaits(atlas: Atlas, num: int) -> tuple[Gait, ...]:
    """Training policies on the Pareto front, nearest to evenly spaced returns of objective 0.

    In order of that return. Raises InvalidValue where the front has fewer.
    """
    population = atlas.population
    rows = front_rows(population.returns, population.is_training)
    slowest, fastest = population.returns[rows[[0, -1]], 0]
    wanted = np.linspace(slowest, fastest, num)
    distance = np.abs(population.returns[rows, 0][:, None] - wanted)
    chosen = rows[np.unique(distance.argmin(0))]
    if len(chosen) < num:
        raise InvalidValue("gaits", num, f"at most {len(chosen)}: the front is too sparse")
    return named_gaits(population, [population.ids[row] for row in chosen.tolist()])


def named_gaits(population: Population, ids: Sequence[str]) -> tuple[Gait, ...]:
    """Policies by their ids. Raises UnknownName."""
    rows = [population.row(policy_id) for policy_id in ids]
    return tuple(
        Gait(policy_id=one, policy=population.actor(row), returns=population.returns[row])
        for one, row in zip(ids, rows, strict=True)
    )


def front_rows(returns: Float[Array, "policy objective"], allowed: Array) -> Int[Array, "front"]:
    """Rows of the front that run and are allowed, the slowest first."""
    front = pareto_front(returns)
    on_front = (returns[:, None] == front[None]).all(-1).any(1)
    rows = np.flatnonzero(on_front & allowed & (returns[:, 0] >= LEAST_FORWARD))
    return rows[np.argsort(returns[rows, 0])]


def actions_of(
    gaits: Sequence[Gait], obs: Float[Array, "batch obs"], which: Int[Array, "batch"]
) -> Float[Array, "batch action"]:
    """What each row's gait does there."""
    every = np.stack([gait.policy.act(obs) for gait in gaits])
    return every[which, np.arange(len(obs))]
