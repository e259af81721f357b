"""Per-objective affine projections u_i = W_i z + b_i, kept nearly semi-orthonormal."""

import torch
from torch import nn

from backend.arrays import Float, Tensor


class Projectors(nn.Module):
    """One affine map per objective (Li et al. 2026). With W Wᵀ = I each is an isometry on its row
    space, so the order that the contrastive loss gives to u is inherited by that part of z."""

    def __init__(self, latent_dim: int, projection_dim: int, num_objectives: int) -> None:
        super().__init__()
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
        """(weights, biases) of all maps."""
        linears = [linear for linear in self.maps if isinstance(linear, nn.Linear)]
        weights = torch.stack([linear.weight for linear in linears])
        return weights, torch.stack([linear.bias for linear in linears])
