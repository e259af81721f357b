"""Modes: found where they are, with the mass that belongs to them."""

import pytest
import torch

from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.features import PolynomialFeatures
from backend.action_latents.polynomial.modes import modes
from backend.action_latents.polynomial.quadrature import Quadrature, sobol_points, tensor_grid


@pytest.mark.parametrize("rule", [tensor_grid(2, 41), sobol_points(2, 2048, seed=0)])
def test_a_double_well_has_two_modes_of_half_the_mass(rule: Quadrature) -> None:
    """exp(6 x² − 8 x⁴ − 4 y²): peaks at x = ± sqrt(6/16), y = 0."""
    features = PolynomialFeatures(dim=2, order=4, basis="monomial")
    family = PolynomialFamily(features, rule, dtype=torch.float64)
    energy = {(2, 0): 6.0, (4, 0): -8.0, (0, 2): -4.0}
    natural = torch.tensor([energy.get(d, 0.0) for d in features.degrees]).double()
    found = modes(PolynomialDensity(natural, family))
    heavy = [mode for mode in found if mode.mass > 0.2]
    assert len(heavy) == 2
    for mode in heavy:
        assert abs(mode.action[0]) == pytest.approx((6 / 16) ** 0.5, abs=0.1)
        assert mode.action[1] == pytest.approx(0, abs=0.1)
        assert mode.mass == pytest.approx(0.5, abs=0.05)


def test_the_uniform_density_has_no_more_than_one() -> None:
    family = PolynomialFamily(PolynomialFeatures(dim=1, order=2), tensor_grid(1, 33))
    assert sum(mode.mass for mode in modes(PolynomialDensity(torch.zeros(2), family))) <= 1 + 1e-6
