"""The latent-conditioned Gaussian policy pi(a | s, z) (Li et al. 2026, arXiv 2601.22350)."""

from dataclasses import dataclass

import torch
from torch import nn

from backend.arrays import Float, Tensor


@dataclass(frozen=True, kw_only=True)
class DecoderConfig:
    """Sizes of the decoder."""

    hidden_dim: int = 256
    "Width of the state branch and of the trunk."
    std_hidden_dim: int = 64
    "Width of the log-std branch, which sees z only."
    log_std_bounds: tuple[float, float] = (-3.0, 1.0)
    "Clamp of the log standard deviation."


class PolicyDecoder(nn.Module):
    """State branch, then z joins, then a ReLU trunk with a linear action mean."""

    def __init__(
        self, obs_dim: int, action_dim: int, latent_dim: int, config: DecoderConfig
    ) -> None:
        super().__init__()
        width = config.hidden_dim
        self.state = nn.Sequential(nn.Linear(obs_dim, width), nn.ReLU(), nn.Linear(width, width))
        self.trunk = nn.Sequential(
            nn.Linear(width + latent_dim, width), nn.ReLU(),
            nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, action_dim),
        )  # fmt: skip
        self.std = nn.Sequential(
            nn.Linear(latent_dim, config.std_hidden_dim), nn.ReLU(),
            nn.Linear(config.std_hidden_dim, action_dim),
        )  # fmt: skip
        self.log_std_bounds = config.log_std_bounds

    def forward(
        self, obs: Float[Tensor, "batch obs"], z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch action"]:
        """Mean action for normalised observations; not clipped."""
        return self.trunk(torch.cat([self.state(obs), z], -1))

    def log_std(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch action"]:
        """Log standard deviation, a function of z alone."""
        return self.std(z).clamp(*self.log_std_bounds)
