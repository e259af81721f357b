"""Permutation-invariant encoder of occupancy sets (Li et al. 2026, "Learning Policy
Representations for Steerable Behavior Synthesis", arXiv 2601.22350)."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from backend.arrays import Float, Tensor

LOG_STD_BOUNDS = (-10.0, 2.0)


@dataclass(frozen=True, kw_only=True)
class EncoderConfig:
    """Sizes of the set transformer."""

    embed_dim: int = 128
    "Hidden width of the token embedding."
    width: int = 32
    "Width of the transformer."
    num_heads: int = 4
    "Attention heads."
    num_layers: int = 2
    "Pre-norm layers."
    feedforward_dim: int = 128
    "Hidden width of each layer's feed-forward part."
    pooling: Literal["attention", "mean"] = "attention"
    "How a set becomes one vector; the mean of embedded pairs is a baseline of the paper's."


class SetEncoder(nn.Module):
    """A context of (obs, action) pairs -> Gaussian posterior over z.

    No positional encoding, so the order of the pairs cannot matter; no dropout, so the same context
    always gives the same posterior. The learned CLS vector lives in token space.
    """

    def __init__(self, token_dim: int, latent_dim: int, config: EncoderConfig) -> None:
        super().__init__()
        self.cls = nn.Parameter(0.02 * torch.randn(token_dim))
        self.embed = nn.Sequential(
            nn.Linear(token_dim, config.embed_dim),
            nn.ReLU(),
            nn.Linear(config.embed_dim, config.width),
        )
        self.transformer = _transformer(config) if config.pooling == "attention" else None
        self.readout = nn.Sequential(
            nn.LayerNorm(config.width), nn.Linear(config.width, config.width)
        )
        self.posterior = nn.Linear(config.width, 2 * latent_dim)

    def forward(
        self, obs: Float[Tensor, "batch context obs"], action: Float[Tensor, "batch context action"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """Normalised observations and actions -> (mean, log std) of q(z | context)."""
        tokens = torch.cat([obs, action], -1)
        if self.transformer is None:
            pooled = self.embed(tokens).mean(1)
        else:
            cls = self.cls.expand(len(tokens), 1, -1)
            pooled = self.transformer(self.embed(torch.cat([cls, tokens], 1)))[:, 0]
        mean, log_std = self.posterior(self.readout(pooled)).chunk(2, -1)
        return mean, log_std.clamp(*LOG_STD_BOUNDS)


def _transformer(config: EncoderConfig) -> nn.TransformerEncoder:
    layer = nn.TransformerEncoderLayer(
        config.width, config.num_heads, config.feedforward_dim,
        dropout=0.0, activation="gelu", batch_first=True, norm_first=True,
    )  # fmt: skip
    return nn.TransformerEncoder(layer, config.num_layers, enable_nested_tensor=False)
