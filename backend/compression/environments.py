"""Where policies are compressed: what a state is, which rewards exist, and what a policy earns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float, Tensor
from backend.compression.pool import StateSampler
from backend.compression.shape import Box, GeneratedPolicy, PolicyShape
from backend.compression.visited import visited
from backend.envs import mountain_car
from backend.envs.hopper import START_HEIGHT
from backend.envs.reacher import REACHER
from backend.envs.spec import EnvSpec, Objective
from backend.envs.tasks import HALFCHEETAH_TASKS, HOPPER_TASKS
from backend.errors import UnknownName
from backend.rollouts.simulate import simulate_many

WEIGHTS_AT_ONCE = 2_000_000
"Parameters simulated together: what a processor's cache holds."


@dataclass(frozen=True, kw_only=True)
class Earned:
    """Episodes of several policies."""

    returns: Float[Array, "policy episode reward"]
    "Undiscounted vector returns."
    length: Float[Array, "policy episode"]
    "Steps each took."


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
    episodes: Callable[[GeneratedPolicy, int, int], Earned]
    "(policy, episodes each, seed) -> what they earn; every policy from the same starts."
    spec: EnvSpec | None = None
    "MuJoCo's environment, where it is one: what replays and films need."

    @property
    def horizon(self) -> int:
        """Steps of an episode, at most."""
        return mountain_car.HORIZON if self.spec is None else self.spec.horizon

    def returns(
        self, shape: PolicyShape, theta: Float[Tensor, "policy param"], *,
        num_episodes: int, seed: int,
    ) -> Float[Array, "policy reward"]:  # fmt: skip
        """Mean undiscounted vector return of each policy."""
        return self.earned(shape, theta, num_episodes=num_episodes, seed=seed).returns.mean(1)

    @torch.no_grad()
    def earned(
        self, shape: PolicyShape, theta: Float[Tensor, "policy param"], *,
        num_episodes: int, seed: int,
    ) -> Earned:  # fmt: skip
        """Every episode of each policy; large policies a few at a time."""
        rows = max(1, WEIGHTS_AT_ONCE // shape.num_params)
        parts = [
            self.episodes(GeneratedPolicy(shape, chunk, self.box), num_episodes, seed)
            for chunk in theta.split(rows)
        ]
        return Earned(
            returns=np.concatenate([part.returns for part in parts]),
            length=np.concatenate([part.length for part in parts]),
        )


def _drive(policy: GeneratedPolicy, num_episodes: int, seed: int) -> Earned:
    start = np.tile(mountain_car.start_positions(num_episodes, seed), policy.num_rows)
    returns, length = mountain_car.drive(lambda obs: policy.act(obs)[:, 0], start)
    return _by_policy(policy, returns, length)


def _by_policy(policy: GeneratedPolicy, returns: Array, length: Array) -> Earned:
    rows = policy.num_rows
    return Earned(
        returns=returns.reshape(rows, -1, returns.shape[-1]), length=length.reshape(rows, -1)
    )


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


def _of_robot(spec: EnvSpec, box: Box) -> CompressionEnv:
    sizes = {
        "small": PolicyShape(widths=(spec.obs_dim, 4, spec.action_dim)),
        "medium": PolicyShape(widths=(spec.obs_dim, 32, 32, spec.action_dim)),
    }

    def states(num: int, generator: torch.Generator) -> Tensor:
        return visited(spec, sizes["medium"], box, num, generator)

    def episodes(policy: GeneratedPolicy, num_episodes: int, seed: int) -> Earned:
        seeds = np.random.default_rng([seed, 53]).integers(0, 2**31, num_episodes).tolist()
        played = simulate_many(spec, policy, seeds * policy.num_rows)
        return _by_policy(policy, played.returns, played.length)

    return CompressionEnv(
        name=spec.name, title=spec.title, rewards=spec.objectives, box=box, sizes=sizes,
        states=states, episodes=episodes, spec=spec,
    )  # fmt: skip


def _box(half: Sequence[float], *, first: float = 0.0) -> Box:
    """Half widths about what random policies visit; ``first`` is the middle of the first number."""
    middle = np.zeros(len(half))
    middle[0] = first
    return Box(middle=middle, half=np.array(half))


# Cosines, sines, target, joint rates, fingertip to target.
_REACHER = _of_robot(REACHER, _box([1.0] * 4 + [0.2] * 2 + [25.0] * 2 + [0.4] * 2))
# Height, pitch and joint angles, then their rates.
_HALFCHEETAH = _of_robot(HALFCHEETAH_TASKS, _box([0.1] + [0.3] * 7 + [0.5, 0.5, 1.0] + [2.0] * 6))
_HOPPER = _of_robot(
    HOPPER_TASKS, _box([0.1] * 4 + [0.25] + [0.5] * 2 + [1.5] * 3 + [2.5], first=START_HEIGHT)
)
ENVIRONMENTS: Mapping[str, CompressionEnv] = {
    env.name: env for env in (MOUNTAIN_CAR, _REACHER, _HALFCHEETAH, _HOPPER)
}


def compression_env(name: str) -> CompressionEnv:
    """The environment of this name. Raises UnknownName, listing what exists."""
    if name not in ENVIRONMENTS:
        raise UnknownName("compression environment", name, ENVIRONMENTS)
    return ENVIRONMENTS[name]
