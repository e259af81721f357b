"""Experience of a preference-conditioned learner, from environments stepped together."""

from dataclasses import dataclass, field

import numpy as np

from backend.arrays import Array, Bool, Float, Float32
from backend.envs.batched import BatchedEnv
from backend.policies.learner import Learner
from backend.policies.policy import ActorPolicy, normalise
from backend.policies.preferences import PreferenceSpace, encode_preference, shape_reward


@dataclass
class Rollout:
    """One block of experience, time first."""

    obs: Float32[Array, "time batch obs"]
    next_obs: Float32[Array, "time batch obs"]
    raw_obs: Float[Array, "time batch obs"]
    condition: Float32[Array, "time batch condition"]
    weights: Float[Array, "time batch objective"]
    action: Float32[Array, "time batch action"]
    log_prob: Float32[Array, "time batch"]
    reward: Float[Array, "time batch objective"]
    terminated: Bool[Array, "time batch"]
    ended: Bool[Array, "time batch"]


@dataclass
class Experience:
    """The environments of a run and the preference each is following."""

    env: BatchedEnv
    space: PreferenceSpace
    rng: np.random.Generator
    obs: Float[Array, "batch obs"] = field(init=False)
    preference: Float[Array, "batch preference"] = field(init=False)
    clock: Array = field(init=False)

    def __post_init__(self) -> None:
        num = self.env.num_envs
        self.obs = self.env.reset(self._seeds(num))
        self.preference = self.space.draw(self.rng, num)
        self.clock = self.rng.integers(0, self.env.spec.horizon, num)

    def _seeds(self, num: int) -> list[int]:
        return self.rng.integers(0, 2**31, num).tolist()

    def collect(self, learner: Learner, num_steps: int) -> Rollout:
        """``num_steps`` control steps of every environment with the learner's sampled actions."""
        weights, moments = learner.snapshot(), learner.moments
        steps: list[tuple[Array, ...]] = []
        for _ in range(num_steps):
            condition = encode_preference(self.preference, self.space.num_objectives)
            policy = ActorPolicy(weights, condition)
            mean = policy.mean(self.obs)
            noise = self.rng.standard_normal(mean.shape, dtype=np.float32)
            action = mean + np.exp(policy.log_std) * noise
            log_prob = (-0.5 * noise**2 - policy.log_std).sum(1)
            obs, preference = self.obs, self.preference.copy()
            next_obs, reward, terminated = self.env.step(np.clip(action, -1, 1))
            reward = shape_reward(reward, preference, self.env.spec.alive_bonus)
            reward = reward + self.env.guidance()[:, None]
            terminated |= self.env.nearly_lost()
            self.clock += 1
            ended = terminated | (self.clock >= self.env.spec.horizon)
            steps.append((
                normalise(obs, moments.mean, moments.std),
                normalise(next_obs, moments.mean, moments.std),
                obs, condition, preference[:, : self.space.num_objectives], action, log_prob,
                reward, terminated, ended,
            ))  # fmt: skip
            self.obs = self._restart(np.flatnonzero(ended)) if ended.any() else next_obs
        return Rollout(*(np.stack(column) for column in zip(*steps, strict=True)))

    def _restart(self, rows: Array) -> Float[Array, "batch obs"]:
        self.clock[rows] = 0
        self.preference[rows] = self.space.draw(self.rng, len(rows))
        return self.env.reset(self._seeds(len(rows)), rows)
