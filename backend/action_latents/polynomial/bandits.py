"""Bandits whose best actions form a curve: reward exp(−d²/2σ²), d the distance to it (MePoly)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from backend.action_latents.polynomial.heads import DensityHead, Head
from backend.action_latents.polynomial.ppo import Learner, PpoConfig, Report, new_learner, update
from backend.arrays import Array, Float, Tensor
from backend.errors import UnknownName

SIGMA = 0.1
"Width of the reward."
NUM_TARGETS, NOISE = 4096, 0.03
"Points drawn around the curve, and their spread."
COVERED = 0.05
"A target counts as covered by a sample this near."
CHUNK = 2048


@dataclass(frozen=True, kw_only=True)
class Bandit:
    """One state, actions in [-1, 1]²."""

    name: str
    title: str
    "For people."
    curve: Callable[[np.random.Generator], Float[Array, "target 2"]]
    "Draws places on the curve."

    @cached_property
    def targets(self) -> Float[Tensor, "target 2"]:
        """Points around the curve, the same every time."""
        rng = np.random.default_rng(0)
        points = self.curve(rng)
        return torch.from_numpy(points + NOISE * rng.standard_normal(points.shape))

    def reward(self, action: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch"]:
        """exp(−d²/2σ²)."""
        targets = self.targets.to(action.dtype)
        nearest = [torch.cdist(part, targets).amin(1) for part in action.split(CHUNK)]
        return torch.exp(-torch.cat(nearest).square() / (2 * SIGMA**2))

    def coverage(self, action: Float[Tensor, "batch 2"]) -> float:
        """Share of the targets with an action within 0.05."""
        targets = self.targets.to(action.dtype)
        near = [torch.cdist(part, action).amin(1) < COVERED for part in targets.split(CHUNK)]
        return float(torch.cat(near).float().mean())


def _lemniscate(rng: np.random.Generator) -> Array:
    t = rng.uniform(0, 2 * np.pi, NUM_TARGETS)
    x = 0.9 * np.cos(t) / (1 + np.sin(t) ** 2)
    return np.stack([x, x * np.sin(t)], 1)


def _two_moons(rng: np.random.Generator) -> Array:
    t, sign = rng.uniform(0, np.pi, NUM_TARGETS), rng.choice([-1.0, 1.0], NUM_TARGETS)
    return np.stack([0.55 * np.cos(t) - 0.25 * sign, 0.55 * np.sin(t) * sign], 1)


BANDITS: Mapping[str, Bandit] = {
    "lemniscate": Bandit(name="lemniscate", title="Lemniscate", curve=_lemniscate),
    "moons": Bandit(name="moons", title="Two moons", curve=_two_moons),
}


OBS_DIM = 1
"The one state is a 0."


def train_on(
    bandit: Bandit, head: Head, config: PpoConfig, report: Report = lambda *_: None
) -> Learner:
    """PPO in episodes of one step, ``num_envs`` actions at a time."""
    learner = new_learner(head, OBS_DIM, config)
    for iteration in range(config.num_iterations):
        obs, action, memory = draw(head, config.num_envs)
        reward = bandit.reward(action)
        with torch.no_grad():
            advantage = reward - learner.critic(obs)[..., 0]
        batch = {
            "obs": obs, "action": action, "memory": memory, "reward": reward,
            "advantage": advantage, "target": reward,
        }  # fmt: skip
        figures = update(learner, batch, config)
        learner.history.append(figures)
        report(iteration + 1, config.num_iterations, figures)
    return learner


@torch.no_grad()
def draw(head: Head, num: int) -> tuple[Tensor, Float[Tensor, "num 2"], Tensor]:
    """(observations, actions, memory); densities need the one state only once."""
    if isinstance(head, DensityHead):
        obs = torch.zeros(1, OBS_DIM)
        density = head.distribution(obs)
        action = density.sample(torch.Size([num]))[:, 0]
        return obs, action, density.log_prob(action)[:, None]
    obs = torch.zeros(num, OBS_DIM)
    return obs, *head.sample(obs)


def bandit(name: str) -> Bandit:
    """Raises UnknownName."""
    if name not in BANDITS:
        raise UnknownName("bandit", name, BANDITS)
    return BANDITS[name]
