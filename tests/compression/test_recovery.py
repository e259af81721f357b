"""Recovery and rank correlation on cases whose answers are known."""

import numpy as np
import pytest

from backend.compression.recovery import (
    LatentBox,
    latent_box,
    range_recovery,
    rank_correlation,
)


def test_range_recovery_keeps_its_meaning_below_zero() -> None:
    pool = np.array([[-100.0, 0.0], [-50.0, 10.0]])
    assert range_recovery(pool, np.array([[-75.0, 20.0], [-80.0, 0.0]])).tolist() == [0.5, 2.0]


def test_full_recovery_may_hide_a_poor_round_trip() -> None:
    """Everybody rebuilt as somebody else: the range is there, the order is not."""
    pool = np.arange(10.0)[:, None]
    rebuilt = pool[::-1]
    assert range_recovery(pool, rebuilt).tolist() == [1.0]
    assert rank_correlation(pool, rebuilt).tolist() == pytest.approx([-1.0])


def test_the_box_leaves_out_the_outermost_codes() -> None:
    codes = np.linspace(0, 1, 1001)[:, None]
    box = latent_box(codes)
    assert (box.low, box.high) == (pytest.approx([0.005]), pytest.approx([0.995]))
    assert box.holds(np.array([[0.5], [0.001]])).tolist() == [True, False]


@pytest.mark.parametrize(("dim", "num"), [(1, 100), (2, 100), (3, 125), (5, 128), (16, 64)])
def test_points_fill_the_box(dim: int, num: int) -> None:
    box = LatentBox(low=np.full(dim, -1.0), high=np.full(dim, 3.0))
    points = box.grid(num)
    assert points.shape == (num, dim)
    assert box.holds(points).all()
    assert points.min(0) == pytest.approx(-1, abs=0.3)
    assert points.max(0) == pytest.approx(3, abs=0.3)


def test_the_last_axis_varies_fastest() -> None:
    points = LatentBox(low=np.zeros(2), high=np.ones(2)).grid(9)
    assert points[:3, 0].tolist() == [0, 0, 0]
    assert points[:3, 1].tolist() == [0, 0.5, 1]
