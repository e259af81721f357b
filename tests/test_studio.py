"""The façade: what a page may ask for, and that its parts agree."""

import io
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from backend.atlas.atlas import Atlas
from backend.atlas.front import pareto_front
from backend.errors import InvalidValue, UnknownName
from backend.rollouts.simulate import simulate
from backend.steering.correction import CorrectionConfig
from backend.steering.request import Goal, SteerRequest
from backend.studio import Film, Studio
from tests.toys import ATLAS, SHORT


@pytest.fixture(scope="module")
def studio(atlas: Atlas) -> Studio:
    """A studio over the atlas that is already loaded."""
    studio = Studio()
    studio.atlas = {ATLAS: atlas}.__getitem__  # type: ignore[assignment,method-assign]
    return studio


@pytest.fixture
def asking(atlas: Atlas) -> SteerRequest:
    low, extent = atlas.returns_low, atlas.returns_extent
    goal = Goal(mode="target", value=float(low[0] + 0.5 * extent[0]))
    return SteerRequest(goals={"forward": goal})


def test_overview_has_one_row_per_policy(studio: Studio, atlas: Atlas) -> None:
    overview = studio.overview(ATLAS)
    num = len(atlas.z)
    for field in fields(overview):
        value = getattr(overview, field.name)
        if isinstance(value, np.ndarray) and field.name not in (
            "front",
            "returns_low",
            "returns_high",
        ):
            assert len(value) == num, field.name
    assert len(overview.ids) == num
    assert {len(xy) for xy in overview.places.values()} == {num}
    assert overview.content_hash == atlas.content_hash


def test_steer_places_every_step_of_the_path(studio: Studio, asking: SteerRequest) -> None:
    answer = studio.steer(ATLAS, asking)
    for xy in answer.places.values():
        assert xy.shape == (answer.result.num_steps + 1, 2)
    row = studio.atlas(ATLAS).population.row(answer.result.nearest_id)
    np.testing.assert_array_equal(
        answer.nearest_returns, studio.atlas(ATLAS).population.returns[row]
    )


def test_measuring_is_reproducible_and_counts_its_episodes(studio: Studio, atlas: Atlas) -> None:
    first, again = (studio.measure(ATLAS, atlas.z[0], num_episodes=2, seed=4) for _ in range(2))
    np.testing.assert_array_equal(first.episodes, again.episodes)
    assert first.episodes.shape == (2, 2)
    np.testing.assert_allclose(first.mean, first.episodes.mean(0))
    np.testing.assert_allclose(first.std, first.episodes.std(0))
    other = studio.measure(ATLAS, atlas.z[0], num_episodes=2, seed=5)
    assert np.abs(other.episodes - first.episodes).max() > 1e-6


@pytest.mark.parametrize("num_episodes", [0, -1, 101])
def test_episodes_have_limits(studio: Studio, atlas: Atlas, num_episodes: int) -> None:
    with pytest.raises(InvalidValue, match="from 1 to 100"):
        studio.measure(ATLAS, atlas.z[0], num_episodes=num_episodes, seed=0)


def test_verified_answer_is_measured_on_fresh_episodes(atlas: Atlas, asking: SteerRequest) -> None:
    quick = Studio()
    quick.atlas = {ATLAS: replace(atlas, spec=SHORT)}.__getitem__  # type: ignore[assignment,method-assign]
    z = atlas.z[0]
    config = CorrectionConfig(num_rounds=1, num_starts=2, num_again=1, num_episodes=1)
    answer = quick.verify(ATLAS, asking, z, config=config, num_episodes=3)
    fresh = quick.measure(ATLAS, answer.z, num_episodes=3, seed=asking.seed)
    np.testing.assert_array_equal(answer.measured.episodes, fresh.episodes)
    np.testing.assert_allclose(answer.predicted, atlas.heads.predict(answer.z))
    assert not answer.success, "40 steps cannot earn the return of 1000"
    assert answer.corrected == bool(np.abs(answer.z - z).max() > 1e-9)
    assert answer.num_candidates >= 4


