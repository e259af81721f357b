"""Deterministic tanh networks whose weights come from outside, many at once.

The parameter vector theta of a policy is all its weights and biases, layer by layer, each layer's
matrix first. This is the space that is compressed (arXiv 2509.22566).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import torch

from backend.arrays import Array, Float, Float32, Tensor

GAIN = 1.5
"Width of the random weights, in units of 1/sqrt(inputs). At 1 hardly any random policy does much."
PARAMS_AT_ONCE = 20_000_000
"Weights held in memory together."


@dataclass(frozen=True, kw_only=True)
class PolicyShape:
    """Layer widths of a policy, observation and action included."""

    widths: tuple[int, ...]

    @property
    def num_params(self) -> int:
        """Length of theta."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.widths))

    @property
    def rows_at_once(self) -> int:
        """Policies to hold in memory together: some tens of megabytes of weights."""
        return max(1, min(4096, PARAMS_AT_ONCE // self.num_params))

    def layers(self, theta: Float[Tensor, "batch param"]) -> Iterator[tuple[Tensor, Tensor]]:
        """Weights [batch, in, out] and biases [batch, 1, out] of each layer: views of theta."""
        at = 0
        for fan_in, fan_out in pairwise(self.widths):
            weight = theta[:, at : at + fan_in * fan_out].unflatten(1, (fan_in, fan_out))
            at += fan_in * fan_out
            yield weight, theta[:, None, at : at + fan_out]
            at += fan_out

    def act(
        self, theta: Float[Tensor, "batch param"], obs: Float[Tensor, "batch state obs"]
    ) -> Float[Tensor, "batch state action"]:
        """Each policy's actions in [-1, 1] on its own states (normalised observations)."""
        x = obs
        for weight, bias in self.layers(theta):
            x = torch.tanh(torch.baddbmm(bias, x, weight))
        return x

    def draw(self, num: int, seed: int, gain: float = GAIN) -> Float[Tensor, "batch param"]:
        """Random policies: every layer uniform in ± gain / sqrt(inputs)."""
        generator = torch.Generator().manual_seed(seed)
        scales = [
            torch.full(((fan_in + 1) * fan_out,), gain / sqrt(fan_in))
            for fan_in, fan_out in pairwise(self.widths)
        ]
        uniform = torch.rand(num, self.num_params, generator=generator)
        return (2 * uniform - 1) * torch.cat(scales)


@dataclass(frozen=True, kw_only=True, eq=False)
class Box:
    """How observations become the networks' inputs: (obs − middle) / half."""

    middle: Float[Array, "obs"]
    half: Float[Array, "obs"]

    def normalise(self, obs: Float[Array, "*batch obs"]) -> Float32[Array, "*batch obs"]:
        """Inputs of the networks, around ±1."""
        return ((obs - self.middle) / self.half).astype(np.float32)


class GeneratedPolicy:
    """Parameter vectors as a ``Policy``: row i of a batch is served by theta i (or by the one)."""

    def __init__(self, shape: PolicyShape, theta: Float[Tensor, "rows param"], box: Box) -> None:
        self._shape, self._theta, self._box = shape, theta, box

    @property
    def num_rows(self) -> int:
        """Number of parameter vectors."""
        return len(self._theta)

    @torch.no_grad()
    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Actions in [-1, 1]; the batch may hold several observations in a row of each policy."""
        inputs = torch.from_numpy(self._box.normalise(obs))
        each = inputs.unflatten(0, (self.num_rows, -1))
        return self._shape.act(self._theta, each).flatten(0, 1).numpy()
