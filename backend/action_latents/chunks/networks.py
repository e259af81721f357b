"""The networks that every kind of chunk policy is made of: residual layers modulated by AdaLN."""

import torch
from torch import nn

from backend.arrays import Float, Tensor


class ModulatedBlock(nn.Module):
    """x + MLP(LayerNorm(x)·(1 + scale) + shift), where a modulator gives scale and shift.

    Adaptive layer normalisation (Peebles & Xie 2023): the modulator's layer starts at zero, so that
    it changes nothing at first.
    """

    def __init__(self, width: int, modulator_dim: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.modulation = nn.Linear(modulator_dim, 2 * width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)
        self.layers = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(
        self, x: Float[Tensor, "batch hidden"], modulator: Float[Tensor, "batch modulator"]
    ) -> Float[Tensor, "batch hidden"]:
        """The next layer."""
        scale, shift = self.modulation(modulator).chunk(2, -1)
        return x + self.layers(self.norm(x) * (1 + scale) + shift)


class ModulatedMlp(nn.Module):
    """Inputs through modulated blocks to outputs."""

    def __init__(
        self, in_dim: int, modulator_dim: int, out_dim: int, *, width: int, depth: int
    ) -> None:
        super().__init__()
        self.first = nn.Linear(in_dim, width)
        self.embed = nn.Sequential(nn.Linear(modulator_dim, width), nn.SiLU())
        self.blocks = nn.ModuleList(ModulatedBlock(width, width) for _ in range(depth))
        self.last = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, out_dim))

    def forward(
        self, x: Float[Tensor, "batch in"], modulator: Float[Tensor, "batch modulator"]
    ) -> Float[Tensor, "batch out"]:
        """(inputs, modulators) -> outputs."""
        hidden, embedded = self.first(x), self.embed(modulator)
        for block in self.blocks:
            hidden = block(hidden, embedded)
        return self.last(hidden)


class Normaliser(nn.Module):
    """Observations in units of their spread in the data, clipped; part of the saved weights."""

    MOST = 5.0
    mean: Tensor
    std: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("std", torch.ones(dim))

    def fit(self, obs: Float[Tensor, "pair obs"]) -> None:
        """Take the mean and spread of data."""
        self.mean.copy_(obs.mean(0))
        self.std.copy_(obs.std(0) + 1e-6)

    def forward(self, obs: Float[Tensor, "batch obs"]) -> Float[Tensor, "batch obs"]:
        """Normalised."""
        return ((obs - self.mean) / self.std).clamp(-self.MOST, self.MOST)


def num_parameters(*modules: nn.Module) -> int:
    """Trained numbers."""
    return sum(p.numel() for module in modules for p in module.parameters())
