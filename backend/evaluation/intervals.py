"""Intervals: how sure a share or a mean is, with the training seeds as clusters."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float

LEVEL = 0.95
NUM_RESAMPLES = 1000


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    "Measurements behind it."

    def __str__(self) -> str:
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}]"


def share(success: Array) -> Estimate:
    """Share of successes with Wilson's interval (1927)."""
    count, z = len(success), 1.959964
    if not count:
        return Estimate(value=np.nan, low=0.0, high=1.0, count=0)
    p = float(np.mean(success))
    centre = (p + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
    return Estimate(value=p, low=float(centre - half), high=float(centre + half), count=count)


def clustered(
    values: Float[Array, "item"], cluster: Array, *, median: bool = False, seed: int = 0
) -> Estimate:
    """Mean (or median) with a bootstrap that draws training seeds first, then items within them.

    Items of one trained model fail together, so items alone would promise too narrow an interval
    (Davison & Hinkley 1997, section 3.8).
    """
    rng = np.random.default_rng(seed)
    groups = [values[cluster == key] for key in np.unique(cluster)]
    sizes = np.array([len(group) for group in groups])
    padded = np.stack([np.pad(group, (0, sizes.max() - len(group))) for group in groups])
    chosen = rng.integers(0, len(groups), (NUM_RESAMPLES, len(groups)))[..., None]
    items = rng.integers(0, sizes[chosen], (*chosen.shape[:2], sizes.max()))
    drawn = np.where(np.arange(sizes.max()) < sizes[chosen], padded[chosen, items], np.nan)
    statistic = np.nanmedian if median else np.nanmean
    draws = statistic(drawn.reshape(NUM_RESAMPLES, -1), axis=1)
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = float(np.median(values) if median else np.mean(values))
    return Estimate(value=value, low=float(low), high=float(high), count=len(values))
