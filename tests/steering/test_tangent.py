"""The local tangent space: an orthogonal projector on the directions the neighbours span."""

import numpy as np
import pytest
import torch

from backend.atlas.atlas import Atlas
from backend.steering.descent import tangent_projector


def project(z: np.ndarray, items: np.ndarray, num: int = 50, variance: float = 0.95) -> np.ndarray:
    return tangent_projector(torch.from_numpy(z), torch.from_numpy(items), num, variance).numpy()


@pytest.fixture
def plane() -> np.ndarray:
    """Two orthonormal directions in eight dimensions."""
    return np.linalg.qr(np.random.default_rng(0).normal(size=(8, 2)))[0].T


@pytest.mark.parametrize("variance", [0.5, 0.95, 1.0])
def test_it_is_an_orthogonal_projector(variance: float) -> None:
    rng = np.random.default_rng(1)
    projector = project(rng.normal(size=(6, 8)), rng.normal(size=(200, 8)), 20, variance)
    np.testing.assert_allclose(projector, projector.transpose(0, 2, 1), atol=1e-12)
    np.testing.assert_allclose(projector @ projector, projector, atol=1e-12)
    values = np.linalg.eigvalsh(projector)
    np.testing.assert_allclose(values, np.round(values), atol=1e-9)
    assert (np.trace(projector, axis1=1, axis2=2) >= 0.99).all()


def test_on_a_planar_cloud_it_keeps_the_plane_and_drops_the_rest(plane: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    items = rng.normal(size=(300, 2)) @ plane + rng.normal(size=8)
    projector = project(rng.normal(size=(3, 8)), items, variance=0.99)
    np.testing.assert_allclose(projector, np.broadcast_to(plane.T @ plane, (3, 8, 8)), atol=1e-9)
    inside, outside = plane[0] - 2 * plane[1], np.ones(8) - plane.T @ (plane @ np.ones(8))
    np.testing.assert_allclose(projector @ inside, np.broadcast_to(inside, (3, 8)), atol=1e-9)
    np.testing.assert_allclose(projector @ outside, 0, atol=1e-9)


def test_full_variance_of_a_full_cloud_is_the_identity() -> None:
    rng = np.random.default_rng(3)
    projector = project(rng.normal(size=(2, 8)), rng.normal(size=(100, 8)), variance=1.0)
    np.testing.assert_allclose(projector, np.broadcast_to(np.eye(8), (2, 8, 8)), atol=1e-9)


def test_it_keeps_the_fewest_directions_that_reach_the_share() -> None:
    """Squared singular values 60, 30, 10: half wants one direction, 0.8 two, 0.95 three."""
    axes = np.sqrt([60.0, 30, 10])[:, None] * np.eye(3)
    items = np.concatenate([axes, -axes])
    for variance, rank in ((0.5, 1), (0.8, 2), (0.95, 3)):
        projector = project(np.zeros((1, 3)), items, 6, variance)[0]
        np.testing.assert_allclose(projector, np.diag([1.0] * rank + [0.0] * (3 - rank)), atol=1e-9)


def test_it_is_local() -> None:
    """Two crossing lines: at either end only the near one counts."""
    t = np.linspace(10, 20, 30)[:, None]
    items = np.concatenate([t * [1.0, 0, 0], t * [0.0, 1, 0]])
    ends = np.array([[15.0, 0, 0], [0.0, 15, 0]])
    projector = project(ends, items, 30)
    np.testing.assert_allclose(projector[0], np.diag([1.0, 0, 0]), atol=1e-9)
    np.testing.assert_allclose(projector[1], np.diag([0.0, 1, 0]), atol=1e-9)


def test_more_neighbours_than_items_are_all_items(plane: np.ndarray) -> None:
    items = np.random.default_rng(4).normal(size=(10, 2)) @ plane
    np.testing.assert_allclose(project(np.zeros((1, 8)), items, 50)[0], plane.T @ plane, atol=1e-9)


def test_shipped_tangent_spaces_are_smaller_than_the_latent_space(atlas: Atlas) -> None:
    projector = project(atlas.z[:50], atlas.items)
    rank = np.trace(projector, axis1=1, axis2=2)
    assert rank.min() >= 1
    assert rank.max() < atlas.z.shape[1]
