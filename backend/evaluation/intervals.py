"""Intervals: how sure a share or a mean is, with the training seeds as clusters."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float

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


def share(success: Bool[Array, "item"], cluster: Array | None = None) -> Estimate:
    """Share of successes with Wilson's interval (1927); of several training seeds, theirs counts.

    Where training seeds (``cluster``) disagree by more than chance, the count behind the interval
    is divided by the design effect, the variance of their shares over that of independent items
    (Kish 1965, section 5.4; Dean & Pagano 2015 for the Wilson interval on the effective count).
    """
    count, z = len(success), 1.959964
    if not count:
        return Estimate(value=np.nan, low=0.0, high=1.0, count=0)
    p = float(np.mean(success))
    n = count / (1.0 if cluster is None else _design_effect(success, cluster))
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return Estimate(value=p, low=float(centre - half), high=float(centre + half), count=count)


def _design_effect(success: Bool[Array, "item"], cluster: Array) -> float:
    """At least 1; 1 where there is one cluster or nothing varies."""
    p, keys = np.mean(success), np.unique(cluster)
    if len(keys) < 2 or p in (0, 1):
        return 1.0
    off = np.array([np.sum(success[cluster == key] - p) for key in keys]) / len(success)
    between = len(keys) / (len(keys) - 1) * np.sum(off**2)
    return max(float(between / (p * (1 - p) / len(success))), 1.0)


def clustered(
    values: Float[Array, "item"], cluster: Array, *, median: bool = False, crossed: bool = False,
    seed: int = 0,
) -> Estimate:  # fmt: skip
    """Mean (or median) with a bootstrap that draws training seeds first, then items within them.

    Items of one trained model fail together, so items alone would promise too narrow an interval
    (Davison & Hinkley 1997, section 3.8). ``crossed``: every seed has the same items in the same
    order, so one draw of them serves all.
    """
    rng = np.random.default_rng(seed)
    groups = [values[cluster == key] for key in np.unique(cluster)]
    sizes = np.array([len(group) for group in groups])
    padded = np.stack([np.pad(group, (0, sizes.max() - len(group))) for group in groups])
    chosen = rng.integers(0, len(groups), (NUM_RESAMPLES, len(groups)))[..., None]
    assert not crossed or len(set(sizes)) == 1, f"seeds have {sizes.tolist()} items"
    draws = (NUM_RESAMPLES, 1 if crossed else len(groups), sizes.max())
    items = rng.integers(0, sizes[:1] if crossed else sizes[chosen], draws)
    drawn = np.where(np.arange(sizes.max()) < sizes[chosen], padded[chosen, items], np.nan)
    statistic = np.nanmedian if median else np.nanmean
    found = statistic(drawn.reshape(NUM_RESAMPLES, -1), axis=1)
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    value = float(np.median(values) if median else np.mean(values))
    return Estimate(value=value, low=float(low), high=float(high), count=len(values))
