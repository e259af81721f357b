"""Held-out policies touch nothing that was fitted."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.atlas.atlas import Atlas
from backend.atlas.build import NUM_ITEMS, build_atlas
from backend.errors import UnknownName
from backend.population.population import Population
from backend.representation.model import Representation, RepresentationConfig
from tests.toys import SPEC, dataset, population

HELD_OUT = (2, 5, 11)


def build(made: Population, **damage: np.ndarray) -> Atlas:
    """An atlas of toy policies with an untrained representation."""
    torch.manual_seed(0)
    model = Representation(
        RepresentationConfig(obs_dim=SPEC.obs_dim, action_dim=SPEC.action_dim, num_objectives=2)
    )
    data = replace(dataset(len(made.members)), **damage)
    return build_atlas(SPEC, made, data, model, seed=0, with_umap=False)


@pytest.fixture(scope="module")
def toy() -> Atlas:
    return build(population(12, held_out=HELD_OUT))


def test_returns_of_held_out_policies_change_nothing(toy: Atlas) -> None:
    made = population(12, held_out=HELD_OUT)
    made.returns[list(HELD_OUT)] += 1e6
    other = build(made)
    for name in ("weight", "bias", "returns_mean", "returns_std"):
        np.testing.assert_array_equal(getattr(other.heads, name), getattr(toy.heads, name))
    np.testing.assert_array_equal(other.returns_extent, toy.returns_extent)


def test_pairs_of_held_out_policies_change_their_own_place_only(toy: Atlas) -> None:
    obs = dataset(12).obs.copy()
    obs[list(HELD_OUT)] *= -3
    other = build(population(12, held_out=HELD_OUT), obs=obs)
    np.testing.assert_array_equal(other.items, toy.items)
    np.testing.assert_array_equal(other.heads.weight, toy.heads.weight)
    np.testing.assert_array_equal(other.maps["pca"].components, toy.maps["pca"].components)
    moved = np.abs(other.z - toy.z).max(1) > 1e-6
    assert set(np.flatnonzero(moved)) == set(HELD_OUT)


def test_a_training_policy_does_change_the_fit(toy: Atlas) -> None:
    made = population(12, held_out=HELD_OUT)
    made.returns[0] += 1e4
    assert np.abs(build(made).heads.weight - toy.heads.weight).max() > 1e-6


def test_items_and_cloud_are_the_training_policies(toy: Atlas) -> None:
    training = [row for row in range(12) if row not in HELD_OUT]
    assert toy.training_rows.tolist() == training
    np.testing.assert_array_equal(toy.cloud.z, toy.z[training])
    assert len(toy.items) == NUM_ITEMS * len(training)


def test_shipped_atlas_keeps_its_hold_out_apart(atlas: Atlas) -> None:
    held = np.flatnonzero(~atlas.population.is_training)
    assert len(held) > 30
    assert not set(held) & set(atlas.training_rows)
    assert len(held) + len(atlas.training_rows) == len(atlas.z)
    assert len(atlas.items) == NUM_ITEMS * len(atlas.training_rows)
    assert len(atlas.cloud.z) == len(atlas.maps["sheet"].anchors) == len(atlas.training_rows)
    training = atlas.population.returns[atlas.training_rows]
    np.testing.assert_allclose(atlas.heads.returns_mean, training.mean(0))
    np.testing.assert_allclose(atlas.heads.returns_std, training.std(0))
    np.testing.assert_array_equal(atlas.returns_high, training.max(0))
    np.testing.assert_array_equal(atlas.returns_low, training.min(0))


def test_shipped_hold_out_is_the_documented_one(atlas: Atlas) -> None:
    """Every policy whose first weight lies in the held-out band is held out."""
    for member, reason in zip(atlas.population.members, atlas.population.held_out, strict=True):
        if 0.4 < member.preference[0] < 0.5:
            assert reason in ("weights", "network")


def test_shipped_policies_have_distinct_ids(atlas: Atlas) -> None:
    assert len(set(atlas.population.ids)) == len(atlas.z)


def test_unknown_objective_lists_what_exists(atlas: Atlas) -> None:
    assert [atlas.objective(name) for name in atlas.spec.objective_names] == [0, 1]
    with pytest.raises(UnknownName, match="'style'; available: forward, energy"):
        atlas.objective("style")
