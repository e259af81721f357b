"""How far a latent is from the policies that were trained, in units of their own spacing."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.arrays import Array, Float, Int

NUM_SPACING_NEIGHBOURS = 5


@dataclass(frozen=True)
class LatentCloud:
    """The training policies' latents as a cloud with a local scale."""

    z: Float[Array, "policy latent"]

    @cached_property
    def spacing(self) -> Float[Array, "policy"]:
        """Mean distance of each latent to its five nearest fellows."""
        distance = pairwise(self.z, self.z)
        return np.sort(distance, axis=1)[:, 1 : NUM_SPACING_NEIGHBOURS + 1].mean(1)

    def neighbours(
        self, z: Float[Array, "batch latent"], num: int
    ) -> tuple[Int[Array, "batch num"], Float[Array, "batch num"]]:
        """Rows and Euclidean distances of the nearest latents, nearest first."""
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
