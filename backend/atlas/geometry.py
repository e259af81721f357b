"""How far a latent is from the policies that were trained, in units of their own spacing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.spatial import KDTree

from backend.arrays import Array, Float, Int

NUM_SPACING_NEIGHBOURS = 5
CROWDED = 5_000
"From so many latents on, neighbours are looked up in a tree: all distances would not fit."
MOST_SKETCHED = 3_000
"Policies that are enough to tell a crowd's outline, its field and its ways."


@dataclass(frozen=True)
class LatentCloud:
    """The training policies' latents as a cloud with a local scale."""

    z: Float[Array, "policy latent"]

    @cached_property
    def _tree(self) -> KDTree | None:
        return KDTree(self.z) if len(self.z) >= CROWDED else None

    @cached_property
    def spacing(self) -> Float[Array, "policy"]:
        """Mean distance of each latent to its five nearest fellows."""
        num = NUM_SPACING_NEIGHBOURS + 1
        if self._tree is not None:
            return looked_up(self._tree, self.z, num)[1][:, 1:].mean(1)
        distance = pairwise(self.z, self.z)
        return np.sort(distance, axis=1)[:, 1:num].mean(1)

    def neighbours(
        self, z: Float[Array, "batch latent"], num: int
    ) -> tuple[Int[Array, "batch num"], Float[Array, "batch num"]]:
        """Rows and Euclidean distances of the nearest latents, nearest first."""
        if self._tree is not None:
            return looked_up(self._tree, z, num)
        distance = pairwise(z, self.z)
        rows = np.argsort(distance, axis=1)[:, :num]
        return rows, np.take_along_axis(distance, rows, 1)

    def distance(self, z: Float[Array, "batch latent"]) -> Float[Array, "batch"]:
        """Distance to the nearest latent in units of its spacing: 1 is one policy apart."""
        rows, distance = self.neighbours(z, 1)
        return distance[:, 0] / self.spacing[rows[:, 0]]


def pairwise(a: Float[Array, "a latent"], b: Float[Array, "b latent"]) -> Float[Array, "a b"]:
    """Euclidean distances between the rows of two arrays."""
    squared = (a**2).sum(1)[:, None] + (b**2).sum(1)[None] - 2 * a @ b.T
    return np.sqrt(np.maximum(squared, 0))


def looked_up(
    tree: KDTree, points: Float[Array, "batch dim"], num: int
) -> tuple[Int[Array, "batch num"], Float[Array, "batch num"]]:
    """Rows and distances of the nearest points of a tree, nearest first."""
    distance, rows = tree.query(points, num)
    return np.reshape(rows, (-1, num)), np.reshape(distance, (-1, num))


def sketched(num: int) -> Int[Array, "row"]:
    """Rows of a crowd that stand for it: all of them, or an even choice of very many."""
    if num <= MOST_SKETCHED:
        return np.arange(num)
    return np.linspace(0, num - 1, MOST_SKETCHED).round().astype(int)
