"""The reconstruction metric: nothing when decoded policies do what their sources do."""

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation import reconstruction as module
from backend.evaluation.reconstruction import decoded_returns, reconstruction
from backend.rollouts.simulate import simulate


def measured_as(monkeypatch: pytest.MonkeyPatch, atlas: Atlas, offset: np.ndarray) -> np.ndarray:
    """Pretend every decoded episode returns its source's returns plus an offset."""
    rows = np.flatnonzero(~atlas.population.is_training)

    def fake(_: Atlas, z: np.ndarray, *, num_episodes: int, seed: int) -> np.ndarray:
        np.testing.assert_array_equal(z, atlas.z[rows])
        returns = atlas.population.returns[rows] + offset
        return np.repeat(returns[:, None], num_episodes, 1)

    monkeypatch.setattr(module, "decoded_returns", fake)
    return rows


def test_perfect_decoding_has_no_error(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = measured_as(monkeypatch, atlas, np.zeros(2))
    result = reconstruction(atlas, num_episodes=2)
    assert result["num_policies"] == len(rows)
    for errors in result["per_objective"].values():
        assert list(errors.values()) == pytest.approx([0] * len(errors))
    assert result["within_5_percent_on_all"] == 1
    assert sum(part["num_policies"] for part in result["by_hold_out"].values()) == len(rows)


def test_errors_are_shares_of_the_range(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off by 7 % of the range in one objective: within 10 % but not within 5 % on all."""
    measured_as(monkeypatch, atlas, np.array([0.0, -0.07]) * atlas.returns_extent)
    result = reconstruction(atlas)
    energy = result["per_objective"]["energy"]
    for name in ("mean", "median", "p90"):
        assert energy[f"{name}_percent_of_range"] == pytest.approx(7)
        assert result["per_objective"]["forward"][f"{name}_percent_of_range"] == pytest.approx(0)
    assert result["within_5_percent_on_all"] == 0
    assert result["within_10_percent_on_all"] == 1


def test_decoded_returns_are_rollouts_of_the_decoded_policy(atlas: Atlas) -> None:
    rows = np.flatnonzero(~atlas.population.is_training)[:2]
    measured = decoded_returns(atlas, atlas.z[rows], num_episodes=2, seed=3)
    assert measured.shape == (2, 2, 2)
    seeds = np.random.default_rng([3, 101]).integers(0, 2**31, 2).tolist()
    for i, row in enumerate(rows):
        for k, seed in enumerate(seeds):
            alone = simulate(atlas.spec, atlas.decode(atlas.z[[row]]), seed).returns
            # one row's products round unlike four rows'; the gait is the same
            share = np.abs(measured[i, k] - alone) / atlas.returns_extent
            assert share.max() < 0.05
    again = decoded_returns(atlas, atlas.z[rows], num_episodes=2, seed=3)
    np.testing.assert_array_equal(measured, again)
