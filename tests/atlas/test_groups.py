"""Groups: who is inside, what they share, and how far a direction between two can be trusted."""

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.groups import (
    bootstrap_cosines,
    contrast,
    group,
    inside,
    lassoed,
    separation,
)
from backend.errors import InvalidValue, UnknownName

SQUARE = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]])


def test_inside_a_square_a_horseshoe_and_a_bow_tie() -> None:
    places = np.array([[1.0, 1], [3, 1], [-1, 1], [1, 3], [1, -1]])
    assert inside(SQUARE, places).tolist() == [True, False, False, False, False]
    horseshoe = np.array([[0.0, 0], [6, 0], [6, 6], [4, 6], [4, 2], [2, 2], [2, 6], [0, 6]])
    probes = np.array([[1.0, 5], [3, 5], [5, 5], [3, 1]])
    assert inside(horseshoe, probes).tolist() == [True, False, True, True]
    tie = np.array([[0.0, 0], [2, 2], [2, 0], [0, 2]])
    assert inside(tie, np.array([[0.2, 1.0], [1.0, 1.8]])).tolist() == [True, False]


def test_inside_does_not_depend_on_where_the_outline_begins() -> None:
    rng = np.random.default_rng(0)
    polygon, places = rng.uniform(0, 1, (9, 2)), rng.uniform(0, 1, (200, 2))
    chosen = inside(polygon, places)
    np.testing.assert_array_equal(inside(np.roll(polygon, 4, axis=0), places), chosen)
    np.testing.assert_array_equal(inside(polygon[::-1], places), chosen)


def test_a_lasso_round_everything_holds_everybody(atlas: Atlas) -> None:
    places = atlas.place("gaits", atlas.z)
    low, high = places.min(0) - 1, places.max(0) + 1
    frame = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    assert lassoed(atlas, "gaits", frame) == tuple(atlas.population.ids)
    assert lassoed(atlas, "gaits", frame + 1e3) == ()
    with pytest.raises(InvalidValue, match="three|3"):
        lassoed(atlas, "gaits", frame[:2])


def test_a_group_is_described_by_its_policies(atlas: Atlas) -> None:
    ids = atlas.population.ids[10:40]
    found = group(atlas, ids)
    np.testing.assert_allclose(found.measured_mean, atlas.population.returns[10:40].mean(0))
    np.testing.assert_allclose(found.measured_std, atlas.population.returns[10:40].std(0))
    np.testing.assert_allclose(found.z, atlas.z[10:40].mean(0))
    np.testing.assert_allclose(found.predicted, atlas.predicted[10:40].mean(0))  # heads are affine
    assert found.spread**2 == pytest.approx(atlas.z[10:40].var(0).sum())
    assert found.medoid in ids
    one = group(atlas, ids[:1])
    assert (one.medoid, one.spread) == (ids[0], 0)
    with pytest.raises(InvalidValue, match="at least one"):
        group(atlas, [])
    with pytest.raises(UnknownName):
        group(atlas, ["nobody"])


def test_a_contrast_points_from_those_to_these(atlas: Atlas) -> None:
    order = np.argsort(atlas.population.returns[:, 0])
    ids = np.array(atlas.population.ids)
    slow, fast = ids[order[:40]].tolist(), ids[order[-40:]].tolist()
    found = contrast(atlas, fast, slow)
    assert np.linalg.norm(found.direction) == pytest.approx(1)
    assert found.rise[0] > 0
    assert 0.9 < found.cosine_low <= found.cosine_median <= 1
    assert found.separation > 2
    back = contrast(atlas, slow, fast)
    np.testing.assert_allclose(back.direction, -found.direction)
    assert back.separation == pytest.approx(found.separation)
    fast_mean, slow_mean = group(atlas, fast), group(atlas, slow)
    np.testing.assert_allclose(found.rise * found.length, fast_mean.predicted - slow_mean.predicted)


def test_policies_in_both_groups_count_on_neither_side(atlas: Atlas) -> None:
    ids = atlas.population.ids
    shared = contrast(atlas, ids[:30], ids[20:60])
    apart = contrast(atlas, ids[:20], ids[30:60])
    np.testing.assert_array_equal(shared.direction, apart.direction)
    with pytest.raises(InvalidValue, match="at least 3 policies"):
        contrast(atlas, ids[:10], ids[:10])


def test_separation_is_the_closed_form_and_is_not_fooled_by_dimension() -> None:
    rng = np.random.default_rng(1)
    shift = np.zeros(5)
    shift[0] = 3
    a, b = rng.normal(size=(4000, 5)) + shift, rng.normal(size=(4000, 5))
    assert separation(a, b) == pytest.approx(3, abs=0.1)
    same = [separation(rng.normal(size=(6, 32)), rng.normal(size=(6, 32))) for _ in range(60)]
    assert np.mean(same) < 0.5


def test_more_policies_make_a_direction_surer() -> None:
    rng = np.random.default_rng(2)
    shift = np.full(16, 0.5)
    few, many = (
        np.percentile(bootstrap_cosines(
            rng.normal(size=(num, 16)) + shift, rng.normal(size=(num, 16)), seed=0), 5)
        for num in (6, 400)
    )  # fmt: skip
    assert few < 0.8 < 0.9 < many
