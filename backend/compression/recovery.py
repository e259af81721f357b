"""How much of the pool's behaviour the latent space still holds (arXiv 2509.22566).

Two figures, because either alone misleads. Range recovery asks whether the best of the pool can be
found again somewhere in the latent space, and reads 1 even where most policies are rebuilt wrongly.
Rank correlation asks whether each policy's return survives its own round trip. The best of many by
few episodes owes some of its return to luck: what is found is judged on others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from scipy.stats import qmc, spearmanr

from backend.arrays import Array, Float, Int

Measure = Callable[[Int[Array, "reward"]], Float[Array, "reward reward"]]
"Rows -> their vector returns."
QUANTILE = 0.005
"The box of the latent space leaves out this share of the codes at either end of every axis."
MOST_GRID_DIM = 3
"Up to here the box is searched on a grid, beyond by a scrambled Sobol sequence."


@dataclass(frozen=True, kw_only=True)
class LatentBox:
    """Where the codes lie; outside the decoder has seen nothing."""

    low: Float[Array, "latent"]
    high: Float[Array, "latent"]

    def grid(self, num: int) -> Float[Array, "point latent"]:
        """About ``num`` latents that fill the box evenly; the last axis varies fastest."""
        dim = len(self.low)
        if dim > MOST_GRID_DIM:
            unit = qmc.Sobol(dim, rng=np.random.default_rng(0)).random(_power_of_two(num))
            return self.low + unit * (self.high - self.low)
        per_axis = max(2, round(num ** (1 / dim)))
        axes = [np.linspace(a, b, per_axis) for a, b in zip(self.low, self.high, strict=True)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, dim)


def _power_of_two(num: int) -> int:
    return 1 << (num - 1).bit_length()


def latent_box(codes: Float[Array, "policy latent"]) -> LatentBox:
    """The box of all but the outermost codes."""
    low, high = np.quantile(codes, [QUANTILE, 1 - QUANTILE], axis=0)
    return LatentBox(low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Of each reward, returns of the policies that a search by few episodes calls the extreme."""

    worst: Float[Array, "reward"]
    "Of the pool."
    best: Float[Array, "reward"]
    "Of the pool."
    latent: Float[Array, "reward"]
    "Best of the latent space."

    @property
    def recovery(self) -> Float[Array, "reward"]:
        """(best in the latent space − worst of the pool) / (best of the pool − worst of the pool).

        1 is full recovery, more is better than what the pool's search finds. Unlike a ratio of
        bests it keeps its meaning where returns are negative.
        """
        return (self.latent - self.worst) / (self.best - self.worst)


def judge(
    pool: Float[Array, "policy reward"], latent: Float[Array, "point reward"],
    measure_pool: Measure, measure_latent: Measure,
) -> Found:  # fmt: skip
    """Choose by the returns that are known, measure the chosen ones afresh.

    ``measure_*``: rows of the pool or of the latents -> their returns in episodes that had no say.
    """
    each = np.arange(pool.shape[1])
    return Found(
        worst=measure_pool(pool.argmin(0))[each, each],
        best=measure_pool(pool.argmax(0))[each, each],
        latent=measure_latent(latent.argmax(0))[each, each],
    )


def rank_correlation(
    pool: Float[Array, "policy reward"], rebuilt: Float[Array, "policy reward"]
) -> Float[Array, "reward"]:
    """Spearman correlation of each policy's return before and after its round trip."""
    pairs = zip(pool.T, rebuilt.T, strict=True)
    return np.array([float(np.asarray(spearmanr(a, b))[0]) for a, b in pairs])


def as_tensor(z: Float[Array, "batch latent"]) -> torch.Tensor:
    """Latents for a decoder."""
    return torch.from_numpy(z.astype(np.float32))
