"""The symmetric autoencoder of policy parameters (arXiv 2509.22566)."""

from dataclasses import dataclass

import torch
from torch import nn

from backend.arrays import Float, Tensor


@dataclass(frozen=True, kw_only=True)
class AutoencoderConfig:
    """Sizes of encoder and decoder, which mirror each other."""

    num_params: int
    "Length of theta."
    latent_dim: int
    "Length of z."
    widths: tuple[int, int] = (256, 64)
    "Hidden widths from the parameters inwards."


class Autoencoder(nn.Module):
    """theta → z → theta. Parameters are whitened on the way in and coloured on the way out.

    Without that a decoder of many parameters saturates the tanh policies it writes, and learns
    nothing more.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.config = config
        outer, inner = config.widths
        self.encoder = nn.Sequential(
            nn.Linear(config.num_params, outer), nn.ELU(), nn.Linear(outer, inner), nn.ELU(),
            nn.Linear(inner, config.latent_dim),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(config.latent_dim, inner), nn.ELU(), nn.Linear(inner, outer), nn.ELU(),
            nn.Linear(outer, config.num_params),
        )  # fmt: skip
        self.register_buffer("mean", torch.zeros(config.num_params))
        self.register_buffer("std", torch.ones(config.num_params))

    def whiten_by(self, theta: Float[Tensor, "policy param"]) -> None:
        """Take mean and spread of every parameter from these policies."""
        self.mean.copy_(theta.mean(0))
        self.std.copy_(theta.std(0).clamp_min(1e-6))

    def encode(self, theta: Float[Tensor, "batch param"]) -> Float[Tensor, "batch latent"]:
        """Latents of parameter vectors."""
        return self.encoder((theta - self.mean) / self.std)

    def decode(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch param"]:
        """Parameter vectors of latents."""
        return self.decoder(z) * self.std + self.mean
