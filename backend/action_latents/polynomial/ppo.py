"""PPO with the exact entropy in its loss: −min(r A, clip(r) A) − α H (MePoly, 4.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import nn

from backend.action_latents.polynomial.heads import CRITIC_GAIN, Head, mlp
from backend.arrays import Array, Bool, Float, Tensor
from backend.policies.advantages import generalised_advantages

Report = Callable[[int, int, dict[str, float]], None]
"(iteration, iterations, figures); may raise to cancel."


@dataclass(frozen=True, kw_only=True)
class PpoConfig:
    """Settings of one training run.

    The paper prints none. Its code for Smooth World has as many steps and minibatches, normalised
    advantages, this learning rate, gradient limit, KL stop, discount and λ; passes (there 10 or 1,
    by layout), iterations and entropy weights are our own.
    """

    num_iterations: int = 500
    "Rollouts and updates."
    num_envs: int = 64
    "Environments stepped together."
    rollout_steps: int = 32
    "Steps per environment and iteration."
    num_epochs: int = 4
    "Passes over a rollout, unless the KL stop ends them."
    num_minibatches: int = 6
    "Parts of a pass."
    learning_rate: float = 3e-4
    "Adam's."
    entropy_weight: float = 0.1
    "α."
    normalise_advantages: bool = True
    "Divide by the batch's spread: α then shrinks in effect as rewards become alike."
    clip: float = 0.2
    "Clip range of the ratio."
    max_grad_norm: float = 0.5
    "Gradients longer than this are shortened to it."
    max_kl: float = 0.02
    "A rollout's epochs end when the mean approximate KL passes this."
    discount: float = 0.99
    "Gamma."
    gae_lambda: float = 0.98
    "Lambda of generalised advantage estimation."


@runtime_checkable
class Task(Protocol):
    """Environments stepped together that start anew by themselves."""

    obs_dim: int
    action_dim: int

    @property
    def obs(self) -> Float[Array, "batch obs"]:
        """What is seen now."""
        ...

    def step(
        self, action: Float[Array, "batch action"]
    ) -> tuple[Array, Float[Array, "batch"], Bool[Array, "batch"], Bool[Array, "batch"]]:
        """(obs before any new start, reward, terminated, ended)."""
        ...


@dataclass
class Learner:
    """What a run updates."""

    head: Head
    critic: nn.Sequential
    optimiser: torch.optim.Adam
    history: list[dict[str, float]] = field(default_factory=list)


def new_learner(head: Head, obs_dim: int, config: PpoConfig) -> Learner:
    """With a critic of its own."""
    critic = mlp(obs_dim, 1, last_gain=CRITIC_GAIN)
    parameters = [*head.parameters(), *critic.parameters()]
    return Learner(head, critic, torch.optim.Adam(parameters, lr=config.learning_rate))


def train(
    head: Head, task: Task, config: PpoConfig, report: Report = lambda *_: None
) -> Learner:  # fmt: skip
    """Improve a policy; randomness is torch's and the task's own."""
    learner = new_learner(head, task.obs_dim, config)
    for iteration in range(config.num_iterations):
        batch = _collect(learner, task, config)
        figures = update(learner, batch, config)
        learner.history.append(figures)
        report(iteration + 1, config.num_iterations, figures)
    return learner


@torch.no_grad()
def _collect(learner: Learner, task: Task, config: PpoConfig) -> dict[str, Tensor]:
    steps: list[dict[str, Any]] = []
    for _ in range(config.rollout_steps):
        obs = torch.from_numpy(task.obs).float()
        action, memory = learner.head.sample(obs)
        after, reward, terminated, ended = task.step(action.numpy())
        steps.append({
            "obs": obs, "next_obs": torch.from_numpy(after).float(), "action": action,
            "memory": memory, "reward": torch.from_numpy(reward).float(),
            "terminated": torch.from_numpy(terminated), "ended": torch.from_numpy(ended),
        })  # fmt: skip
    rollout = {name: torch.stack([step[name] for step in steps]) for name in steps[0]}
    value = learner.critic(rollout["obs"])[..., 0]
    next_value = learner.critic(rollout["next_obs"])[..., 0]
    advantage = torch.from_numpy(generalised_advantages(
        *(array.numpy() for array in (rollout["reward"], value, next_value)),
        terminated=rollout["terminated"].numpy(), ended=rollout["ended"].numpy(),
        discount=config.discount, gae_lambda=config.gae_lambda,
    ))  # fmt: skip
    rollout |= {"advantage": advantage, "target": advantage + value}
    return {name: array.flatten(0, 1) for name, array in rollout.items()}


def update(learner: Learner, batch: dict[str, Tensor], config: PpoConfig) -> dict[str, float]:
    """One PPO update from one rollout; mean reward, mean entropy of all passes, KL of the last.

    A single row of observations stands for all (bandits): its density is computed once.
    """
    advantage = batch["advantage"]
    if config.normalise_advantages:
        advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
    kl, entropies = 0.0, []
    size = -(-len(advantage) // config.num_minibatches)
    for _ in range(config.num_epochs):
        kls = []
        for rows in torch.randperm(len(advantage)).split(size):
            obs = batch["obs"] if len(batch["obs"]) == 1 else batch["obs"][rows]
            log_ratio, entropy = learner.head.judge(
                obs, batch["action"][rows], batch["memory"][rows]
            )
            loss = surrogate(log_ratio, advantage[rows], config.clip)
            if entropy is not None:
                loss = loss - config.entropy_weight * entropy.mean()
                entropies.append(float(entropy.detach().mean()))
            values = learner.critic(obs)[..., 0]
            loss = loss + (values - batch["target"][rows]).square().mean()
            _descend(learner, loss, config)
            kls.append(float((log_ratio.exp() - 1 - log_ratio).mean().detach()))
        kl = float(np.mean(kls))
        if kl > config.max_kl:
            break
    return {
        "reward": float(batch["reward"].mean()), "kl": kl,
        "entropy": float(np.mean(entropies)) if entropies else float("nan"),
    }  # fmt: skip


def surrogate(
    log_ratio: Float[Tensor, "batch"], advantage: Float[Tensor, "batch"], clip: float
) -> Float[Tensor, ""]:
    """−mean min(r A, clip(r) A) (Schulman et al. 2017, eq. 7)."""
    ratio = log_ratio.exp()
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).mean()


def _descend(learner: Learner, loss: Float[Tensor, ""], config: PpoConfig) -> None:
    learner.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    parameters = [*learner.head.parameters(), *learner.critic.parameters()]
    nn.utils.clip_grad_norm_(parameters, config.max_grad_norm)
    learner.optimiser.step()
