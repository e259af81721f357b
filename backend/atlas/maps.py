"""Maps of the latent space: fitted once at build, able to place new latents in milliseconds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import KDTree

from backend.arrays import Array, Float, Int
from backend.atlas.geometry import CROWDED, looked_up
from backend.representation.value_heads import ValueHeads

NUM_NEIGHBOURS = 8
FEWEST_FOR_UMAP = 16


@dataclass(frozen=True, kw_only=True)
class LatentMap:
    """A picture of latent space: anchors whose place is known, and a linear map before distances.

    A new latent goes to the barycentre (weights 1/d²) of its nearest anchors. That beat
    ``umap.transform`` and a distilled network in our measurements, but it cannot leave the crowd:
    show ``distance_to_data`` beside it.
    """

    feature_w: Float[Array, "latent feature"]
    "Latents are compared after this linear map (stacked projections, or the identity)."
    anchors: Float[Array, "anchor feature"]
    "Features of the policies the map was fitted to."
    xy: Float[Array, "anchor xy"]
    "Their places."

    def place(self, z: Float[Array, "batch latent"]) -> Float[Array, "batch xy"]:
        """Where latents stand on the map."""
        nearest, squared = self._nearest(z @ self.feature_w)
        weight = 1 / (squared + 1e-9)
        weight /= weight.sum(1, keepdims=True)
        return (self.xy[nearest] * weight[..., None]).sum(1)

    def _nearest(
        self, features: Float[Array, "batch feature"]
    ) -> tuple[Int[Array, "batch num"], Float[Array, "batch num"]]:
        """Rows and squared distances of the nearest anchors, in any order."""
        num = min(NUM_NEIGHBOURS, len(self.anchors))
        if self._tree is not None:
            nearest, distance = looked_up(self._tree, features, num)
            return nearest, distance**2
        squared = ((features[:, None] - self.anchors[None]) ** 2).sum(-1)
        nearest = np.argpartition(squared, num - 1, axis=1)[:, :num]
        return nearest, np.take_along_axis(squared, nearest, 1)

    @cached_property
    def _tree(self) -> KDTree | None:
        return KDTree(self.anchors) if len(self.anchors) >= CROWDED else None


@dataclass(frozen=True, kw_only=True)
class LinearMap:
    """Two affine functions of z, by PCA or by value heads: the same for old and new latents."""

    mean: Float[Array, "latent"]
    components: Float[Array, "xy latent"]

    def place(self, z: Float[Array, "batch latent"]) -> Float[Array, "batch xy"]:
        """Two coordinates of each latent."""
        return (z - self.mean) @ self.components.T


def value_plane(heads: ValueHeads, pair: tuple[int, int]) -> LinearMap:
    """The plane of two *predicted* returns: affine in z, as the heads are.

    v̂ = C (z − m) with C the heads' weights in the objectives' units, and m the shortest latent of
    which both returns are predicted to be zero.
    """
    rows = list(pair)
    components = heads.weight[rows] * heads.returns_std[rows, None]
    offset = heads.bias[rows] * heads.returns_std[rows] + heads.returns_mean[rows]
    return LinearMap(mean=-np.linalg.pinv(components) @ offset, components=components)


def fit_umap(
    features: Float[Array, "anchor feature"], *, seed: int, num_dims: int = 2
) -> Float[Array, "anchor xy"]:
    """UMAP places of the anchors in two or three dimensions (offline: seconds, with compilation).

    A handful of policies has no manifold to speak of: they get their principal components.
    """
    if len(features) < FEWEST_FOR_UMAP:
        return fit_pca(features, num_dims).place(features)
    import umap

    num_neighbours = min(40, len(features) - 1)
    reducer = umap.UMAP(
        n_neighbors=num_neighbours, min_dist=0.5, random_state=seed, n_jobs=1,
        n_components=num_dims,
    )  # fmt: skip
    return np.asarray(reducer.fit_transform(features), np.float64)


def fit_globe(z: Float[Array, "anchor latent"], *, seed: int) -> LatentMap:
    """UMAP of the latents in three dimensions: the gait families with room to stand apart."""
    return LatentMap(feature_w=np.eye(z.shape[1]), anchors=z, xy=fit_umap(z, seed=seed, num_dims=3))


def fit_pca(z: Float[Array, "anchor latent"], num_dims: int = 2) -> LinearMap:
    """The first principal components of the latents."""
    from sklearn.decomposition import PCA

    pca = PCA(num_dims).fit(z)
    return LinearMap(mean=pca.mean_, components=np.asarray(pca.components_))
