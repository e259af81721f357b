"""Maps: every policy on its own place, every other latent among them."""

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.maps import LatentMap, fit_pca, value_plane
from backend.errors import UnknownName
from tests.toys import affine_heads


@pytest.fixture
def toy() -> LatentMap:
    rng = np.random.default_rng(0)
    return LatentMap(
        feature_w=rng.normal(size=(6, 4)), anchors=rng.normal(size=(40, 4)),
        xy=rng.uniform(-5, 5, (40, 2)),
    )  # fmt: skip


def test_an_anchor_stands_on_its_own_place(toy: LatentMap) -> None:
    z = toy.anchors @ np.linalg.pinv(toy.feature_w)
    np.testing.assert_allclose(toy.place(z), toy.xy, atol=1e-6)


@pytest.mark.parametrize("name", ["sheet", "gaits"])
def test_training_policies_stand_where_the_shipped_map_put_them(atlas: Atlas, name: str) -> None:
    latent_map = atlas.maps[name]
    assert isinstance(latent_map, LatentMap)
    places = atlas.place(name, atlas.z[atlas.training_rows])
    np.testing.assert_allclose(places, latent_map.xy, atol=1e-3 * np.ptp(latent_map.xy))


def test_no_place_lies_outside_the_hull_of_the_anchors(toy: LatentMap) -> None:
    """In every direction the farthest place is no farther than the farthest anchor."""
    z = np.random.default_rng(1).normal(size=(300, 6)) * 10
    angle = np.linspace(0, 2 * np.pi, 90)
    directions = np.stack([np.cos(angle), np.sin(angle)])
    assert ((toy.place(z) @ directions).max(0) <= (toy.xy @ directions).max(0) + 1e-9).all()


def test_a_latent_stands_among_its_neighbours() -> None:
    """Two far groups: a latent between near anchors of one group never lands in the other."""
    anchors = np.concatenate([np.eye(9), np.eye(9) + 100])
    xy = np.concatenate([np.zeros((9, 2)), np.ones((9, 2))])
    far_map = LatentMap(feature_w=np.eye(9), anchors=anchors, xy=xy)
    z = np.stack([np.full(9, 0.1), np.full(9, 100.1)])
    np.testing.assert_allclose(far_map.place(z), [[0, 0], [1, 1]])


def test_place_is_the_same_alone_and_in_a_batch(toy: LatentMap) -> None:
    z = np.random.default_rng(2).normal(size=(9, 6))
    np.testing.assert_allclose(np.concatenate([toy.place(row[None]) for row in z]), toy.place(z))


def test_pca_is_centred_orthonormal_and_captures_the_most() -> None:
    rng = np.random.default_rng(3)
    z = rng.normal(size=(200, 5)) * [10, 5, 1, 0.5, 0.1] + 7
    pca = fit_pca(z)
    places = pca.place(z)
    np.testing.assert_allclose(places.mean(0), 0, atol=1e-9)
    np.testing.assert_allclose(pca.components @ pca.components.T, np.eye(2), atol=1e-9)
    top = np.linalg.svd(z - z.mean(0), compute_uv=False)[:2]
    np.testing.assert_allclose(np.linalg.norm(places, axis=0), top)


def test_shipped_maps_have_titles_and_unknown_ones_are_refused(atlas: Atlas) -> None:
    assert set(atlas.maps) == {"sheet", "gaits", "pca"}
    with pytest.raises(UnknownName, match="sheet, gaits, pca"):
        atlas.place("globe", atlas.z[:1])


def test_a_value_plane_shows_predicted_returns(atlas: Atlas) -> None:
    places = atlas.place("forward × energy", atlas.z)
    np.testing.assert_allclose(places, atlas.predicted, rtol=1e-9, atol=1e-6)
    assert list(atlas.pictures) == [*atlas.maps, "forward × energy"]


def test_three_objectives_have_three_value_planes() -> None:
    heads = affine_heads(objectives=3)
    z = np.random.default_rng(4).normal(size=(5, 8))
    for pair in ((0, 1), (0, 2), (1, 2)):
        np.testing.assert_allclose(value_plane(heads, pair).place(z), heads.predict(z)[:, pair])
