"""How fast a live latent may move, and the barycentre that a place of the map stands for."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import pairwise, sketched

GLIDE = 0.4
"Share of the latents' range that a live latent moves per second."


@dataclass(frozen=True, kw_only=True)
class Glide:
    """A limit on how fast a latent moves: sudden jumps trip robots."""

    span: float
    "The range: the largest distance between two training latents."
    share: float = GLIDE
    "Of the range, per second; ``inf`` lets it jump."

    def step(
        self, now: Float[Array, "batch latent"], target: Float[Array, "batch latent"],
        seconds: float,
    ) -> Float[Array, "batch latent"]:  # fmt: skip
        """Where a latent is a moment later, on a straight line to its target."""
        way = target - now
        length = np.linalg.norm(way, axis=-1, keepdims=True)
        allowed = self.span * min(self.share * seconds, 1.0)
        return now + way * np.minimum(1.0, allowed / np.maximum(length, 1e-12))


def glide_of(atlas: Atlas, share: float = GLIDE) -> Glide:
    """The limit in an atlas."""
    z = atlas.cloud.z[sketched(len(atlas.cloud.z))]
    return Glide(span=float(pairwise(z, z).max()), share=share)
