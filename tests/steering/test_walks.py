"""Walks: closed forms on a ring and a plane, exact neutrality, honest ends."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue
from backend.representation.value_heads import ValueHeads
from backend.steering.walks import (
    FARTHEST,
    data_walk,
    direction_walk,
    evenly,
    neutral_walk,
    num_neutral_ways,
    shortest_hops,
    straight_walk,
)


def world(atlas: Atlas, z: np.ndarray, weight: np.ndarray) -> Atlas:
    """The shipped atlas with other latents (all of them training policies) and other heads."""
    num = len(weight)
    population = replace(atlas.population, held_out=np.full(len(z), ""))
    heads = ValueHeads(weight=weight, bias=np.zeros(num), returns_mean=np.zeros(num),
                       returns_std=np.ones(num))  # fmt: skip
    return replace(atlas, z=z, z_log_std=z, items=z, heads=heads, population=population, maps={})


@pytest.fixture
def ring(atlas: Atlas) -> Atlas:
    """Policies on a circle of radius 10 in four dimensions; the return is one coordinate."""
    angle = np.linspace(0, 2 * np.pi, len(atlas.z), endpoint=False)
    z = np.zeros((len(angle), 4))
    z[:, 0], z[:, 1] = 10 * np.cos(angle), 10 * np.sin(angle)
    return world(atlas, z, np.array([[1.0, 0, 0, 0]]))


@pytest.fixture
def plane(atlas: Atlas) -> Atlas:
    """Policies on a square of side 20 in three dimensions; the return is the first coordinate."""
    axis = np.linspace(-10, 10, 19)
    square = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    z = np.zeros((len(atlas.z), 3))
    z[:, :2] = square[np.arange(len(z)) % len(square)]
    return world(atlas, z, np.array([[1.0, 0, 0]]))


def test_straight_is_straight_and_even(ring: Atlas) -> None:
    walk = straight_walk(ring, ring.z[0], ring.z[100], num_steps=11)
    np.testing.assert_allclose(walk.z[5], (ring.z[0] + ring.z[100]) / 2)
    np.testing.assert_allclose(np.diff(walk.length), walk.length[-1] / 10)
    np.testing.assert_allclose(walk.predicted[:, 0], walk.z[:, 0])


def test_on_the_data_of_a_ring_is_the_arc(ring: Atlas) -> None:
    half = len(ring.z) * 4 // 10
    straight, walk = (f(ring, ring.z[0], ring.z[half]) for f in (straight_walk, data_walk))
    np.testing.assert_allclose(walk.z[[0, -1]], ring.z[[0, half]])
    np.testing.assert_allclose(np.linalg.norm(walk.z, axis=1), 10, atol=0.5)
    assert walk.length[-1] == pytest.approx(10 * 0.8 * np.pi, rel=0.05)
    steps = np.diff(walk.length)
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.02)
    assert straight.distance_to_data.max() > 10 * walk.distance_to_data.max()


def test_hops_prefer_many_short_ones() -> None:
    stops = np.array([[0.0, 0], [1, 0.3], [2, 0.3], [5, 5], [3, 0]])
    assert shortest_hops(stops).tolist() == [0, 1, 2, 4]
    assert shortest_hops(stops[[0, 0]]).tolist()[0] == 0


def test_evenly_spaced_along_a_bent_line() -> None:
    bent = np.array([[0.0, 0], [1, 0], [1, 3]])
    np.testing.assert_allclose(evenly(bent, 5), [[0, 0], [1, 0], [1, 1], [1, 2], [1, 3]])


def test_neutral_on_a_plane_is_the_line_of_one_return(plane: Atlas) -> None:
    start = np.array([2.0, 1, 0])
    assert num_neutral_ways(plane, start) == 1
    walk = neutral_walk(plane, start)
    np.testing.assert_array_equal(walk.z[walk.origin], start)
    np.testing.assert_allclose(walk.predicted, 2, atol=1e-9)
    np.testing.assert_allclose(walk.z[:, [0, 2]], start[[0, 2]] + np.zeros((len(walk.z), 2)),
                               atol=1e-9)  # fmt: skip
    assert np.ptp(walk.z[:, 1]) > 18  # to either rim
    assert (np.diff(walk.z[:, 1]) > 0).all() or (np.diff(walk.z[:, 1]) < 0).all()
    assert walk.distance_to_data.max() <= FARTHEST


def test_a_direction_is_followed_as_far_as_the_data_go(plane: Atlas) -> None:
    walk = direction_walk(plane, np.zeros(3), np.array([3.0, 0, 7]))
    np.testing.assert_allclose(walk.z[:, 1:], 0, atol=1e-9)
    assert walk.z[-1, 0] > 9 and walk.z[0, 0] < -9
    np.testing.assert_array_equal(walk.z[walk.origin], 0)
    with pytest.raises(InvalidValue, match="along the data"):
        direction_walk(plane, np.zeros(3), np.array([0.0, 0, 1]))


def test_where_nothing_is_neutral_it_says_so(ring: Atlas, plane: Atlas) -> None:
    two = replace(plane, heads=replace(
        plane.heads, weight=np.eye(2, 3), bias=np.zeros(2), returns_mean=np.zeros(2),
        returns_std=np.ones(2)))  # fmt: skip
    with pytest.raises(InvalidValue, match="way"):
        neutral_walk(two, np.zeros(3))
    with pytest.raises(InvalidValue, match="from 2 to"):
        straight_walk(ring, ring.z[0], ring.z[1], num_steps=1)


@pytest.mark.parametrize("row", [0, 77, 200])
def test_shipped_neutral_walks_keep_returns_and_go_far(atlas: Atlas, row: int) -> None:
    walk = neutral_walk(atlas, atlas.z[row])
    spread = np.ptp(walk.predicted, axis=0) / atlas.returns_extent
    assert spread.max() < 1e-9
    assert walk.distance_to_data.max() <= FARTHEST
    spacing = np.median(atlas.cloud.spacing)
    assert np.linalg.norm(walk.z[-1] - walk.z[0]) > 2 * spacing
    away = np.linalg.norm(walk.z - atlas.z[row], axis=1)
    assert (np.diff(away[walk.origin :]) > 0).all()
    again = neutral_walk(atlas, atlas.z[row])
    np.testing.assert_array_equal(walk.z, again.z)


def test_shipped_walks_on_the_data_are_nearer_to_it(atlas: Atlas) -> None:
    rng = np.random.default_rng(0)
    pairs = rng.choice(len(atlas.z), (12, 2), replace=False)
    ends = atlas.z[pairs]
    straight, on_data = (
        np.mean([walk(atlas, *pair).distance_to_data.mean() for pair in ends])
        for walk in (straight_walk, data_walk)
    )
    assert on_data < 0.75 * straight
