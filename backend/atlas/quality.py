"""How far a map can be believed: whom it shows as neighbours, and whom it tears apart.

Venna and Kaski (2001): with r(i, j) the rank of j among the neighbours of i in one space (1 is the
nearest) and U(i) those that are among the k nearest of i in the other space only,

    1 − 2 / (n k (2n − 3k − 1)) · Σ_i Σ_{j ∈ U(i)} (r(i, j) − k)

is *trustworthiness* with U taken from the map and r from latent space (near on the map, and truly
near?), and *continuity* the other way round (near in truth, and still near on the map?). 1 is
perfect; a map that shuffles the policies scores about one half. Neither says anything about the
distance between islands.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import pairwise, sketched
from backend.atlas.maps import LatentMap

NUM_NEIGHBOURS = 10
"Neighbours that are looked at: scikit-learn's 5 doubled, a gait family's size."


@dataclass(frozen=True, kw_only=True)
class MapQuality:
    """What one map keeps of the neighbourhoods in one space."""

    map_name: str
    space: str
    "``z``, or ``projections``: what the sheet was made from."
    trustworthiness: float
    "1: whoever is near on the map is near in the space."
    continuity: float
    "1: whoever is near in the space is near on the map."
    num_neighbours: int


def map_qualities(atlas: Atlas, num_neighbours: int = NUM_NEIGHBOURS) -> tuple[MapQuality, ...]:
    """Every map and value plane against z, and a map of anything else against its own features too.

    All policies of the atlas count, held-out ones included, for all are shown; of very many an even
    choice. With few policies fewer neighbours are looked at: the formula asks for k < n / 2.
    """
    z = atlas.z[sketched(len(atlas.z))]
    num = max(1, min(num_neighbours, (len(z) - 1) // 2))
    rows = []
    for name, spaces in _spaces(atlas, z).items():
        shown = _ranks(atlas.place(name, z))
        for space, truth in spaces.items():
            rows.append(MapQuality(
                map_name=name, space=space, num_neighbours=num,
                trustworthiness=_kept(truth, shown, num), continuity=_kept(shown, truth, num),
            ))  # fmt: skip
    return tuple(rows)


def trustworthiness(
    truth: Float[Array, "policy latent"], shown: Float[Array, "policy xy"], num_neighbours: int
) -> float:
    """Venna and Kaski's measure (module docstring); equals scikit-learn's, without importing it."""
    return _kept(_ranks(truth), _ranks(shown), num_neighbours)


def _kept(truth: Int[Array, "policy policy"], shown: Int[Array, "policy policy"], k: int) -> float:
    num = len(truth)
    assert 0 < k < num / 2
    surprise = np.where(shown <= k, np.maximum(truth - k, 0), 0)
    return 1 - 2 / (num * k * (2 * num - 3 * k - 1)) * float(surprise.sum())


def _spaces(
    atlas: Atlas, z: Float[Array, "policy latent"]
) -> Mapping[str, dict[str, Int[Array, "policy policy"]]]:
    """Map name -> space -> neighbour ranks there."""
    ranks, spaces = _ranks(z), {}
    for name, latent_map in atlas.pictures.items():
        spaces[name] = {"z": ranks}
        if isinstance(latent_map, LatentMap) and not _is_identity(latent_map.feature_w):
            spaces[name]["projections"] = _ranks(z @ latent_map.feature_w)
    return spaces


def _is_identity(weight: Array) -> bool:
    return weight.shape[0] == weight.shape[1] and np.array_equal(weight, np.eye(len(weight)))


def _ranks(places: Float[Array, "policy _"]) -> Int[Array, "policy policy"]:
    """Rank of everybody among everybody's fellows; 1 is the nearest, oneself comes last."""
    distance = pairwise(places, places)
    np.fill_diagonal(distance, np.inf)
    order = np.argsort(distance, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(order) + 1)[None], 1)
    return ranks
