"""Placing a policy by what it did."""

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.encode import NUM_NEIGHBOURS, encode_pairs
from backend.errors import InvalidValue
from backend.rollouts.simulate import simulate


@pytest.fixture(scope="module")
def pairs(atlas: Atlas) -> tuple[np.ndarray, np.ndarray, int]:
    """One episode of a training policy's own network, and its row."""
    row = int(atlas.training_rows[len(atlas.training_rows) // 2])
    film = simulate(atlas.spec, atlas.population.actor(row), 11)
    return film.obs, film.action, row


def test_a_known_policy_is_placed_near_itself(
    atlas: Atlas, pairs: tuple[np.ndarray, np.ndarray, int]
) -> None:
    obs, action, row = pairs
    encoded = encode_pairs(atlas, obs, action)
    away = np.linalg.norm(encoded.z - atlas.z[row])
    others = np.linalg.norm(atlas.z - atlas.z[row], axis=1)
    assert away < np.quantile(others, 0.1)
    error = np.abs(encoded.predicted - atlas.population.returns[row]) / atlas.returns_extent
    assert error.max() < 0.15
    assert encoded.distance_to_data < 3


def test_neighbours_are_training_policies_nearest_first(
    atlas: Atlas, pairs: tuple[np.ndarray, np.ndarray, int]
) -> None:
    encoded = encode_pairs(atlas, *pairs[:2])
    rows = [atlas.population.row(neighbour.policy) for neighbour in encoded.neighbours]
    assert len(rows) == NUM_NEIGHBOURS
    assert set(rows) <= set(atlas.training_rows)
    distance = [neighbour.distance for neighbour in encoded.neighbours]
    assert distance == sorted(distance)
    np.testing.assert_allclose(
        distance, np.sort(np.linalg.norm(atlas.cloud.z - encoded.z, axis=1))[:5], atol=1e-4
    )
    for row, neighbour in zip(rows, encoded.neighbours, strict=True):
        np.testing.assert_array_equal(neighbour.returns, atlas.population.returns[row])


def test_promise_and_places_belong_to_the_latent(
    atlas: Atlas, pairs: tuple[np.ndarray, np.ndarray, int]
) -> None:
    encoded = encode_pairs(atlas, *pairs[:2])
    np.testing.assert_allclose(encoded.predicted, atlas.heads.predict(encoded.z))
    for name, xy in encoded.places.items():
        np.testing.assert_allclose(xy, atlas.place(name, encoded.z[None]))


def test_same_pairs_same_place_whatever_their_number_type(
    atlas: Atlas, pairs: tuple[np.ndarray, np.ndarray, int]
) -> None:
    obs, action, _ = pairs
    first = encode_pairs(atlas, obs, action).z
    np.testing.assert_array_equal(encode_pairs(atlas, obs, action).z, first)
    single = encode_pairs(atlas, obs.astype(np.float32), action.astype(np.float64)).z
    np.testing.assert_allclose(single, first, atol=1e-4)
    whole = encode_pairs(atlas, np.round(obs).astype(int), np.round(action).astype(int))
    assert np.isfinite(whole.z).all()


def test_actions_beyond_the_control_range_are_read_as_clipped(
    atlas: Atlas, pairs: tuple[np.ndarray, np.ndarray, int]
) -> None:
    obs, action, _ = pairs
    wild = np.sign(action) * 5.0
    np.testing.assert_array_equal(
        encode_pairs(atlas, obs, wild).z, encode_pairs(atlas, obs, np.sign(action)).z
    )


OBS, ACTION = np.zeros((64, 17)), np.zeros((64, 6))


@pytest.mark.parametrize(
    ("obs", "action", "expected"),
    [
        (OBS[:, :16], ACTION, "obs: expected shape (time, 17), got shape (64, 16)"),
        (OBS, ACTION[:, :5], "action: expected shape (time, 6), got shape (64, 5)"),
        (OBS[0], ACTION, "obs: expected shape (time, 17), got shape (17,)"),
        (OBS[None], ACTION, "got shape (1, 64, 17)"),
        (OBS[:31], ACTION[:31], "at least 32, got 31 observations and 31 actions"),
        (OBS, ACTION[:63], "as many of each, at least 32, got 64 observations and 63 actions"),
        (OBS * np.nan, ACTION, "obs: expected finite numbers only"),
        (OBS, ACTION + np.inf, "action: expected finite numbers only"),
        (OBS.astype(str), ACTION, "obs: expected finite numbers only"),
        (OBS.astype(complex), ACTION, "obs: expected finite numbers only"),
        (OBS, ACTION.astype(bool), "action: expected finite numbers only"),
        (OBS.astype(object), ACTION, "obs: expected finite numbers only"),
        (np.array(3.0), ACTION, "obs: expected shape (time, 17), got shape ()"),
    ],
)
def test_unusable_pairs_are_refused_in_words(
    atlas: Atlas, obs: np.ndarray, action: np.ndarray, expected: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        encode_pairs(atlas, obs, action)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
