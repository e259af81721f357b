"""The maximum-entropy polynomial density pi(a) = exp(λ·T(a) − A(λ)) on a box (MePoly, eq. 7)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import torch
from torch.distributions import Distribution, constraints

from backend.action_latents.polynomial.features import PolynomialFeatures
from backend.action_latents.polynomial.quadrature import Quadrature
from backend.arrays import Float, Int, Tensor
from backend.errors import InvalidValue


class PolynomialFamily:
    """Features and the quadrature they are integrated with; shared by every density of a policy."""

    def __init__(
        self, features: PolynomialFeatures, quadrature: Quadrature, *,
        dtype: torch.dtype = torch.float32,
    ) -> None:  # fmt: skip
        if features.dim != quadrature.dim:
            raise InvalidValue("quadrature", f"{quadrature.dim}-D", f"{features.dim}-D nodes")
        self.features = features
        self.at_nodes = features(quadrature.nodes).to(dtype)
        "T at every node: [node, feature]."
        self.quadrature = quadrature.to(dtype)


class PolynomialDensity(Distribution):
    """One density per row of natural parameters λ.

    Everything but a sample is differentiable in λ. The gradient of A(λ) is the mean of T.
    """

    arg_constraints: Mapping[str, Any] = {"natural": constraints.real_vector}  # type: ignore
    support: Any = constraints.independent(constraints.interval(-1.0, 1.0), 1)  # type: ignore
    has_rsample = False

    def __init__(self, natural: Float[Tensor, "*batch feature"], family: PolynomialFamily) -> None:
        if natural.shape[-1] != family.features.num:
            raise InvalidValue(
                "natural parameters", f"{natural.shape[-1]} of them",
                f"{family.features.num}: order {family.features.order} in {family.features.dim}-D",
            )  # fmt: skip
        self.natural, self.family = natural, family
        super().__init__(natural.shape[:-1], torch.Size([family.features.dim]), validate_args=False)

    @cached_property
    def _energy(self) -> Float[Tensor, "*batch node"]:
        """λ·T at the nodes, with the logarithm of the quadrature weight."""
        return self.natural @ self.family.at_nodes.T + self.family.quadrature.log_weights

    @cached_property
    def log_normaliser(self) -> Float[Tensor, "*batch"]:
        """A(λ) = log ∫ exp(λ·T(a)) da."""
        return torch.logsumexp(self._energy, -1)

    @cached_property
    def masses(self) -> Float[Tensor, "*batch node"]:
        """Probability of each node's cell; sums to 1."""
        return torch.exp(self._energy - self.log_normaliser[..., None])

    @property
    def log_density(self) -> Float[Tensor, "*batch node"]:
        """log pi at the nodes."""
        weights = self.family.quadrature.log_weights
        return self._energy - weights - self.log_normaliser[..., None]

    def log_prob(self, value: Float[Tensor, "*batch action"]) -> Float[Tensor, "*batch"]:
        """Exact in the features, on the grid or off it. Actions are taken to lie in the box."""
        energy = (self.natural * self.family.features(value).to(self.natural.dtype)).sum(-1)
        return energy - self.log_normaliser

    def entropy(self) -> Float[Tensor, "*batch"]:
        """H = A(λ) − λ·E[T], nats; at most d log 2, the uniform density's."""
        return self.log_normaliser - (self.natural * self.moments).sum(-1)

    @cached_property
    def moments(self) -> Float[Tensor, "*batch feature"]:
        """E[T(a)]."""
        return self.masses @ self.family.at_nodes

    @property
    def mean(self) -> Float[Tensor, "*batch action"]:
        """E[a]; between the modes where there are several."""
        return self.masses @ self.family.quadrature.nodes

    @property
    def variance(self) -> Float[Tensor, "*batch action"]:
        """Of each coordinate."""
        nodes = self.family.quadrature.nodes
        return self.masses @ nodes.square() - self.mean.square()

    @torch.no_grad()
    def sample(
        self, sample_shape: Any = (), *, generator: torch.Generator | None = None
    ) -> Float[Tensor, "*samples action"]:
        """Inverse of the cumulative masses, then anywhere in the node's cell.

        The paper returns the node itself, so that actions lie on a grid.
        """
        shape = torch.Size(sample_shape) + self.batch_shape
        cumulative = self.masses.double().cumsum(-1)
        num = torch.Size(sample_shape).numel()
        uniform = torch.rand(*self.batch_shape, num, dtype=torch.float64, generator=generator)
        index = torch.searchsorted(cumulative, uniform * cumulative[..., -1:])
        index = index.clamp_max(cumulative.shape[-1] - 1).movedim(-1, 0).reshape(shape)
        return self._spread(index, generator)

    def _spread(
        self, index: Int[Tensor, "*samples"], generator: torch.Generator | None
    ) -> Float[Tensor, "*samples action"]:
        low, high = self.family.quadrature.low[index], self.family.quadrature.high[index]
        return low + (high - low) * torch.rand(low.shape, dtype=low.dtype, generator=generator)

    def tilted(self, direction: Float[Tensor, "*batch action"]) -> "PolynomialDensity":
        """pi_c ∝ pi exp(c·a): modes are weighed anew, none is moved far; exact, nothing trained."""
        shift = torch.zeros_like(self.natural)
        shift[..., : self.family.features.dim] = direction / self.family.features.linear_scale
        return PolynomialDensity(self.natural + shift, self.family)

    def tempered(self, temperature: float) -> "PolynomialDensity":
        """pi_τ ∝ pi^(1/τ): sharper below 1, flatter above. Raises InvalidValue for τ ≤ 0."""
        if not temperature > 0:
            raise InvalidValue("temperature", temperature, "a number above 0")
        return PolynomialDensity(self.natural / temperature, self.family)