def test_a_policy_by_id_is_its_own_network_and_by_latent_its_decoded_one(
    studio: Studio, atlas: Atlas
) -> None:
    own = studio.trajectory(ATLAS, atlas.population.ids[3], seed=1, num_steps=20)
    expected = simulate(atlas.spec, atlas.population.actor(3), 1, num_steps=20)
    np.testing.assert_array_equal(own.action, expected.action)
    decoded = studio.trajectory(ATLAS, atlas.z[3], seed=1, num_steps=20)
    expected = simulate(atlas.spec, atlas.decode(atlas.z[[3]]), 1, num_steps=20)
    np.testing.assert_array_equal(decoded.action, expected.action)
    with pytest.raises(UnknownName):
        studio.trajectory(ATLAS, "nobody", seed=1)


@pytest.mark.parametrize("map_name", ["sheet", "gaits", "pca"])
def test_the_latent_at_a_policys_place_is_that_policy(
    studio: Studio, atlas: Atlas, map_name: str
) -> None:
    row = int(atlas.training_rows[7])
    xy = atlas.place(map_name, atlas.z[[row]])[0]
    found = studio.survey(ATLAS).settler(map_name, xy).z
    typical = float(np.median(atlas.cloud.spacing))
    assert np.linalg.norm(found - atlas.z[row]) < 0.1 * typical


def test_an_episode_becomes_replay_clip_gif_and_strip(studio: Studio, atlas: Atlas) -> None:
    trajectory = studio.trajectory(ATLAS, atlas.population.ids[0], seed=0, num_steps=30)
    films = [Film(label="one", role=role, trajectory=trajectory) for role in ("start", "other")]
    assert b'"role":"other"' in studio.replay(ATLAS, films)
    shot = {"seconds": 0.5, "size": (240, 120), "readout": True}
    assert studio.clip(ATLAS, films[0], **shot)[4:8] == b"ftyp"
    assert studio.clip(ATLAS, films[0], format="gif", **shot)[:6] == b"GIF89a"
    strip = Image.open(io.BytesIO(studio.strip(ATLAS, films[0], num=3, size=(96, 64))))
    assert (strip.format, strip.size) == ("PNG", (288, 64))


def test_unknown_map_is_refused(studio: Studio) -> None:
    with pytest.raises(UnknownName, match="sheet, gaits, pca"):
        studio.survey(ATLAS).settler("globe", np.zeros(2))


def test_atlases_are_loaded_once(monkeypatch: pytest.MonkeyPatch, atlas: Atlas) -> None:
    from backend import studio as module

    calls: list[Any] = []

    def load(*args: Any) -> Atlas:
        calls.append(args)
        return atlas

    monkeypatch.setattr(module, "load_atlas", load)
    studio = Studio()
    assert studio.atlas(ATLAS) is studio.atlas(ATLAS)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("returns", "front"),
    [
        ([[0, 0]], [[0, 0]]),
        ([[0, 0], [1, 1]], [[1, 1]]),
        ([[2, 0], [0, 2], [1, 1], [0, 0], [0.9, 0.9]], [[0, 2], [1, 1], [2, 0]]),
        # a tie in one objective is decided by the other
        ([[1, 1], [1, 2], [0, 2]], [[1, 2]]),
        # equals do not dominate each other
        ([[1, 1], [1, 1], [0, 0]], [[1, 1], [1, 1]]),
        ([[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0]], [[0, 0, 1], [0, 1, 0], [1, 0, 0]]),
    ],
)
def test_pareto_front_by_hand(returns: list[list[float]], front: list[list[float]]) -> None:
    found = pareto_front(np.array(returns, float))
    assert sorted(found.tolist()) == sorted(np.array(front, float).tolist())
    assert (np.diff(found[:, 0]) >= 0).all()


@given(seed=st.integers(0, 1000))
def test_pareto_front_is_what_nobody_beats(seed: int) -> None:
    returns = np.random.default_rng(seed).integers(0, 6, (30, 2)).astype(float)
    front = pareto_front(returns)
    for row in returns:
        beaten = ((returns >= row).all(1) & (returns > row).any(1)).any()
        assert beaten != (front == row).all(1).any()
