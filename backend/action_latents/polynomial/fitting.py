"""The order and basis ablation without any sampling: fit λ to a known target on the grid.

Minimises KL(pi_λ ‖ exp(r/α)/Z), the optimum of the bandit's entropy-regularised objective.
"""

from dataclasses import dataclass

import torch

from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.arrays import Float, Tensor


@dataclass(frozen=True, kw_only=True)
class Target:
    """A normalised density on a family's nodes."""

    log_density: Float[Tensor, "node"]

    @classmethod
    def boltzmann(
        cls, family: PolynomialFamily, reward: Float[Tensor, "node"], alpha: float
    ) -> "Target":
        """exp(r/α)/Z."""
        energy = reward / alpha
        log_z = torch.logsumexp(energy + family.quadrature.log_weights, 0)
        return cls(log_density=energy - log_z)

    def kl_from(self, density: PolynomialDensity) -> Float[Tensor, ""]:
        """KL(pi ‖ target), nats."""
        return (density.masses * (density.log_density - self.log_density)).sum()


def fit_adam(
    family: PolynomialFamily, target: Target, *, num_steps: int = 300, learning_rate: float = 0.05
) -> tuple[Float[Tensor, "feature"], float]:
    """(λ, KL) after so many steps of Adam from the uniform density."""
    natural = _uniform(family)
    optimiser = torch.optim.Adam([natural], lr=learning_rate)
    for _ in range(num_steps):
        optimiser.zero_grad(set_to_none=True)
        target.kl_from(PolynomialDensity(natural, family)).backward()
        optimiser.step()
    return _result(natural, family, target)


def fit_lbfgs(
    family: PolynomialFamily, target: Target, *, num_steps: int = 2000
) -> tuple[Float[Tensor, "feature"], float]:
    """(λ, KL) at the optimum, as far as L-BFGS gets."""
    natural = _uniform(family)
    optimiser = torch.optim.LBFGS(
        [natural], max_iter=num_steps, history_size=50, line_search_fn="strong_wolfe",
        tolerance_grad=1e-9, tolerance_change=1e-12,
    )  # fmt: skip

    def loss() -> float:
        optimiser.zero_grad(set_to_none=True)
        value = target.kl_from(PolynomialDensity(natural, family))
        value.backward()
        return float(value.detach())

    optimiser.step(loss)
    return _result(natural, family, target)


def _uniform(family: PolynomialFamily) -> Tensor:
    return torch.zeros(family.features.num, dtype=family.at_nodes.dtype, requires_grad=True)


def _result(
    natural: Tensor, family: PolynomialFamily, target: Target
) -> tuple[Float[Tensor, "feature"], float]:
    fitted = natural.detach()
    return fitted, float(target.kl_from(PolynomialDensity(fitted, family)))
