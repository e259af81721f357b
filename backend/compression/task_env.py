"""One task as a plain Gymnasium environment, for learners that know nothing else."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box as BoxSpace

from backend.arrays import Array, Bool, Float, Float32
from backend.compression.environments import CompressionEnv
from backend.envs import mountain_car
from backend.envs.mountain_car import MountainCars
from backend.envs.single import SingleEnv
from backend.envs.spec import EnvSpec

Answer = tuple[Float[Array, "obs"], Float[Array, "reward"], bool]
"(observation, vector reward, whether the episode ended early)"


class TaskEnv(gymnasium.Env[Array, Array]):
    """Observations as the compressed policies get them, one component of the vector reward."""

    def __init__(self, env: CompressionEnv, reward: int) -> None:
        widths = next(iter(env.sizes.values())).widths
        self._env, self._reward = env, reward
        self._world = _Car() if env.spec is None else _Robot(env.spec)
        self.observation_space = BoxSpace(-np.inf, np.inf, (widths[0],), np.float32)
        self.action_space = BoxSpace(-1.0, 1.0, (widths[-1],), np.float32)
        self._step = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Float32[Array, "obs"], dict[str, Any]]:
        """Start an episode; without a seed the generator goes on."""
        super().reset(seed=seed)
        self._step = 0
        start = int(self.np_random.integers(2**31)) if seed is None else seed
        return self._env.box.normalise(self._world.reset(start)), {}

    def step(
        self, action: Float[Array, "action"]
    ) -> tuple[Float32[Array, "obs"], float, bool, bool, dict[str, Any]]:
        """One control step."""
        obs, reward, terminated = self._world.step(action)
        self._step += 1
        over = self._step >= self._world.horizon
        return self._env.box.normalise(obs), float(reward[self._reward]), terminated, over, {}


class _Robot:
    def __init__(self, spec: EnvSpec) -> None:
        self._env, self.horizon = SingleEnv(spec), spec.horizon

    def reset(self, seed: int) -> Float[Array, "obs"]:
        return self._env.reset(seed)

    def step(self, action: Float[Array, "action"]) -> Answer:
        return self._env.step(action)


class _Car:
    horizon = mountain_car.HORIZON

    def reset(self, seed: int) -> Array:
        self._cars = MountainCars(mountain_car.start_positions(1, seed))
        return self._cars.obs[0]

    def step(self, action: Float[Array, "action"]) -> Answer:
        reward = self._cars.step(action)[0]
        done: Bool[Array, "car"] = self._cars.done
        return self._cars.obs[0], reward, bool(done[0])
