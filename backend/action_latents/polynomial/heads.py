"""Stochastic policies of four kinds behind one interface, so that PPO never asks which.

The polynomial one is MePoly's; Gaussian, mixture and flow (``flow_head``) are what it is compared
with.
"""

import math
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

import torch
from torch import nn
from torch.distributions import Categorical, Distribution, Independent, MixtureSameFamily, Normal
from torch.nn.functional import softplus

from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.arrays import Float, Tensor

HIDDEN, GAIN, CRITIC_GAIN = 64, 0.01, 1.0
"Units of a hidden layer; scale of the last layer's first weights, a policy's and a critic's."
LEAST_STD, MOST_STD = 0.02, 1.0
"Of Gaussians: an entropy bonus would else blow them up far beyond the box."
GAUSSIAN_STD, MIXTURE_STD = 0.5, 0.4
"Where the spread of each starts."
NUM_COMPONENTS, MIXTURE_SEED = 4, 0
"Of a mixture; the seed of how its means are set apart."


@runtime_checkable
class Sampler(Protocol):
    """A stochastic policy; its randomness is torch's own."""

    def sample(
        self, obs: Float[Tensor, "batch obs"]
    ) -> tuple[Float[Tensor, "batch action"], Float[Tensor, "batch memory"]]:
        """Actions, and what ``Head.judge`` will need to know of the moment they were drawn."""
        ...


@runtime_checkable
class Head(Sampler, Protocol):
    """One that PPO can improve."""

    def judge(
        self, obs: Float[Tensor, "state obs"], action: Float[Tensor, "batch action"],
        memory: Float[Tensor, "batch memory"],
    ) -> tuple[Float[Tensor, "batch"], Float[Tensor, "state"] | None]:  # fmt: skip
        """(log of the probability ratio now against then, entropy or None where unknown).

        One state may stand for all actions.
        """
        ...

    def parameters(self) -> Any:
        """Of the network."""
        ...


def mlp(in_dim: int, out_dim: int, *, last_gain: float, hidden: int = HIDDEN) -> nn.Sequential:
    """Two hidden layers of ReLU, as the paper's; the last one starts almost at 0."""
    layers = nn.Sequential(
        nn.Linear(in_dim, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(),
        nn.Linear(hidden, out_dim),
    )  # fmt: skip
    last = layers[-1]
    assert isinstance(last, nn.Linear)
    nn.init.orthogonal_(last.weight, last_gain)
    nn.init.zeros_(last.bias)
    return layers


class DensityHead(nn.Module):
    """A network whose output is read as the parameters of a distribution."""

    def __init__(
        self, obs_dim: int, num_outputs: int, read: Callable[[Tensor], Distribution], *,
        hidden: int = HIDDEN,
    ) -> None:  # fmt: skip
        super().__init__()
        self.net = mlp(obs_dim, num_outputs, last_gain=GAIN, hidden=hidden)
        self._read = read

    def distribution(self, obs: Float[Tensor, "batch obs"]) -> Distribution:
        """pi(·|s)."""
        return self._read(self.net(obs))

    def sample(
        self, obs: Float[Tensor, "batch obs"]
    ) -> tuple[Float[Tensor, "batch action"], Float[Tensor, "batch memory"]]:
        """Actions and their log-probability."""
        density = self.distribution(obs)
        action = density.sample()
        return action, density.log_prob(action)[:, None]

    def judge(
        self, obs: Float[Tensor, "state obs"], action: Float[Tensor, "batch action"],
        memory: Float[Tensor, "batch memory"],
    ) -> tuple[Float[Tensor, "batch"], Float[Tensor, "state"] | None]:  # fmt: skip
        """Exact ratio; the entropy as the distribution gives it."""
        density = self.distribution(obs)
        return density.log_prob(action) - memory[:, 0], entropy(density)


def entropy(density: Distribution) -> Float[Tensor, "batch"]:
    """Exact where there is a formula; for a mixture the surrogate H(weights) + Σ weight·H."""
    if isinstance(density, MixtureSameFamily):
        mixing = density.mixture_distribution
        assert isinstance(mixing, Categorical)
        parts = density.component_distribution.entropy()
        return mixing.entropy() + (mixing.probs * parts).sum(-1)
    return density.entropy()


def polynomial_head(
    obs_dim: int, family: PolynomialFamily, clip: float, *, hidden: int = HIDDEN
) -> DensityHead:
    """MePoly: the network's output is λ(s), kept within ± ``clip`` by a tanh.

    The paper's clamp has no gradient outside; this one always has some.
    """
    return DensityHead(
        obs_dim, family.features.num,
        lambda out: PolynomialDensity(clip * torch.tanh(out / clip), family), hidden=hidden,
    )  # fmt: skip


def _std(raw: Tensor) -> Tensor:
    return (softplus(raw) + LEAST_STD).clamp_max(MOST_STD)


def gaussian_head(obs_dim: int, action_dim: int, *, hidden: int = HIDDEN) -> DensityHead:
    """A diagonal Gaussian; its spread is the network's too, through softplus."""
    offset = math.log(math.expm1(GAUSSIAN_STD))

    def read(out: Tensor) -> Distribution:
        mean, raw = out.chunk(2, -1)
        return Independent(Normal(mean, _std(raw + offset)), 1)

    return DensityHead(obs_dim, 2 * action_dim, read, hidden=hidden)


def mixture_head(obs_dim: int, action_dim: int) -> DensityHead:
    """Diagonal Gaussians in a mixture, whose means start apart."""
    offset = math.log(math.expm1(MIXTURE_STD))
    generator = torch.Generator().manual_seed(MIXTURE_SEED)
    apart = torch.rand(NUM_COMPONENTS, action_dim, generator=generator) - 0.5

    def read(out: Tensor) -> Distribution:
        weights, rest = out[..., :NUM_COMPONENTS], out[..., NUM_COMPONENTS:]
        mean, raw = rest.unflatten(-1, (NUM_COMPONENTS, 2 * action_dim)).chunk(2, -1)
        part = Independent(Normal(mean + apart, _std(raw + offset)), 1)
        return MixtureSameFamily(Categorical(logits=weights), part)

    return DensityHead(obs_dim, NUM_COMPONENTS * (1 + 2 * action_dim), read)
