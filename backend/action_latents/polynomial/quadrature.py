"""Nodes and weights that turn integrals over the action box [-1, 1]^d into sums.

Two ways behind one type: a tensor grid, and scrambled Sobol points of equal weight, whose number
does not grow with the power of the dimension. The paper's grid has trapezoid weights; Gauss's nodes
are exact for far sharper densities at the same number, and are the default.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from backend.arrays import Array, Float, Tensor
from backend.errors import InvalidValue

MOST_NODES = 300_000
Rule = Literal["gauss", "trapezoid"]


@dataclass(frozen=True, kw_only=True)
class Quadrature:
    """Integral of f over the box ≈ Σ_j exp(log_weights_j) f(nodes_j)."""

    nodes: Float[Tensor, "node action"]
    log_weights: Float[Tensor, "node"]
    low: Float[Tensor, "node action"]
    "Lower corner of the cell that a node stands for: samples are spread over it."
    high: Float[Tensor, "node action"]
    "Upper corner."

    @property
    def dim(self) -> int:
        """Dimensions of the action."""
        return self.nodes.shape[1]

    def to(self, dtype: torch.dtype) -> "Quadrature":
        """The same in another precision."""
        return Quadrature(**{name: field.to(dtype) for name, field in vars(self).items()})


def tensor_grid(dim: int, num: int, rule: Rule = "gauss") -> Quadrature:
    """``num`` nodes per axis, every combination of them. float64.

    Raises InvalidValue where that is fewer than 2 per axis, or more than fit in memory.
    """
    if num < 2 or dim < 1 or num**dim > MOST_NODES:
        raise InvalidValue("grid", f"{num}^{dim} nodes", f"2 per axis to {MOST_NODES} in all")
    line, weight = (torch.from_numpy(array) for array in RULES[rule](num))
    edges = torch.cat([torch.zeros(1, dtype=weight.dtype), weight.cumsum(0)]) - 1
    return Quadrature(
        nodes=_product(line, dim), log_weights=_product(weight.log(), dim).sum(1),
        low=_product(edges[:-1], dim), high=_product(edges[1:].clamp_max(1), dim),
    )  # fmt: skip


def _trapezoid(num: int) -> tuple[Array, Array]:
    weight = np.full(num, 2 / (num - 1))
    weight[[0, -1]] /= 2
    return np.linspace(-1, 1, num), weight


RULES: dict[Rule, Callable[[int], tuple[Array, Array]]] = {
    "gauss": np.polynomial.legendre.leggauss,
    "trapezoid": _trapezoid,
}
"Nodes on [-1, 1] and their weights; the intervals as long as the weights hold one node each."


def _product(line: Float[Tensor, "num"], dim: int) -> Float[Tensor, "node action"]:
    return torch.cartesian_prod(*[line] * dim).reshape(-1, dim)


def sobol_points(dim: int, num: int, *, seed: int) -> Quadrature:
    """``num`` scrambled Sobol points of equal weight; a power of two is best. float64."""
    if not 1 <= num <= MOST_NODES:
        raise InvalidValue("points", num, f"1 to {MOST_NODES}")
    engine = torch.quasirandom.SobolEngine(dim, scramble=True, seed=seed)
    nodes = 2 * engine.draw(num, dtype=torch.float64) - 1
    side = 2 * num ** (-1 / dim)
    return Quadrature(
        nodes=nodes, log_weights=torch.full((num,), dim * math.log(2) - math.log(num)).double(),
        low=(nodes - side / 2).clamp_min(-1), high=(nodes + side / 2).clamp_max(1),
    )  # fmt: skip
