"""The polynomial density is a density: it integrates to 1, and its formulas agree with sampling."""

import math

import pytest
import torch
from torch.distributions import Normal

from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.features import BASES, Basis, PolynomialFeatures
from backend.action_latents.polynomial.quadrature import (
    Quadrature,
    Rule,
    sobol_points,
    tensor_grid,
)
from backend.errors import InvalidValue

FINE = tensor_grid(2, 201, "trapezoid")


def density(
    order: int = 4, *, basis: Basis = "orthonormal", scale: float = 1.0, seed: int = 0,
    rule: Quadrature | None = None, batch: tuple[int, ...] = (),
) -> PolynomialDensity:  # fmt: skip
    rule = rule or tensor_grid(2, 64)
    features = PolynomialFeatures(dim=rule.dim, order=order, basis=basis)
    family = PolynomialFamily(features, rule, dtype=torch.float64)
    generator = torch.Generator().manual_seed(seed)
    natural = torch.randn(*batch, features.num, generator=generator, dtype=torch.float64)
    return PolynomialDensity(scale * natural, family)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("order", [1, 3, 6])
def test_the_density_integrates_to_one(order: int, basis: Basis) -> None:
    """On a grid three times as fine as its own."""
    log_prob = density(order, basis=basis).log_prob(FINE.nodes)
    assert float((log_prob + FINE.log_weights).exp().sum()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("dim", "order", "num"), [(1, 5, 5), (2, 5, 20), (3, 4, 34), (2, 14, 119)])
def test_there_are_as_many_features_as_degrees(dim: int, order: int, num: int) -> None:
    assert PolynomialFeatures(dim=dim, order=order).num == num == math.comb(dim + order, order) - 1


def test_orthonormal_features_are_orthonormal() -> None:
    rule = tensor_grid(2, 12)
    found = PolynomialFeatures(dim=2, order=8)(rule.nodes)
    gram = found.T @ (rule.log_weights.exp()[:, None] * found)
    torch.testing.assert_close(gram, torch.eye(len(gram), dtype=gram.dtype))


@pytest.mark.parametrize("rule", ["gauss", "trapezoid"])
def test_cells_tile_the_box_and_hold_their_nodes(rule: Rule) -> None:
    found = tensor_grid(2, 16, rule)
    assert bool(((found.low <= found.nodes + 1e-12) & (found.nodes <= found.high + 1e-12)).all())
    volume = (found.high - found.low).prod(1)
    torch.testing.assert_close(volume, found.log_weights.exp())
    assert float(volume.sum()) == pytest.approx(4)


def test_both_bases_span_the_same_space() -> None:
    """Any Legendre feature is a sum of monomials of no higher degree."""
    nodes = tensor_grid(2, 9).nodes
    one = torch.ones(len(nodes), 1, dtype=nodes.dtype)
    legendre, monomial = (
        torch.cat([one, PolynomialFeatures(dim=2, order=4, basis=b)(nodes)], 1)
        for b in ("legendre", "monomial")
    )
    fitted = monomial @ torch.linalg.lstsq(monomial, legendre).solution
    torch.testing.assert_close(fitted, legendre)


def test_order_two_is_a_truncated_gaussian() -> None:
    """Moments of exp(−(x−m)²/2s²) on [-1, 1], each coordinate its own, against the formula."""
    mean, std = torch.tensor([0.3, -0.5]).double(), torch.tensor([0.4, 0.7]).double()
    family = density(2, basis="monomial", rule=FINE).family
    wanted = {(1, 0): mean[0] / std[0] ** 2, (0, 1): mean[1] / std[1] ** 2,
              (2, 0): -0.5 / std[0] ** 2, (0, 2): -0.5 / std[1] ** 2, (1, 1): 0.0}  # fmt: skip
    natural = torch.tensor([float(wanted[d]) for d in family.features.degrees]).double()
    found = PolynomialDensity(natural, family)
    normal = Normal(0.0, 1.0)
    low, high = (-1 - mean) / std, (1 - mean) / std
    mass = normal.cdf(high) - normal.cdf(low)
    pdf = lambda x: normal.log_prob(x).exp()  # noqa: E731
    shift = (pdf(low) - pdf(high)) / mass
    spread = 1 + (low * pdf(low) - high * pdf(high)) / mass - shift**2
    torch.testing.assert_close(found.mean, mean + std * shift, atol=1e-4, rtol=0)
    torch.testing.assert_close(found.variance, std**2 * spread, atol=1e-4, rtol=0)


