"""Where policies are compressed: what a state is, which rewards exist, and what a policy earns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float, Tensor
from backend.compression.pool import StateSampler
from backend.compression.shape import Box, GeneratedPolicy, PolicyShape
from backend.envs import mountain_car
from backend.envs.spec import Objective
from backend.errors import UnknownName

WEIGHTS_AT_ONCE = 2_000_000
"Parameters simulated together: what a processor's cache holds."


@dataclass(frozen=True, kw_only=True)
class CompressionEnv:
    """One environment of the second paper; all its rewards are paid in the same episode."""

    name: str
    "Name in files and commands."
    title: str
    "Name for people."
    rewards: tuple[Objective, ...]
    "The tasks: components of the vector reward."
    box: Box
    "How observations become inputs."
    sizes: Mapping[str, PolicyShape]
    "Networks by name: small, medium, large."
    states: StateSampler
    "States that behaviour is compared on, already normalised."
    episodes: Callable[[GeneratedPolicy, int, int], Float[Array, "policy episode reward"]]
    "(policy, episodes each, seed) -> vector returns; every policy from the same starts."

    @torch.no_grad()
    def returns(
        self, shape: PolicyShape, theta: Float[Tensor, "policy param"], *,
        num_episodes: int, seed: int,
    ) -> Float[Array, "policy reward"]:  # fmt: skip
        """Mean undiscounted vector return of each policy."""
        rows = max(1, WEIGHTS_AT_ONCE // shape.num_params)
        parts = [
            self.episodes(GeneratedPolicy(shape, chunk, self.box), num_episodes, seed).mean(1)
            for chunk in theta.split(rows)
        ]
        return np.concatenate(parts)


def _drive(
    policy: GeneratedPolicy, num_episodes: int, seed: int
) -> Float[Array, "policy episode reward"]:
    start = mountain_car.start_positions(num_episodes, seed)
    returns = mountain_car.drive(lambda obs: policy.act(obs)[:, 0], np.tile(start, policy.num_rows))
    return returns.reshape(policy.num_rows, num_episodes, -1)


def _anywhere(num: int, generator: torch.Generator) -> Tensor:
    """Uniform in the box of all states."""
    return 2 * torch.rand(num, 2, generator=generator) - 1


MOUNTAIN_CAR = CompressionEnv(
    name="mountain-car",
    title="Mountain Car",
    rewards=mountain_car.REWARDS,
    box=Box(
        middle=(mountain_car.LOW + mountain_car.HIGH) / 2.0,
        half=(mountain_car.HIGH - mountain_car.LOW) / 2.0,
    ),
    sizes={
        "small": PolicyShape(widths=(2, 4, 1)),
        "medium": PolicyShape(widths=(2, 32, 32, 1)),
        "large": PolicyShape(widths=(2, 400, 300, 1)),
    },
    states=_anywhere,
    episodes=_drive,
)
ENVIRONMENTS: Mapping[str, CompressionEnv] = {MOUNTAIN_CAR.name: MOUNTAIN_CAR}


def compression_env(name: str) -> CompressionEnv:
    """The environment of this name. Raises UnknownName, listing what exists."""
    if name not in ENVIRONMENTS:
        raise UnknownName("compression environment", name, ENVIRONMENTS)
    return ENVIRONMENTS[name]
