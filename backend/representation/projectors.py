"""Per-objective affine projections u_i = W_i z + b_i, kept nearly semi-orthonormal."""

from typing import Literal

import torch
from torch import nn

from backend.arrays import Float, Tensor

ProjectorKind = Literal["linear", "mlp"]
MLP_WIDTH = 64


class Projectors(nn.Module):
    """One affine map per objective (Li et al. 2026). With W Wᵀ = I each is an isometry on its row
    space, so the order that the contrastive loss gives to u is inherited by that part of z."""

    def __init__(
        self, latent_dim: int, projection_dim: int, num_objectives: int,
        kind: ProjectorKind = "linear",
    ) -> None:  # fmt: skip
        super().__init__()
        self.kind = kind
        if kind == "mlp":
            maps = [_mlp(latent_dim, projection_dim) for _ in range(num_objectives)]
            self.maps = nn.ModuleList(maps)
            return
        linears = [nn.Linear(latent_dim, projection_dim) for _ in range(num_objectives)]
        for linear in linears:
            nn.init.orthogonal_(linear.weight)
        self.maps = nn.ModuleList(linears)

    def forward(
        self, z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "objective batch projection"]:
        """All projections of z, one slice per objective."""
        return torch.stack([linear(z) for linear in self.maps])

    def stacked(
        self,
    ) -> tuple[Float[Tensor, "objective projection latent"], Float[Tensor, "objective projection"]]:
        """(weights, biases) of all linear maps."""
        assert self.kind == "linear", "an MLP has no matrix"
        linears = [linear for linear in self.maps if isinstance(linear, nn.Linear)]
        weights = torch.stack([linear.weight for linear in linears])
        return weights, torch.stack([linear.bias for linear in linears])


def _mlp(latent_dim: int, projection_dim: int) -> nn.Sequential:
    """The paper's alternative: it can hide the order of z in its own bends."""
    return nn.Sequential(
        nn.Linear(latent_dim, MLP_WIDTH), nn.ReLU(), nn.Linear(MLP_WIDTH, projection_dim)
    )
