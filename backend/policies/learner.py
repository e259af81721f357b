"""What a training run updates: networks, optimiser, scales."""

from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.policies.networks import LOG_STD_MAX, ActorCritic
from backend.policies.policy import FilmWeights


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
        bounds = np.array([self.net.log_std_min, LOG_STD_MAX], np.float32)
        return FilmWeights(
            **arrays, log_std_bounds=bounds, obs_mean=self.moments.mean, obs_std=self.moments.std
        )
