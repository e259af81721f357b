"""Stage 2: which code, given the observation: a density p(z | obs) on the box [-1, 1]^d."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

import torch
from torch import nn
from torch.distributions import Distribution, Independent, Normal

from backend.action_latents.chunks.networks import Normaliser
from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.features import PolynomialFeatures
from backend.action_latents.polynomial.heads import DensityHead, gaussian_head, polynomial_head
from backend.action_latents.polynomial.quadrature import tensor_grid
from backend.arrays import Float, Tensor
from backend.errors import InvalidValue

PriorKind = Literal["polynomial", "gaussian"]
PRIORS: tuple[PriorKind, ...] = get_args(PriorKind)


@dataclass(frozen=True, kw_only=True)
class PriorConfig:
    """Sizes of both priors, and their losses' weights."""

    order: int = 8
    "K of the polynomial one."
    nodes: int = 32
    "Of the quadrature, per axis."
    clip: float = 20.0
    "Bound on λ."
    hidden: int = 128
    entropy_weight: float = 1e-2


@lru_cache(maxsize=4)
def latent_family(latent_dim: int, config: PriorConfig) -> PolynomialFamily:
    """Of the polynomial prior."""
    features = PolynomialFeatures(dim=latent_dim, order=config.order)
    return PolynomialFamily(features, tensor_grid(latent_dim, config.nodes))


class LatentPrior(nn.Module):
    """p(z | obs); Gaussian draws are brought back into the box."""

    def __init__(self, kind: PriorKind, obs_dim: int, latent_dim: int, config: PriorConfig) -> None:
        super().__init__()
        self.kind, self.config = kind, config
        self.normalise = Normaliser(obs_dim)
        self.head: DensityHead = (
            polynomial_head(
                obs_dim, latent_family(latent_dim, config), config.clip, hidden=config.hidden
            )
            if kind == "polynomial"
            else gaussian_head(obs_dim, latent_dim, hidden=config.hidden)
        )

    def distribution(self, obs: Float[Tensor, "batch obs"]) -> Distribution:
        """p(· | obs)."""
        return self.head.distribution(self.normalise(obs))

    def loss(
        self, obs: Float[Tensor, "batch obs"], z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, ""]:
        """Negative log-likelihood less weighted entropy (equation 14), nats."""
        density = self.distribution(obs)
        return -density.log_prob(z).mean() - self.config.entropy_weight * density.entropy().mean()


def steered(
    density: Distribution, tilt: Float[Tensor, "*batch latent"], temperature: float
) -> Distribution:
    """p^(1/τ) exp(c·z), normalised: exact for both kinds, nothing trained.

    A Gaussian becomes N(μ + τ Σ c, τ Σ). Raises InvalidValue for τ ≤ 0.
    """
    if not temperature > 0:
        raise InvalidValue("temperature", temperature, "a number above 0")
    if isinstance(density, PolynomialDensity):
        return density.tempered(temperature).tilted(tilt)
    assert isinstance(density, Independent)
    variance = temperature * density.variance
    return Independent(Normal(density.mean + variance * tilt, variance.sqrt()), 1)


def draw(
    density: Distribution, generator: torch.Generator | None = None
) -> Float[Tensor, "batch latent"]:
    """One code per row."""
    if isinstance(density, PolynomialDensity):
        return density.sample(generator=generator)
    noise = torch.randn(density.mean.shape, generator=generator)
    return (density.mean + density.stddev * noise).clamp(-1, 1)
