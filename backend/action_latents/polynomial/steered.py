"""A stochastic policy steered without retraining: its densities nudged, tempered and tilted."""

from dataclasses import dataclass

import torch

from backend.action_latents.polynomial.density import PolynomialDensity
from backend.action_latents.polynomial.heads import DensityHead
from backend.arrays import Float, Tensor


@dataclass(frozen=True, kw_only=True)
class Steering:
    """What is done to λ(s), alike in every state: (λ + nudge) / τ, then c is added to a's own."""

    temperature: float = 1.0
    "τ: sharper below 1."
    tilt: tuple[float, ...] = (0.0, 0.0)
    "c: actions with a high c·a weigh more."
    nudge: tuple[float, ...] = ()
    "Added to the first natural parameters."

    def apply(self, density: PolynomialDensity) -> PolynomialDensity:
        """The steered density, exact. Raises InvalidValue for a temperature that is not above 0."""
        natural = density.natural.clone()
        natural[..., : len(self.nudge)] += torch.tensor(self.nudge, dtype=natural.dtype)
        steered = PolynomialDensity(natural, density.family).tempered(self.temperature)
        return steered.tilted(torch.tensor(self.tilt, dtype=natural.dtype))


@dataclass(frozen=True)
class SteeredHead:
    """A polynomial policy under a steering; samples only, it does not learn."""

    head: DensityHead
    steering: Steering

    def distribution(self, obs: Float[Tensor, "batch obs"]) -> PolynomialDensity:
        """pi_c(·|s)."""
        density = self.head.distribution(obs)
        assert isinstance(density, PolynomialDensity)
        return self.steering.apply(density)

    def sample(
        self, obs: Float[Tensor, "batch obs"]
    ) -> tuple[Float[Tensor, "batch action"], Float[Tensor, "batch memory"]]:
        """Actions and their log-probability."""
        density = self.distribution(obs)
        action = density.sample()
        return action, density.log_prob(action)[:, None]
