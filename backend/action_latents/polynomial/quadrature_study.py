"""How wrong each way of integrating is, by dimension and number of nodes (the paper stops at 2)."""

import math
import time
from collections.abc import Callable, Mapping

import torch

from backend.action_latents.polynomial.bandit_study import Rows
from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.features import PolynomialFeatures
from backend.action_latents.polynomial.quadrature import Quadrature, sobol_points, tensor_grid
from backend.arrays import Float, Tensor

ORDER, NUM_DENSITIES, SPREAD = 4, 32, 2.0
"K; random densities; standard deviation of log π over the box, nats: peaks of about exp(6)."
BUDGETS = (256, 1024, 4096, 16384)
"Nodes, at most."
REFERENCES = {2: 128, 3: 40, 4: 20, 5: 12}
"Dimension -> Gauss nodes per axis that count as exact."
REPEATS = 5
Draw = Callable[[int, int], Quadrature]


def _gauss(dim: int, budget: int) -> Quadrature:
    return tensor_grid(dim, max(2, int(budget ** (1 / dim) + 1e-9)))


def _trapezoid(dim: int, budget: int) -> Quadrature:
    return tensor_grid(dim, max(2, int(budget ** (1 / dim) + 1e-9)), "trapezoid")


def _sobol(dim: int, budget: int) -> Quadrature:
    return sobol_points(dim, budget, seed=0)


WAYS: Mapping[str, Draw] = {"gauss": _gauss, "trapezoid": _trapezoid, "sobol": _sobol}


def random_natural(features: PolynomialFeatures) -> Float[Tensor, "density feature"]:
    """λ of densities that are all equally far from uniform."""
    generator = torch.Generator().manual_seed(features.dim)
    shape = (NUM_DENSITIES, features.num)
    natural = torch.randn(*shape, generator=generator, dtype=torch.float64)
    return SPREAD * math.sqrt(2**features.dim) * natural / natural.norm(dim=1, keepdim=True)


def quadrature_rows(dims: tuple[int, ...] = tuple(REFERENCES)) -> Rows:
    """A row for every dimension, way and budget: errors of log Z and H, time for a density."""
    rows: Rows = []
    for dim in dims:
        features = PolynomialFeatures(dim=dim, order=ORDER)
        natural = random_natural(features)
        log_normaliser, entropy, _ = _judged(features, natural, tensor_grid(dim, REFERENCES[dim]))
        for way, draw in WAYS.items():
            for budget in BUDGETS:
                rule = draw(dim, budget)
                found, spread, seconds = _judged(features, natural, rule)
                off, spread_off = (found - log_normaliser).abs(), (spread - entropy).abs()
                rows.append({
                    "dim": dim, "way": way, "budget": budget, "nodes": len(rule.nodes),
                    "log_normaliser_error": float(off.median()),
                    "log_normaliser_worst": float(off.max()),
                    "entropy_error": float(spread_off.median()),
                    "microseconds": 1e6 * seconds / NUM_DENSITIES,
                })  # fmt: skip
    return rows


def _judged(
    features: PolynomialFeatures, natural: Float[Tensor, "density feature"], rule: Quadrature
) -> tuple[Float[Tensor, "density"], Float[Tensor, "density"], float]:
    family = PolynomialFamily(features, rule, dtype=torch.float64)
    density, times = PolynomialDensity(natural, family), []
    for _ in range(REPEATS):
        began = time.perf_counter()
        density = PolynomialDensity(natural, family)
        density.entropy()
        times.append(time.perf_counter() - began)
    return density.log_normaliser, density.entropy(), sorted(times)[REPEATS // 2]
