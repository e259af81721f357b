"""The geometry table: high where the space is ordered by value, nothing where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation.geometry import geometry


def test_shipped_space_is_ordered_by_value(atlas: Atlas) -> None:
    result = geometry(atlas)
    assert result["num_policies"] == (~atlas.population.is_training).sum()
    for measured in result["per_objective"].values():
        assert measured["linear_probe_r2"] > 0.8
        assert measured["value_head_r2"] > 0.8
        assert measured["projection_spearman"] > 0.5
        assert measured["value_head_standardised_mse"] < 0.2
    assert result["map_return_error_percent_of_range"].keys() == atlas.maps.keys()


def test_shuffled_latents_are_not_ordered(atlas: Atlas) -> None:
    order = np.random.default_rng(0).permutation(len(atlas.z))
    result = geometry(replace(atlas, z=atlas.z[order]))
    for measured in result["per_objective"].values():
        assert measured["linear_probe_r2"] < 0.3
        assert abs(measured["projection_spearman"]) < 0.2


def test_latents_that_are_returns_are_perfectly_ordered(atlas: Atlas) -> None:
    standard = atlas.heads.standardise(atlas.population.returns)
    z = np.zeros_like(atlas.z)
    z[:, :2] = standard
    result = geometry(replace(atlas, z=z))
    for measured in result["per_objective"].values():
        assert measured["linear_probe_r2"] == pytest.approx(1, abs=1e-4)
    assert result["latent_spearman"] == pytest.approx(1, abs=1e-9)
