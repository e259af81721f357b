"""The reconstruction study: nothing when decoded policies do what their sources do."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Evidence
from backend.evaluation.reconstruction import reconstruction
from backend.evaluation.rollouts import decoded_returns, episode_seeds, source_returns
from backend.evaluation.summary import summarise
from backend.rollouts.simulate import simulate
from tests.evaluation.worlds import exact_world


@pytest.fixture(scope="module")
def honest(atlas: Atlas) -> Atlas:
    """An atlas whose measured returns are what its value heads say, noisy or not."""
    said = atlas.predicted
    return replace(atlas, population=replace(atlas.population, returns=said, noisy_returns=said))


def test_errors_are_shares_of_the_range(honest: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off by 7 % of the range in energy: within 10 % but not within 5 % on every objective."""
    exact_world(monkeypatch, honest, lambda _: np.array([0.0, -0.07]) * honest.returns_extent)
    rows = [{"seed": 0, **row} for row in reconstruction(honest)]
    assert len(rows) == 2 * 2 * (~honest.population.is_training).sum()
    figures = summarise(
        Evidence(table="reconstruction", env="x", rows=rows, command="", atlases={})
    )
    for row in figures:
        expected = 7 if row["objective"] == "energy" else 0
        assert row["median, % of range"].value == pytest.approx(expected, abs=1e-6)
        assert row["mean, % of range"].value == pytest.approx(expected, abs=1e-6)
        assert row["within 5 % of range"].value == (row["objective"] == "forward")
        assert row["within 10 % of range"].value == 1


@pytest.fixture(scope="module")
def short(atlas: Atlas) -> Atlas:
    """Episodes that end before rounding, which differs with the number of rows, is amplified."""
    return replace(atlas, spec=replace(atlas.spec, horizon=12))


def test_decoded_returns_are_rollouts_of_the_decoded_policy(short: Atlas) -> None:
    rows = np.flatnonzero(~short.population.is_training)[:2]
    seeds = episode_seeds(rows, 2, seed=3)
    measured = decoded_returns(short, short.z[rows], seeds)
    assert measured.shape == (2, 2, 2)
    for i, row in enumerate(rows):
        for k, seed in enumerate(seeds[i].tolist()):
            alone = simulate(short.spec, short.decode(short.z[[row]]), seed).returns
            np.testing.assert_allclose(measured[i, k], alone, atol=0.01 * np.abs(alone).max())
    again = decoded_returns(short, short.z[rows], seeds)
    np.testing.assert_array_equal(measured, again)


def test_sources_run_by_their_own_networks_each_on_its_own_seeds(short: Atlas) -> None:
    """Rows of two networks, one of them twice, in no order."""
    last = len(short.z) - 1
    rows = np.array([last, 0, last])
    assert short.population.members[0].network != short.population.members[last].network
    seeds = episode_seeds([4, 5, 6], 2, seed=1)
    measured = source_returns(short, rows, seeds)
    for i, row in enumerate(rows.tolist()):
        for k, seed in enumerate(seeds[i].tolist()):
            alone = simulate(short.spec, short.population.actor(row), seed).returns
            np.testing.assert_allclose(measured[i, k], alone, atol=0.01 * np.abs(alone).max())
    assert (measured[0] != measured[2]).all(), "the same policy, other seeds"


def test_no_two_items_share_an_episode() -> None:
    seeds = episode_seeds(range(50), 3, seed=0)
    assert len(np.unique(seeds)) == 150
    np.testing.assert_array_equal(seeds[[7]], episode_seeds([7], 3, seed=0))
    assert not np.isin(episode_seeds(range(50), 3, seed=1), seeds).any()


def test_noise_is_the_decoders_own(short: Atlas) -> None:
    seeds = episode_seeds([0, 1], 2, seed=1)
    quiet, noisy, again = (
        decoded_returns(short, short.z[:2], seeds, noise=noise)
        for noise in (None, np.random.default_rng(5), np.random.default_rng(5))
    )
    assert (quiet != noisy).all()
    np.testing.assert_array_equal(noisy, again)
