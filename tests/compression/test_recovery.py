"""Recovery and rank correlation on cases whose answers are known."""

import numpy as np
import pytest

from backend.compression.recovery import (
    Found,
    LatentBox,
    judge,
    latent_box,
    rank_correlation,
)


def test_range_recovery_keeps_its_meaning_below_zero() -> None:
    found = Found(
        worst=np.array([-100.0, 0.0]), best=np.array([-50.0, 10.0]), latent=np.array([-75.0, 20.0])
    )
    assert found.recovery.tolist() == [0.5, 2.0]


def test_luck_in_the_search_earns_nothing() -> None:
    """The best of many noisy copies of one policy is worth what the policy is."""
    rng = np.random.default_rng(0)
    pool = np.concatenate([np.zeros((1, 2)), np.ones((50, 2)), [[2.0, 2.0]]])
    worth = np.ones((200, 2))
    lucky = worth + rng.normal(0, 1, worth.shape)
    found = judge(pool, lucky, pool.__getitem__, worth.__getitem__)
    assert lucky.max() > 3
    assert found.recovery.tolist() == [0.5, 0.5]


def test_each_reward_has_its_own_extremes() -> None:
    pool = np.array([[0.0, 3.0], [1.0, 2.0], [4.0, 0.0]])
    found = judge(pool, pool, pool.__getitem__, pool.__getitem__)
    assert (found.worst.tolist(), found.best.tolist()) == ([0, 0], [4, 3])
    assert found.latent.tolist() == [4, 3]


def test_full_recovery_may_hide_a_poor_round_trip() -> None:
    """Everybody rebuilt as somebody else: the range is there, the order is not."""
    pool = np.arange(10.0)[:, None]
    rebuilt = pool[::-1]
    assert judge(pool, rebuilt, pool.__getitem__, rebuilt.__getitem__).recovery.tolist() == [1.0]
    assert rank_correlation(pool, rebuilt).tolist() == pytest.approx([-1.0])


def test_the_box_leaves_out_the_outermost_codes() -> None:
    codes = np.linspace(0, 1, 1001)[:, None]
    box = latent_box(codes)
    assert (box.low, box.high) == (pytest.approx([0.005]), pytest.approx([0.995]))


@pytest.mark.parametrize(("dim", "num"), [(1, 100), (2, 100), (3, 125), (5, 128), (16, 64)])
def test_points_fill_the_box(dim: int, num: int) -> None:
    box = LatentBox(low=np.full(dim, -1.0), high=np.full(dim, 3.0))
    points = box.grid(num)
    assert points.shape == (num, dim)
    assert points.min() >= -1
    assert points.max() <= 3
    assert points.min(0) == pytest.approx(-1, abs=0.3)
    assert points.max(0) == pytest.approx(3, abs=0.3)


def test_the_last_axis_varies_fastest() -> None:
    points = LatentBox(low=np.zeros(2), high=np.ones(2)).grid(9)
    assert points[:3, 0].tolist() == [0, 0, 0]
    assert points[:3, 1].tolist() == [0, 0.5, 1]
