"""Intervals against known values and against chance itself."""

import numpy as np
import pytest

from backend.evaluation.intervals import clustered, share


def test_wilson_interval_by_hand() -> None:
    """95 of 100: 0.8882 to 0.9785 (Wilson 1927; any table)."""
    estimate = share(np.arange(100) < 95)
    assert (estimate.value, estimate.count) == (0.95, 100)
    assert (estimate.low, estimate.high) == pytest.approx((0.8882, 0.9785), abs=1e-4)


def test_certainty_needs_numbers() -> None:
    assert share(np.ones(4, bool)).low == pytest.approx(0.51, abs=0.01)
    assert share(np.ones(400, bool)).low > 0.99
    nothing = share(np.zeros(0, bool))
    assert np.isnan(nothing.value)
    assert (nothing.low, nothing.high, nothing.count) == (0, 1, 0)


def test_shares_of_seeds_that_disagree_are_less_sure() -> None:
    """Shares .9, .5 and .7 of 100 each: their variance is .04 / 3, that of 300 flips .21 / 300; the
    design effect of 19.05 leaves 15.75 of them.
    """
    seeds = np.repeat([0, 1, 2], 100)
    success = np.concatenate([np.arange(100) < 100 * p for p in (0.9, 0.5, 0.7)])
    apart, together = share(success, seeds), share(success)
    assert (apart.value, apart.count) == (together.value, 300)
    assert (apart.low, apart.high) == pytest.approx((0.4541, 0.8675), abs=1e-4)
    alike = np.tile(np.arange(100) < 70, 3)
    assert share(alike, seeds) == share(alike), "never surer than independent items"
    assert share(np.ones(300, bool), seeds) == share(np.ones(300, bool))


def test_items_that_all_seeds_share_are_drawn_once() -> None:
    """Three seeds that say the same of 50 policies know no more than one."""
    values = np.random.default_rng(0).normal(size=50)
    one = clustered(values, np.zeros(50, int))
    three = clustered(np.tile(values, 3), np.repeat([0, 1, 2], 50), crossed=True)
    assert three.high - three.low == pytest.approx(one.high - one.low, rel=0.1)
    apart = clustered(np.tile(values, 3), np.repeat([0, 1, 2], 50))
    assert apart.high - apart.low < 0.7 * (one.high - one.low)


def test_bootstrap_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for trial in range(100):
        level = rng.normal(0, 1, 8)
        values = (level[:, None] + rng.normal(0, 1, (8, 30))).ravel()
        estimate = clustered(values, np.repeat(np.arange(8), 30), seed=trial)
        covered += estimate.low <= 0 <= estimate.high
    assert 80 <= covered <= 100


def test_three_seeds_that_disagree_are_trusted_a_little_too_much() -> None:
    """What the page says of its intervals: 95 % where seeds agree, not much over 80 where not."""
    rng, seeds, found = np.random.default_rng(0), np.repeat([0, 1, 2], 100), {}
    for disagreement in (0.0, 0.15):
        covered = 0
        for _ in range(400):
            level = np.clip(rng.normal(0.6, disagreement, 3), 0, 1)
            estimate = share(rng.random(300) < level[seeds], seeds)
            covered += estimate.low <= 0.6 <= estimate.high
        found[disagreement] = covered / 400
    assert 0.93 <= found[0.0] <= 0.99
    assert 0.8 <= found[0.15] <= 0.9


def test_seeds_that_disagree_widen_the_interval() -> None:
    values = np.repeat([0.0, 5.0, 10.0], 100) + np.random.default_rng(1).normal(0, 0.1, 300)
    together = clustered(values, np.zeros(300, int))
    apart = clustered(values, np.repeat([0, 1, 2], 100))
    assert together.value == apart.value
    assert apart.high - apart.low > 3 * (together.high - together.low)


def test_median_is_a_median() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 100.0])
    assert clustered(values, np.zeros(5, int), median=True).value == 3
