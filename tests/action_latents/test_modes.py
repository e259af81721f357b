"""Modes: found where they are, with the mass that belongs to them."""

import pytest
import torch

from backend.action_latents.polynomial import modes as modes_module
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


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    "rule", [tensor_grid(1, 33), tensor_grid(2, 24, "trapezoid"), sobol_points(2, 512, seed=0)]
)
def test_the_uniform_density_has_one_mode(rule: Quadrature, dtype: torch.dtype) -> None:
    family = PolynomialFamily(PolynomialFeatures(dim=rule.dim, order=2), rule, dtype=dtype)
    found = modes(PolynomialDensity(torch.zeros(family.features.num, dtype=dtype), family))
    assert [mode.mass for mode in found] == pytest.approx([1.0], abs=1e-5)


def test_peaks_that_hardly_rise_are_one() -> None:
    """Wells of exp(h (6 x² − 8 x⁴)) part at x = 0, 9 h / 8 nats below their peaks."""
    features = PolynomialFeatures(dim=1, order=4, basis="monomial")
    family = PolynomialFamily(features, tensor_grid(1, 101), dtype=torch.float64)
    wells = torch.tensor([0.0, 6.0, 0.0, -8.0]).double()
    counts = [len(modes(PolynomialDensity(h * wells, family))) for h in (1.0, 1e-2, 1e-5)]
    assert counts == [2, 2, 1]


def test_there_is_always_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where no peak gathers as much as a mode must."""
    monkeypatch.setattr(modes_module, "LEAST_MASS", 0.9)
    features = PolynomialFeatures(dim=1, order=4, basis="monomial")
    family = PolynomialFamily(features, tensor_grid(1, 101), dtype=torch.float64)
    wells = torch.tensor([0.1, 6.0, 0.0, -8.0]).double()
    (mode,) = modes(PolynomialDensity(wells, family))
    assert 0.5 < mode.mass < 0.9 and mode.action[0] > 0
