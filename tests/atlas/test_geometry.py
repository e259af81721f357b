"""Distance to data: in units of the cloud's own spacing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.atlas import Atlas
from backend.atlas.geometry import LatentCloud

LINE = LatentCloud(np.stack([np.arange(20.0), np.zeros(20)], 1))
"Twenty latents one apart."


def test_distance_is_zero_at_a_member(atlas: Atlas) -> None:
    assert np.abs(atlas.cloud.distance(atlas.cloud.z)).max() < 1e-4


def test_spacing_is_the_mean_distance_to_five_fellows() -> None:
    assert LINE.spacing[10] == pytest.approx((1 + 1 + 2 + 2 + 3) / 5)
    assert LINE.spacing[0] == pytest.approx((1 + 2 + 3 + 4 + 5) / 5)


def test_distance_is_measured_in_the_nearest_members_spacing() -> None:
    z = np.array([[10.0, 3.6], [0.0, -3.0], [10.2, 0.0]])
    np.testing.assert_allclose(LINE.distance(z), [3.6 / 1.8, 3.0 / 3.0, 0.2 / 1.8])


@given(scale=st.floats(0.01, 100), seed=st.integers(0, 1000))
def test_distance_does_not_depend_on_the_unit_of_z(scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cloud, z = rng.normal(size=(30, 4)), rng.normal(size=(5, 4)) * 3
    small, large = (LatentCloud(cloud * s).distance(z * s) for s in (1.0, scale))
    np.testing.assert_allclose(small, large, rtol=1e-4, atol=1e-6)


@given(factor=st.floats(1.5, 50))
def test_going_straight_away_grows_the_distance_in_proportion(factor: float) -> None:
    z = np.array([[10.0, 2.0]])
    there, beyond = LINE.distance(z), LINE.distance(z * [1, factor])
    assert beyond[0] == pytest.approx(factor * there[0])


def test_neighbours_come_nearest_first() -> None:
    rows, distance = LINE.neighbours(np.array([[4.2, 0.0]]), 4)
    assert rows.tolist() == [[4, 5, 3, 6]]
    np.testing.assert_allclose(distance, [[0.2, 0.8, 1.2, 1.8]], atol=1e-6)
