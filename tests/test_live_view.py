"""The façade of live robots."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from backend.errors import DamagedArtifact, InvalidValue, UnknownName
from backend.live.store import LIVE_DIR
from backend.live.study import EVIDENCE_DIR, TABLE
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


def test_a_latent_may_lie_as_far_as_is_said_and_no_farther(live: Live) -> None:
    atlas = Studio().atlas(ATLAS)
    way_out = atlas.z[0] + np.linspace(0, 100, 1001)[:, None]
    distance = atlas.cloud.distance(way_out)
    beyond = int(np.argmax(distance > FARTHEST))
    assert FARTHEST - 1 < distance[beyond - 1] <= FARTHEST < distance[beyond]
    within = way_out[beyond - 1]
    np.testing.assert_array_equal(live.check(ATLAS, within.tolist()), within)
    with pytest.raises(InvalidValue, match=f"at most {FARTHEST:.0f} from the data"):
        live.check(ATLAS, way_out[beyond].tolist())


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


def test_the_shipped_study_is_of_what_is_shipped(live: Live) -> None:
    rows, command = live.switching(ATLAS)
    assert {row["decoder"] for row in rows} == {"atlas", "live"}
    assert command == f"steerscape live measure {ATLAS}"


@pytest.mark.parametrize("changed", [ATLAS, "live"])
def test_a_study_of_another_version_is_refused(tmp_path: Path, changed: str) -> None:
    root = tmp_path / "live"
    shutil.copytree(LIVE_DIR, root)
    path = root / EVIDENCE_DIR / ATLAS / f"{TABLE}.json"
    about = json.loads(path.read_text())
    about["atlases"][changed] = "0" * 64
    path.write_text(json.dumps(about))
    with pytest.raises(DamagedArtifact, match=f"steerscape live measure {ATLAS}"):
        Live(Studio(), root).switching(ATLAS)


def test_where_nothing_was_measured_what_was_is_listed(live: Live) -> None:
    with pytest.raises(UnknownName, match=f"{ATLAS}/{TABLE}"):
        live.switching(f"{ATLAS}-hole")
