"""The order and basis ablation, without sampling: against the figures measured before."""

import pytest
import torch

from backend.action_latents.polynomial.bandits import bandit
from backend.action_latents.polynomial.density import PolynomialFamily
from backend.action_latents.polynomial.features import Basis, PolynomialFeatures
from backend.action_latents.polynomial.fitting import Target, fit_adam, fit_lbfgs
from backend.action_latents.polynomial.quadrature import tensor_grid

GRID = tensor_grid(2, 128, "trapezoid")
ALPHA = 0.1
BY_ADAM = {
    "legendre": {2: 1.495, 4: 1.434, 6: 0.724, 8: 0.554, 10: 0.211, 12: 0.109, 14: 0.094},
    "monomial": {2: 1.570, 4: 1.397, 6: 1.284, 8: 1.205, 10: 1.154, 12: 1.127, 14: 1.114},
}
"KL after 300 steps of Adam, by basis and order: the prototype's table."
BEST = {2: 1.456, 4: 0.642, 6: 0.226}
"KL at the optimum."


@pytest.fixture(scope="module")
def reward() -> torch.Tensor:
    return bandit("lemniscate").reward(GRID.nodes)


def problem(order: int, basis: Basis, reward: torch.Tensor) -> tuple[PolynomialFamily, Target]:
    features = PolynomialFeatures(dim=2, order=order, basis=basis)
    family = PolynomialFamily(features, GRID, dtype=torch.float64)
    return family, Target.boltzmann(family, reward, ALPHA)


@pytest.mark.parametrize("basis", ["legendre", "monomial"])
@pytest.mark.parametrize("order", BY_ADAM["legendre"])
def test_adams_kl_is_the_tables(order: int, basis: Basis, reward: torch.Tensor) -> None:
    _, kl = fit_adam(*problem(order, basis, reward))
    assert kl == pytest.approx(BY_ADAM[basis][order], rel=0.1)


@pytest.mark.parametrize("order", BEST)
def test_the_best_kl_is_the_tables(order: int, reward: torch.Tensor) -> None:
    _, kl = fit_lbfgs(*problem(order, "orthonormal", reward), num_steps=150)
    assert kl == pytest.approx(BEST[order], rel=0.1)


def test_the_basis_decides_only_how_soon(reward: torch.Tensor) -> None:
    """Monomials can hold the same density; given a better optimiser they do."""
    _, kl = fit_lbfgs(*problem(4, "monomial", reward), num_steps=400)
    assert kl == pytest.approx(BEST[4], rel=0.1)
