"""Per-objective affine projections u_i = W_i z + b_i, kept nearly semi-orthonormal."""

import torch
from torch import nn

from backend.arrays import Float, Tensor


class Projectors(nn.Module):
    """One affine map per objective (Li et al. 2026). With W Wᵀ = I each is an isometry on its row
    space, so the order that the contrastive loss gives to u is inherited by that part of z."""

    def __init__(self, latent_dim: int, projection_dim: int, num_objectives: int) -> None:
        super().__init__()
        self.maps = nn.ModuleList(
            nn.Linear(latent_dim, projection_dim) for _ in range(num_objectives)
        )
        for linear in self.maps:
            nn.init.orthogonal_(linear.weight)

    def forward(
        self, z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "objective batch projection"]:
        """All projections of z, one slice per objective."""
        return torch.stack([linear(z) for linear in self.maps])

    def stacked(
        self,
    ) -> tuple[Float[Tensor, "objective projection latent"], Float[Tensor, "objective projection"]]:
        """(weights, biases) of all maps."""
        weights = torch.stack([linear.weight for linear in self.maps])
        return weights, torch.stack([linear.bias for linear in self.maps])