def test_the_gradient_of_the_normaliser_is_the_mean_of_the_features() -> None:
    found = density(5)
    natural = found.natural.clone().requires_grad_()
    PolynomialDensity(natural, found.family).log_normaliser.backward()
    torch.testing.assert_close(natural.grad, found.moments)


def test_samples_have_the_densitys_entropy_and_moments() -> None:
    found = density(4, scale=0.3, batch=(3,))
    action = found.sample((40_000,), generator=torch.Generator().manual_seed(1))
    assert action.shape == (40_000, 3, 2) and bool((action.abs() <= 1).all())
    torch.testing.assert_close(-found.log_prob(action).mean(0), found.entropy(), atol=0.02, rtol=0)
    torch.testing.assert_close(action.mean(0), found.mean, atol=0.01, rtol=0)


def test_samples_are_no_grid_points() -> None:
    found = density(2)
    action = found.sample((500,), generator=torch.Generator().manual_seed(0))
    nearest = torch.cdist(action, found.family.quadrature.nodes).amin(1)
    assert float((nearest > 1e-3).double().mean()) > 0.9


def test_the_uniform_density_has_the_most_entropy() -> None:
    assert float(density(3, scale=0.0).entropy()) == pytest.approx(2 * math.log(2), abs=1e-6)
    assert float(density(3, scale=0.5).entropy()) < 2 * math.log(2)


@pytest.mark.parametrize("basis", BASES)
def test_a_tilt_multiplies_by_an_exponential(basis: Basis) -> None:
    before, c = density(4, basis=basis, rule=FINE), torch.tensor([1.5, -0.7]).double()
    ratio = before.tilted(c).log_prob(FINE.nodes) - before.log_prob(FINE.nodes) - FINE.nodes @ c
    assert float(ratio.std()) < 1e-9


def test_temperature_flattens() -> None:
    found = density(4, scale=2.0)
    assert float(found.tempered(0.5).entropy()) < float(found.entropy())
    assert float(found.tempered(3.0).entropy()) > float(found.entropy())
    with pytest.raises(InvalidValue, match="above 0"):
        found.tempered(0.0)


def test_a_symmetric_density_has_symmetric_modes() -> None:
    """Only even degrees: a double well, its modes mirrored."""
    family = density(4, basis="legendre", rule=tensor_grid(1, 201)).family
    found = PolynomialDensity(torch.tensor([0.0, 1.0, 0.0, -4.0]).double(), family)
    nodes = family.quadrature.nodes[:, 0]
    right = nodes > 0
    torch.testing.assert_close(found.masses[right].sum(), found.masses[~right].sum(),
                               atol=0.02, rtol=0)  # fmt: skip
    highest = nodes[found.log_density.argmax()]
    assert abs(float(found.mean)) < 1e-9 and abs(float(highest)) > 0.3


@pytest.mark.parametrize("dim", [2, 3])
def test_sobol_points_agree_with_the_grid(dim: int) -> None:
    grid = density(4, scale=0.4, rule=tensor_grid(dim, 32))
    family = PolynomialFamily(grid.family.features, sobol_points(dim, 8192, seed=0),
                              dtype=torch.float64)  # fmt: skip
    sobol = PolynomialDensity(grid.natural, family)
    assert float(sobol.log_normaliser) == pytest.approx(float(grid.log_normaliser), abs=0.01)
    assert float(sobol.entropy()) == pytest.approx(float(grid.entropy()), abs=0.02)


def test_bad_sizes_are_named() -> None:
    with pytest.raises(InvalidValue, match="expected 14: order 4 in 2-D"):
        PolynomialDensity(torch.zeros(3), density(4).family)
    with pytest.raises(InvalidValue, match="in all"):
        tensor_grid(5, 64)
    with pytest.raises(InvalidValue, match="2-D nodes"):
        PolynomialFamily(PolynomialFeatures(dim=2, order=2), tensor_grid(1, 8))
