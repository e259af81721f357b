"""Smooth World as a task to learn, and what a learnt policy does in it."""

from dataclasses import dataclass

import numpy as np
import torch

from backend.action_latents.polynomial.draws import draws_from
from backend.action_latents.polynomial.heads import Sampler
from backend.arrays import Array, Bool, Float, Int
from backend.envs.smooth_world import HORIZON, SIDE, Layout, SmoothWorlds

STILL = 0
"Outcome of an episode that ran out of time."


class Navigation:
    """Worlds that start anew by themselves, from any free cell (the PPO task)."""

    obs_dim, action_dim = 2, 2

    def __init__(self, world: Layout, num_envs: int, rng: np.random.Generator) -> None:
        self._worlds, self._rng = SmoothWorlds(world, num_envs), rng
        self._clock = rng.integers(0, HORIZON, num_envs)
        self._worlds.scatter(rng, np.arange(num_envs))

    @property
    def obs(self) -> Float[Array, "batch 2"]:
        """Where the agents are."""
        return self._worlds.obs

    def step(
        self, action: Float[Array, "batch 2"]
    ) -> tuple[Array, Float[Array, "batch"], Bool[Array, "batch"], Bool[Array, "batch"]]:
        """(obs before any new start, reward, terminated, ended)."""
        moved = self._worlds.step(action)
        self._clock += 1
        ended = moved.terminated | (self._clock >= HORIZON)
        if ended.any():
            self._clock[ended] = 0
            self._worlds.scatter(self._rng, np.flatnonzero(ended))
        return moved.obs, moved.reward, moved.terminated, ended


@dataclass(frozen=True, kw_only=True)
class Walks:
    """Episodes from one place, side by side."""

    path: Float[Array, "time walk 2"]
    "Observations; a walk that has ended stays where it is."
    length: Int[Array, "walk"]
    "Steps until it ended."
    outcome: Int[Array, "walk"]
    "Goal that was reached, DEATH, or 0 for neither."

    def share(self, outcome: int) -> float:
        """Of the walks that end so."""
        return float((self.outcome == outcome).mean())

    def through(self, world: Layout) -> Int[Array, "walk"]:
        """Number, from 1, of the gate that each walk passed, the lowest of several; 0 for none."""
        column = np.flatnonzero((world.cells == -1).any(1))
        passed = np.zeros(len(self.length), int)
        cell = np.floor((self.path + 1) / 2 * SIDE).astype(int)
        for number, gate in enumerate(world.gates, 1):
            rows = np.arange(SIDE)[gate]
            at = np.isin(cell[..., 0], column) & np.isin(cell[..., 1], rows)
            passed[(passed == 0) & at.any(0)] = number
        return passed


@torch.no_grad()
def walk(head: Sampler, world: Layout, start: Float[Array, "2"], *, num: int, seed: int) -> Walks:
    """Sampled episodes from one place."""
    worlds = SmoothWorlds(world, num)
    worlds.obs[:] = start
    path, length = [worlds.obs.copy()], np.full(num, HORIZON)
    outcome, over = np.zeros(num, int), np.zeros(num, bool)
    with draws_from(torch.Generator().manual_seed(seed)):
        for step in range(1, HORIZON + 1):
            action, _ = head.sample(torch.from_numpy(worlds.obs).float())
            moved = worlds.step(np.where(over[:, None], 0, action.numpy()))
            new = moved.terminated & ~over
            outcome[new], length[new] = moved.reached[new], step
            over |= new
            path.append(moved.obs)
            if over.all():
                break
    return Walks(path=np.stack(path), length=length, outcome=outcome)
