"""The reward-free pool: random policies, of which the most novel are kept (arXiv 2509.22566).

Behaviour distance: D(theta, theta')² = Σ_i ‖pi_theta(s_i) − pi_theta'(s_i)‖² over M states.
Novelty: the mean D to the nearest neighbours. Nobody is rolled out but those who show which states
a robot visits (``visited``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from backend.arrays import Float, Int, Tensor
from backend.compression.shape import GAIN, PolicyShape

StateSampler = Callable[[int, torch.Generator], Tensor]
"(num, generator) -> that many normalised observations."
CHUNK = 2048
"Rows of the distance matrix held at once."


@dataclass(frozen=True, kw_only=True)
class PoolConfig:
    """How many policies are drawn and how the kept ones are chosen."""

    num_drawn: int = 10_000
    "Random policies."
    kept_share: float = 0.1
    "Share of them that is kept: the most novel."
    num_states: int = 64
    "States on which behaviour is compared."
    num_neighbours: int = 15
    "Nearest neighbours whose mean distance is the novelty."
    gain: float = GAIN
    "Scale of the random weights."


def draw_pool(
    shape: PolicyShape, states: StateSampler, config: PoolConfig, *, seed: int
) -> Float[Tensor, "policy param"]:
    """The kept policies' parameter vectors, in the order they were drawn."""
    generator = torch.Generator().manual_seed(seed)
    theta = shape.draw(config.num_drawn, seed, config.gain)
    actions = behaviour(shape, theta, states(config.num_states, generator))
    kept = most_novel(novelty(actions, config.num_neighbours), config.kept_share)
    return theta[kept]


@torch.no_grad()
def behaviour(
    shape: PolicyShape, theta: Float[Tensor, "policy param"], states: Float[Tensor, "state obs"]
) -> Float[Tensor, "policy behaviour"]:
    """Every policy's actions on the same states, as one vector each."""
    parts = [
        shape.act(chunk, states.expand(len(chunk), -1, -1)).flatten(1)
        for chunk in theta.split(shape.rows_at_once)
    ]
    return torch.cat(parts)


@torch.no_grad()
def novelty(
    actions: Float[Tensor, "policy behaviour"], num_neighbours: int
) -> Float[Tensor, "policy"]:
    """Mean behaviour distance to the nearest neighbours, oneself not counted."""
    num = min(num_neighbours, len(actions) - 1)
    parts = []
    for chunk in actions.split(CHUNK):
        nearest = torch.cdist(chunk, actions).topk(num + 1, largest=False).values
        parts.append(nearest[:, 1:].mean(1))
    return torch.cat(parts)


def most_novel(scores: Float[Tensor, "policy"], share: float) -> Int[Tensor, "kept"]:
    """Rows of the most novel share, ascending."""
    num = max(1, round(share * len(scores)))
    return scores.topk(num).indices.sort().values
