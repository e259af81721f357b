"""What a training run updates: networks, optimiser, scales."""

from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.policies.moments import RunningMoments
from backend.policies.networks import LOG_STD_MAX, ActorCritic
from backend.policies.policy import FilmWeights


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
