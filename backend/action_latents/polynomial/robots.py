"""MuJoCo environments as tasks to learn by PPO, and episodes of a stochastic policy in them."""

from collections.abc import Sequence

import numpy as np
import torch

from backend.action_latents.polynomial.draws import draws_from
from backend.action_latents.polynomial.heads import Sampler
from backend.arrays import Array, Bool, Float
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.policies.moments import RunningMoments
from backend.rollouts.simulate import Episodes, Trajectory, simulate_many

OBS_CLIP = 10.0
"Normalised observations are clipped to ± this."
LEAST_STD = 1e-3


class Scale(RunningMoments):
    """What observations are normalised by: the moments of those met so far."""

    @classmethod
    def of(cls, obs_dim: int) -> "Scale":
        """Before anything was met."""
        return cls(np.zeros(obs_dim), np.ones(obs_dim))

    def apply(self, obs: Float[Array, "batch obs"]) -> Float[Array, "batch obs"]:
        """Observations as the network sees them."""
        std = np.maximum(np.sqrt(self.variance), LEAST_STD)
        return np.clip((obs - self.mean) / std, -OBS_CLIP, OBS_CLIP)


class RobotTask:
    """Environments that start anew by themselves; pays the sum of the objectives, scaled."""

    def __init__(
        self, spec: EnvSpec, num_envs: int, rng: np.random.Generator, *,
        scale: Scale | None = None, pay: float = 1.0,
    ) -> None:  # fmt: skip
        self.obs_dim, self.action_dim = spec.obs_dim, spec.action_dim
        self.scale = scale
        "Observations are normalised by what was met, where given."
        self.earned: list[float] = []
        "Return of every episode that ended, as the environment pays it."
        self._env, self._rng, self._pay = BatchedEnv(spec, num_envs), rng, pay
        self._obs = self._env.reset(self._seeds(num_envs)).copy()
        self._clock = rng.integers(0, spec.horizon, num_envs)
        self._return = np.zeros(num_envs)

    @property
    def obs(self) -> Float[Array, "batch obs"]:
        """What is seen now."""
        return self._seen(self._obs)

    def step(
        self, action: Float[Array, "batch action"]
    ) -> tuple[Array, Float[Array, "batch"], Bool[Array, "batch"], Bool[Array, "batch"]]:
        """(obs before any new start, reward, terminated, ended)."""
        obs, rewards, terminated = self._env.step(np.clip(action, -1, 1).astype(float))
        after, reward = self._seen(obs), rewards.sum(-1)
        self._clock += 1
        self._return += reward
        ended = terminated | (self._clock >= self._env.spec.horizon)
        rows = np.flatnonzero(ended)
        if len(rows):
            self.earned += self._return[rows].tolist()
            self._clock[rows], self._return[rows] = 0, 0.0
            obs = self._env.reset(self._seeds(len(rows)), rows)
        self._obs = obs.copy()
        if self.scale is not None:
            self.scale.update(self._obs)
        return after, reward * self._pay, terminated, ended

    def _seen(self, obs: Float[Array, "batch obs"]) -> Float[Array, "batch obs"]:
        return obs.copy() if self.scale is None else self.scale.apply(obs)

    def _seeds(self, num: int) -> list[int]:
        return self._rng.integers(2**31, size=num).tolist()


class Drawn:
    """A stochastic policy as a ``Policy``: each call draws its actions anew, from one seed."""

    num_rows = 1

    def __init__(self, head: Sampler, seed: int, scale: Scale | None = None) -> None:
        self._head, self._scale = head, scale
        self._generator = torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def act(self, obs: Float[Array, "batch obs"]) -> Float[Array, "batch action"]:
        """Actions in [-1, 1]."""
        seen = obs if self._scale is None else self._scale.apply(obs)
        with draws_from(self._generator):
            action, _ = self._head.sample(torch.from_numpy(seen).float())
        return np.clip(action.numpy(), -1, 1).astype(float)


def episodes(spec: EnvSpec, policy: Drawn, *, num: int, seed: int) -> Episodes:
    """Measured, from the environment's own starts."""
    return simulate_many(spec, policy, range(seed, seed + num))


def crowd(spec: EnvSpec, policy: Drawn, seeds: Sequence[int]) -> Trajectory:
    """Many episodes as one to look at: poses side by side, rewards averaged.

    Who has arrived stays where it did.
    """
    env = BatchedEnv(spec, len(seeds))
    obs, over = env.reset(seeds), np.zeros(len(seeds), bool)
    poses, rewards = [env.qpos.copy()], []
    while len(rewards) < spec.horizon and not over.all():
        obs, reward, terminated = env.step(policy.act(obs))
        rewards.append(np.where(over[:, None], 0, reward).mean(0))
        poses.append(np.where(over[:, None], poses[-1], env.qpos))
        over |= terminated
    length = len(rewards)
    return Trajectory(
        obs=np.zeros((length, 0)), action=np.zeros((length, 0)), reward=np.stack(rewards),
        qpos=np.stack(poses[1:]).reshape(length, -1),
    )  # fmt: skip
