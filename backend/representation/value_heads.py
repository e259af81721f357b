"""Affine value heads: what returns a latent promises."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float


@dataclass(frozen=True, kw_only=True)
class ValueHeads:
    """v̂(z) = A z + b in standardised returns (Li et al. 2026: linear heads on affine projections).

    Every head is linear on u_i = W_i z + b_i, so the composition is affine in z and its gradient,
    row i of A, is the same everywhere.
    """

    weight: Float[Array, "objective latent"]
    bias: Float[Array, "objective"]
    returns_mean: Float[Array, "objective"]
    returns_std: Float[Array, "objective"]

    def predict(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch objective"]:
        """Predicted returns, in the objectives' own units."""
        return (z @ self.weight.T + self.bias) * self.returns_std + self.returns_mean

    def standardise(
        self, returns: Float[Array, "*batch objective"]
    ) -> Float[Array, "*batch objective"]:
        """Returns in units of the training policies' standard deviation."""
        return (returns - self.returns_mean) / self.returns_std


def fit_value_heads(
    z: Float[Array, "item latent"],
    returns: Float[Array, "item objective"],
    projector_weight: Float[Array, "objective projection latent"],
    projector_bias: Float[Array, "objective projection"],
    *,
    ridge: float = 1e-3,
) -> ValueHeads:
    """Second phase with the encoder frozen: each head is the ridge solution on its own u_i.

    The mean squared error of a linear head has this closed-form minimiser, so nothing is iterated.
    """
    mean, std = returns.mean(0), returns.std(0)
    target = (returns - mean) / std
    weight = np.empty((returns.shape[1], z.shape[1]))
    bias = np.empty(returns.shape[1])
    for i, (w, b) in enumerate(zip(projector_weight, projector_bias, strict=True)):
        u = np.column_stack([z @ w.T + b, np.ones(len(z))])
        penalty = ridge * len(z) * np.diag([1.0] * len(w) + [0.0])
        head = np.linalg.solve(u.T @ u + penalty, u.T @ target[:, i])
        weight[i], bias[i] = head[:-1] @ w, head[:-1] @ b + head[-1]
    return ValueHeads(weight=weight, bias=bias, returns_mean=mean, returns_std=std)
