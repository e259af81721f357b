"""Preference-conditioned PPO with a vector critic, on the batched environment.

Clipped surrogate after Schulman et al. 2017; advantages are estimated per objective (GAE),
scalarised with the episode's own weights and standardised within groups of similar weights.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import nn

from backend.arrays import Array, Bool, Float, Float32, Tensor
from backend.envs.batched import BatchedEnv
from backend.policies.networks import ActorCritic
from backend.policies.policy import ActorPolicy, FilmWeights, normalise
from backend.policies.preferences import PreferenceSpace, encode_preference, shape_reward


@dataclass(frozen=True, kw_only=True)
class PpoConfig:
    """Settings of one training run."""

    num_envs: int = 64
    "Environments stepped together."
    rollout_steps: int = 64
    "Control steps per environment and update."
    num_epochs: int = 8
    "Passes over a rollout, unless the KL stop ends them."
    minibatch_size: int = 1024
    "Samples per gradient step."
    learning_rate: float = 6e-4
    "Adam step size at the start; falls linearly to a tenth."
    clip: float = 0.2
    "Clip range of the probability ratio."
    value_weight: float = 0.5
    "Weight of the critic's loss."
    max_grad_norm: float = 0.5
    "Global gradient norm is clipped to this."
    max_kl: float = 0.03
    "Epochs stop when the mean approximate KL passes this."
    discount: float = 0.99
    "Discount factor of the learner (returns shown anywhere are undiscounted)."
    gae_lambda: float = 0.95
    "Lambda of generalised advantage estimation."
    num_groups: int = 4
    "Quantile groups of the first weight within which advantages are standardised."
    hidden_dim: int = 64
    "Width of both networks."
    log_std_min: float = -2.0
    "Floor of the log action std."


@dataclass
class RunningMoments:
    """Mean and variance of everything seen so far."""

    mean: Float[Array, "obs"]
    variance: Float[Array, "obs"]
    count: float = 1e-4

    @property
    def std(self) -> Float[Array, "obs"]:
        """Standard deviation, never zero."""
        return np.sqrt(self.variance + 1e-8)

    def update(self, batch: Float[Array, "batch obs"]) -> None:
        """Merge a batch (Chan et al. 1979)."""
        delta = batch.mean(0) - self.mean
        total = self.count + len(batch)
        merged = self.variance * self.count + batch.var(0) * len(batch)
        self.variance = (merged + delta**2 * self.count * len(batch) / total) / total
        self.mean = self.mean + delta * len(batch) / total
        self.count = total


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
class Learner:
    """Everything one run updates."""

    net: ActorCritic
    optimiser: torch.optim.Adam
    moments: RunningMoments
    value_scale: Float[Array, "objective"]
    num_updates: int = 0

    def snapshot(self) -> FilmWeights:
        """The actor as it is now, in numpy."""
        actor, head = self.net.actor, self.net.log_std_head
        arrays = {
            f"{name}_{kind}": (getattr(layer, full).detach().numpy().T.copy())
            for name, layer in (
                ("first", actor.first), ("second", actor.second), ("out", actor.out),
                ("scale", actor.scale), ("log_std", head),
            )
            for kind, full in (("w", "weight"), ("b", "bias"))
        }  # fmt: skip
        bounds = np.array([self.net.log_std_min, 0.7], np.float32)
        return FilmWeights(
            **arrays, log_std_bounds=bounds, obs_mean=self.moments.mean, obs_std=self.moments.std
        )


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
            condition = encode_preference(self.preference)
            policy = ActorPolicy(weights, condition)
            mean = policy.mean(self.obs)
            noise = self.rng.standard_normal(mean.shape, dtype=np.float32)
            action = mean + np.exp(policy.log_std) * noise
            log_prob = (-0.5 * noise**2 - policy.log_std).sum(1)
            obs, preference = self.obs, self.preference.copy()
            next_obs, reward, terminated = self.env.step(np.clip(action, -1, 1))
            reward = shape_reward(reward, preference)
            self.clock += 1
            ended = terminated | (self.clock >= self.env.spec.horizon)
            steps.append((
                normalise(obs, moments.mean, moments.std),
                normalise(next_obs, moments.mean, moments.std),
                obs, condition, preference[:, :2], action, log_prob, reward, terminated, ended,
            ))  # fmt: skip
            self.obs = self._restart(np.flatnonzero(ended)) if ended.any() else next_obs
        return Rollout(*(np.stack(column) for column in zip(*steps, strict=True)))

    def _restart(self, rows: Array) -> Float[Array, "batch obs"]:
        self.clock[rows] = 0
        self.preference[rows] = self.space.draw(self.rng, len(rows))
        return self.env.reset(self._seeds(len(rows)), rows)


def advantages(
    rollout: Rollout, value: Array, next_value: Array, config: PpoConfig
) -> Float[Array, "time batch objective"]:
    """Generalised advantage estimates per objective (Schulman et al. 2016, eq. 16)."""
    result = np.zeros_like(rollout.reward)
    running = np.zeros_like(rollout.reward[0])
    for t in reversed(range(len(result))):
        alive = (~rollout.terminated[t])[:, None]
        going = (~rollout.ended[t])[:, None]
        delta = rollout.reward[t] + config.discount * next_value[t] * alive - value[t]
        running = delta + config.discount * config.gae_lambda * going * running
        result[t] = running
    return result


def standardise_in_groups(
    scalar: Float[Array, "time batch"], first_weight: Float[Array, "time batch"], num_groups: int
) -> Float[Array, "time batch"]:
    """Zero mean, unit variance within each quantile group of the first weight."""
    edges = np.quantile(first_weight, np.linspace(0, 1, num_groups + 1)[1:-1])
    group = np.digitize(first_weight, edges)
    result = np.zeros_like(scalar)
    for index in range(num_groups):
        rows = group == index
        if rows.sum() > 50:
            result[rows] = (scalar[rows] - scalar[rows].mean()) / (scalar[rows].std() + 1e-6)
    return result


def update(
    learner: Learner,
    rollout: Rollout,
    config: PpoConfig,
    *,
    progress: float,
    generator: torch.Generator,
) -> float:
    """One PPO update from one rollout; returns the mean approximate KL of the last epoch."""
    flat = {
        name: torch.from_numpy(array.reshape(-1, array.shape[-1]))
        for name in ("obs", "next_obs", "condition", "action")
        for array in (getattr(rollout, name),)
    }
    shape = rollout.reward.shape
    with torch.no_grad():
        value = learner.net.critic(flat["obs"], flat["condition"]).numpy().reshape(shape)
        next_value = learner.net.critic(flat["next_obs"], flat["condition"]).numpy().reshape(shape)
    value, next_value = value * learner.value_scale, next_value * learner.value_scale
    advantage = advantages(rollout, value, next_value, config)
    target = advantage + value
    _rescale_critic(learner, target)
    scalar = (advantage * rollout.weights).sum(-1)
    scalar = standardise_in_groups(scalar, rollout.weights[..., 0], config.num_groups)
    learner.moments.update(rollout.raw_obs.reshape(-1, rollout.raw_obs.shape[-1]))
    flat |= {
        "log_prob": torch.from_numpy(rollout.log_prob.reshape(-1)),
        "advantage": torch.from_numpy(scalar.reshape(-1).astype(np.float32)),
        "target": torch.from_numpy(
            (target / learner.value_scale).reshape(-1, shape[-1]).astype(np.float32)
        ),
    }
    for group in learner.optimiser.param_groups:
        group["lr"] = config.learning_rate * (1 - 0.9 * progress)
    kl = 0.0
    for _ in range(config.num_epochs):
        order = torch.randperm(len(flat["obs"]), generator=generator)
        kls = [
            _gradient_step(learner, flat, rows, config)
            for rows in order.split(config.minibatch_size)
        ]
        kl = float(np.mean(kls))
        if kl > config.max_kl:
            break
    learner.num_updates += 1
    return kl


def _rescale_critic(learner: Learner, target: Float[Array, "time batch objective"]) -> None:
    """Move the running scale of the value targets, keeping the critic's outputs as they were."""
    rms = np.sqrt((target**2).mean((0, 1)) + 1e-6)
    scale = 0.99 * learner.value_scale + 0.01 * rms if learner.num_updates > 3 else rms
    ratio = torch.from_numpy((learner.value_scale / scale).astype(np.float32))
    with torch.no_grad():
        learner.net.critic.out.weight.mul_(ratio[:, None])
        learner.net.critic.out.bias.mul_(ratio)
    learner.value_scale = scale


def _gradient_step(
    learner: Learner, flat: dict[str, Tensor], rows: Tensor, config: PpoConfig
) -> float:
    obs, condition = flat["obs"][rows], flat["condition"][rows]
    mean, log_std = learner.net.actor(obs, condition), learner.net.log_std(condition)
    standardised = (flat["action"][rows] - mean) * torch.exp(-log_std)
    log_prob = (-0.5 * standardised**2 - log_std).sum(1)
    log_ratio = log_prob - flat["log_prob"][rows]
    ratio, advantage = log_ratio.exp(), flat["advantage"][rows]

    clipped = ratio.clamp(1 - config.clip, 1 + config.clip)
    policy_loss = -torch.min(ratio * advantage, clipped * advantage).mean()

    value_loss = ((learner.net.critic(obs, condition) - flat["target"][rows]) ** 2).mean()

    learner.optimiser.zero_grad(set_to_none=True)
    (policy_loss + config.value_weight * value_loss).backward()
    nn.utils.clip_grad_norm_(learner.net.parameters(), config.max_grad_norm)
    learner.optimiser.step()
    return float((ratio - 1 - log_ratio).mean().detach())
