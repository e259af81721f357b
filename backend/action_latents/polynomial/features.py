"""Polynomial features of an action: every product of 1-D polynomials up to a total degree.

The constant is left out: it cancels in the normaliser (MePoly, eq. 6 to 8, keeps it).
"""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import torch

from backend.arrays import Float, Tensor
from backend.errors import InvalidValue

Basis = Literal["orthonormal", "legendre", "monomial"]
"""orthonormal: Legendre polynomials of norm 1 on [-1, 1]; legendre: as the paper has them, 1 at 1;
monomial: powers, the paper's ablation."""
BASES: tuple[Basis, ...] = get_args(Basis)


@dataclass(frozen=True, kw_only=True)
class PolynomialFeatures:
    """T(a): C(d + K, K) − 1 features of an action in [-1, 1]^d."""

    dim: int
    "d: dimensions of the action."
    order: int
    "K: highest total degree."
    basis: Basis = "orthonormal"
    "What the 1-D polynomials are."

    def __post_init__(self) -> None:
        if self.dim < 1 or self.order < 1:
            raise InvalidValue("dim, order", (self.dim, self.order), "both at least 1")

    @cached_property
    def degrees(self) -> tuple[tuple[int, ...], ...]:
        """Degree in each dimension of every feature, by total degree."""
        every = itertools.product(range(self.order + 1), repeat=self.dim)
        kept = [degree for degree in every if 0 < sum(degree) <= self.order]
        return tuple(sorted(kept, key=lambda degree: (sum(degree), [-d for d in degree])))

    @property
    def num(self) -> int:
        """How many features there are."""
        return len(self.degrees)

    @property
    def linear_scale(self) -> float:
        """What the coordinate itself is multiplied with in its own feature."""
        if self.basis != "orthonormal":
            return 1.0
        return math.sqrt(3 / 2) * math.sqrt(1 / 2) ** (self.dim - 1)

    def __call__(self, action: Float[Tensor, "*batch action"]) -> Float[Tensor, "*batch feature"]:
        """Features of actions."""
        lines = _powers(action, self.order) if self.basis == "monomial" else self._legendre(action)
        index = torch.tensor(self.degrees)
        found = lines[..., 0, index[:, 0]]
        for axis in range(1, self.dim):
            found = found * lines[..., axis, index[:, axis]]
        return found

    def _legendre(self, action: Tensor) -> Float[Tensor, "*batch action degree"]:
        """n P_n = (2n − 1) x P_{n−1} − (n − 1) P_{n−2}."""
        lines = [torch.ones_like(action), action]
        for n in range(2, self.order + 1):
            lines.append(((2 * n - 1) * action * lines[-1] - (n - 1) * lines[-2]) / n)
        if self.basis == "orthonormal":
            lines = [math.sqrt((2 * n + 1) / 2) * line for n, line in enumerate(lines)]
        return torch.stack(lines, -1)


def _powers(action: Tensor, order: int) -> Float[Tensor, "*batch action degree"]:
    return torch.stack([action**n for n in range(order + 1)], -1)
