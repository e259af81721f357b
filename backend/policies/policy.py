"""The one protocol that carries the design, and the trained actors that satisfy it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from backend.arrays import Array, Float, Float32

OBS_CLIP = 10.0
"Normalised observations are clipped to ± this."


@runtime_checkable
class Policy(Protocol):
    """Anything that maps observations to actions in [-1, 1], deterministically.

    A policy answers ``num_rows`` environments at once; rows may differ (other weights, other z).
    A trained actor, a decoded latent and a steered result are all a Policy; simulate, replay and
    render never ask which.
    """

    @property
    def num_rows(self) -> int:
        """How many environments one call of ``act`` serves; 1 serves any number."""
        ...

    def act(self, obs: Float[Array, "batch obs"]) -> Float[Array, "batch action"]:
        """The action for each observation."""
        ...


@dataclass(frozen=True, kw_only=True)
class FilmWeights:
    """A trained actor in numpy: ``networks.FilmMlp`` with transposed weights (in × out)."""

    first_w: Float32[Array, "in hidden"]
    first_b: Float32[Array, "hidden"]
    second_w: Float32[Array, "hidden hidden"]
    second_b: Float32[Array, "hidden"]
    out_w: Float32[Array, "hidden action"]
    out_b: Float32[Array, "action"]
    scale_w: Float32[Array, "condition hidden"]
    scale_b: Float32[Array, "hidden"]
    log_std_w: Float32[Array, "condition action"]
    log_std_b: Float32[Array, "action"]
    log_std_bounds: Float32[Array, "2"]
    obs_mean: Float[Array, "obs"]
    obs_std: Float[Array, "obs"]


class ActorPolicy:
    """A preference-conditioned actor: one network, one condition per row."""

    def __init__(self, weights: FilmWeights, condition: Float32[Array, "rows condition"]) -> None:
        self._weights = weights
        obs_dim = len(weights.obs_mean)
        self._first_w = np.ascontiguousarray(weights.first_w[:obs_dim])
        self._first_b = condition @ weights.first_w[obs_dim:] + weights.first_b
        self._scale = 1 + condition @ weights.scale_w + weights.scale_b
        self.log_std = np.clip(
            condition @ weights.log_std_w + weights.log_std_b, *weights.log_std_bounds
        )

    @property
    def num_rows(self) -> int:
        """One row per condition."""
        return len(self._first_b)

    def mean(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """The Gaussian's mean, not clipped."""
        weights = self._weights
        x = normalise(obs, weights.obs_mean, weights.obs_std)
        hidden = np.tanh(x @ self._first_w + self._first_b) * self._scale
        return np.tanh(hidden @ weights.second_w + weights.second_b) @ weights.out_w + weights.out_b

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """The mean action, clipped to the control range."""
        return np.clip(self.mean(obs), -1.0, 1.0)


@runtime_checkable
class Gaussian(Protocol):
    """A policy that also has a mean and a spread."""

    @property
    def num_rows(self) -> int:
        """As ``Policy.num_rows``."""
        ...

    @property
    def log_std(self) -> Array:
        """Log standard deviation of each row's noise: [rows, action]."""
        ...

    def mean(self, obs: Array) -> Array:
        """The Gaussian's mean, not clipped: [batch, action]."""
        ...


class Sampled:
    """A Gaussian policy with its own noise: what was executed while it trained."""

    def __init__(self, source: Gaussian, rng: np.random.Generator) -> None:
        self._source, self._rng = source, rng

    @property
    def num_rows(self) -> int:
        """Rows of the source."""
        return self._source.num_rows

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Sampled actions, clipped to the control range."""
        mean = self._source.mean(obs)
        noise = self._rng.standard_normal(mean.shape, dtype=np.float32)
        return np.clip(mean + np.exp(self._source.log_std) * noise, -1, 1)


def normalise(
    obs: Float[Array, "*batch obs"], mean: Float[Array, "obs"], std: Float[Array, "obs"]
) -> Float32[Array, "*batch obs"]:
    """Standardised and clipped observations, ready for a network."""
    return np.clip((obs - mean) / std, -OBS_CLIP, OBS_CLIP).astype(np.float32)
