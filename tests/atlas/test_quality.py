"""Trustworthiness and continuity: scikit-learn's numbers, and what they mean on hand-made maps."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as reference

from backend.atlas.atlas import Atlas
from backend.atlas.quality import map_qualities, trustworthiness


@pytest.mark.parametrize("num_neighbours", [1, 5, 10])
def test_it_is_scikit_learns(num_neighbours: int) -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=(60, 7))
    shown = truth[:, :2] + 0.3 * rng.normal(size=(60, 2))
    ours = trustworthiness(truth, shown, num_neighbours)
    assert ours == pytest.approx(reference(truth, shown, n_neighbors=num_neighbours))


def test_a_faithful_picture_scores_one_both_ways() -> None:
    """Turned, scaled and shifted, laid flat into more dimensions: neighbours stay neighbours."""
    rng = np.random.default_rng(1)
    flat = rng.normal(size=(50, 2))
    plane = np.linalg.qr(rng.normal(size=(5, 2)))[0]
    truth = flat @ plane.T + 4
    assert trustworthiness(truth, 3 * flat - 1, 8) == 1
    assert trustworthiness(3 * flat - 1, truth, 8) == 1


def test_a_tear_costs_continuity_and_a_fold_costs_trust() -> None:
    """A closed ring cut open loses neighbours; a line folded on itself invents them."""
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    cut = angle[:, None] * [1.0, 0]
    assert trustworthiness(ring, cut, 6) > trustworthiness(cut, ring, 6)
    line = np.linspace(-1, 1, 80)[:, None] * [1.0, 0]
    folded = np.abs(line + [0.001, 0])
    assert trustworthiness(line, folded, 6) < 0.9 < trustworthiness(folded, line, 6)


def test_a_shuffled_map_scores_about_one_half() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(size=(300, 5))
    assert trustworthiness(truth, rng.normal(size=(300, 2)), 10) == pytest.approx(0.5, abs=0.03)


def test_every_map_of_the_shipped_atlas_is_judged(atlas: Atlas) -> None:
    rows = {(row.map_name, row.space): row for row in map_qualities(atlas)}
    against_z = {(name, "z") for name in atlas.pictures}
    assert set(rows) == {*against_z, ("sheet", "projections")}
    for row in rows.values():
        assert 0.7 < row.trustworthiness <= 1
        assert 0.7 < row.continuity <= 1
    sheet = rows["sheet", "projections"]
    assert sheet.trustworthiness > rows["sheet", "z"].trustworthiness
