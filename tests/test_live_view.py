"""The façade of live robots."""

import numpy as np
import pytest

from backend.errors import InvalidValue, UnknownName
from backend.live_view import FARTHEST, NUM_EPISODES, Live
from backend.studio import Studio
from tests.toys import ATLAS


@pytest.fixture(scope="module")
def live() -> Live:
    return Live(Studio())


def test_preloading_packs_what_can_be_packed(live: Live) -> None:
    live.preload(["no-such-atlas", ATLAS])
    assert live.kit.cache_info().currsize == 1
    assert live.kit(ATLAS) is live.kit(ATLAS)


def test_what_lives_at_a_policy_s_place_is_near_it(live: Live) -> None:
    atlas = Studio().atlas(ATLAS)
    row = int(atlas.training_rows[7])
    place = atlas.place("gaits", atlas.z[row : row + 1])[0]
    found = live.settle(ATLAS, "gaits", place.tolist())
    assert atlas.cloud.distance(found[None])[0] < 1.5


@pytest.mark.parametrize("xy", [[1.0], [float("nan"), 0.0], [1.0, 2.0, 3.0]])
def test_a_place_is_two_numbers(live: Live, xy: list[float]) -> None:
    with pytest.raises(InvalidValue, match="two numbers"):
        live.settle(ATLAS, "sheet", xy)


def test_an_unknown_map_lists_what_exists(live: Live) -> None:
    with pytest.raises(UnknownName, match="sheet"):
        live.settle(ATLAS, "moon", [0.0, 0.0])


@pytest.mark.parametrize("z", [[0.0] * 31, [float("inf")] * 32, [1e6] * 32])
def test_only_latents_the_page_can_make_are_measured(live: Live, z: list[float]) -> None:
    with pytest.raises(InvalidValue, match="latent"):
        live.check(ATLAS, z)
    assert FARTHEST > 1


def test_a_measurement_is_fresh_episodes_of_the_live_decoder(live: Live) -> None:
    atlas = Studio().atlas(ATLAS)
    row = int(atlas.training_rows[atlas.population.returns[atlas.training_rows, 0].argmax()])
    found = live.measure(ATLAS, atlas.z[row])
    assert found.measured.episodes.shape == (NUM_EPISODES, 2)
    assert found.nearest == atlas.population.ids[row]
    gap = np.abs(found.measured.mean - atlas.population.returns[row]) / atlas.returns_extent
    assert (gap < 0.15).all()
    again = live.measure(ATLAS, atlas.z[row])
    np.testing.assert_array_equal(found.measured.episodes, again.measured.episodes)
