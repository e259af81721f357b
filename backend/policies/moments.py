"""Mean and variance of the observations that a learner has met."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float


@dataclass
class RunningMoments:
    """Mean and variance of everything seen so far."""

    mean: Float[Array, "obs"]
    variance: Float[Array, "obs"]
    count: float = 1e-4

    @property
    def std(self) -> Float[Array, "obs"]:
        """Standard deviation, never zero."""
        return np.sqrt(self.variance + 1e-8)

    def update(self, batch: Float[Array, "batch obs"]) -> None:
        """Merge a batch (Chan et al. 1979)."""
        delta = batch.mean(0) - self.mean
        total = self.count + len(batch)
        merged = self.variance * self.count + batch.var(0) * len(batch)
        self.variance = (merged + delta**2 * self.count * len(batch) / total) / total
        self.mean = self.mean + delta * len(batch) / total
        self.count = total
