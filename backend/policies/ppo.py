"""Preference-conditioned PPO with a vector critic, on the batched environment.

Clipped surrogate after Schulman et al. 2017; advantages are estimated per objective (GAE),
scalarised with the episode's own weights and standardised within groups of similar weights.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from backend.arrays import Array, Float, Int, Tensor
from backend.policies.advantages import generalised_advantages
from backend.policies.experience import Rollout
from backend.policies.learner import Learner

CLEAR_LEAD = 0.55
"A weight above this, of three or more, leads clearly."


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
    "Quantile groups of the first of two weights within which advantages are standardised."
    log_std_min: float = -2.0
    "Floor of the log action std."
    critic: "CriticConfig | None" = None
    "Its own loop for the critic, or None: trained with the actor, minibatch by minibatch."


@dataclass(frozen=True, kw_only=True)
class CriticConfig:
    """A critic trained apart, so that the KL stop never starves it."""

    learning_rate: float = 1e-3
    "Adam step size; falls like the actor's."
    num_epochs: int = 8
    "Passes over a rollout."
    minibatch_size: int = 256
    "Samples per gradient step."


def advantages(
    rollout: Rollout, value: Array, next_value: Array, config: PpoConfig
) -> Float[Array, "time batch objective"]:
    """Generalised advantage estimates per objective."""
    return generalised_advantages(
        rollout.reward, value, next_value, terminated=rollout.terminated[..., None],
        ended=rollout.ended[..., None], discount=config.discount, gae_lambda=config.gae_lambda,
    )  # fmt: skip


def group_weights(
    weights: Float[Array, "time batch objective"], num_groups: int
) -> Int[Array, "time batch"]:
    """Groups of similar weights: quantiles of the first of two, else who leads and how clearly."""
    if weights.shape[-1] == 2:
        first = weights[..., 0]
        edges = np.quantile(first, np.linspace(0, 1, num_groups + 1)[1:-1])
        return np.digitize(first, edges)
    return 2 * weights.argmax(-1) + (weights.max(-1) > CLEAR_LEAD)


def standardise_in_groups(
    scalar: Float[Array, "time batch"], group: Int[Array, "time batch"]
) -> Float[Array, "time batch"]:
    """Zero mean, unit variance within each group; groups too small to tell count as 0."""
    result = np.zeros_like(scalar)
    for index in np.unique(group):
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
    scalar = standardise_in_groups(scalar, group_weights(rollout.weights, config.num_groups))
    learner.moments.update(rollout.raw_obs.reshape(-1, rollout.raw_obs.shape[-1]))
    flat |= {
        "log_prob": torch.from_numpy(rollout.log_prob.reshape(-1)),
        "advantage": torch.from_numpy(scalar.reshape(-1).astype(np.float32)),
        "target": torch.from_numpy(
            (target / learner.value_scale).reshape(-1, shape[-1]).astype(np.float32)
        ),
    }
    set_learning_rates(learner, config, progress)
    if config.critic is not None:
        _fit_critic(learner, flat, config, config.critic, generator)
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


def set_learning_rates(learner: Learner, config: PpoConfig, progress: float) -> None:
    """Linear decay to a tenth; the optimiser's second group, if any, is the critic's own."""
    rates = [config.learning_rate]
    if config.critic is not None:
        rates.append(config.critic.learning_rate)
    for group, rate in zip(learner.optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * (1 - 0.9 * progress)


def _fit_critic(
    learner: Learner, flat: dict[str, Tensor], config: PpoConfig, critic: CriticConfig,
    generator: torch.Generator,
) -> None:  # fmt: skip
    for _ in range(critic.num_epochs):
        order = torch.randperm(len(flat["obs"]), generator=generator)
        for rows in order.split(critic.minibatch_size):
            values = learner.net.critic(flat["obs"][rows], flat["condition"][rows])
            loss = ((values - flat["target"][rows]) ** 2).mean()
            _descend(learner, loss, config)


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

    loss = policy_loss
    if config.critic is None:
        value_loss = ((learner.net.critic(obs, condition) - flat["target"][rows]) ** 2).mean()
        loss = policy_loss + config.value_weight * value_loss
    _descend(learner, loss, config)
    return float((ratio - 1 - log_ratio).mean().detach())


def _descend(learner: Learner, loss: Float[Tensor, ""], config: PpoConfig) -> None:
    learner.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(learner.net.parameters(), config.max_grad_norm)
    learner.optimiser.step()
