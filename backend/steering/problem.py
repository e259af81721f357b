"""Goals as arrays: what is asked of each objective, for one request or for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.atlas.atlas import Atlas
from backend.steering.request import SteerRequest

TARGET_TOLERANCE = 0.05
"A target counts as met within this share of the objective's range."
BOUND_TOLERANCE = 0.02
"A bound counts as kept when violated by no more than this share of the range."


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Targets and bounds in the objectives' own units; NaN and ±inf where nothing is asked."""

    target: Float[Array, "batch objective"]
    lower: Float[Array, "batch objective"]
    upper: Float[Array, "batch objective"]
    extent: Float[Array, "objective"]
    "Range of each objective; shares below are of this."

    @property
    def has_target(self) -> Bool[Array, "batch objective"]:
        """Where an equality is asked."""
        return ~np.isnan(self.target)

    @property
    def num_requests(self) -> int:
        """Rows."""
        return len(self.target)

    def target_error(self, returns: Float[Array, "batch *more objective"]) -> Array:
        """Signed returns − target as a share of the range; 0 where there is no target."""
        error = (returns - self._like(self.target, returns)) / self.extent
        return np.where(np.isnan(error), 0.0, error)

    def violation(self, returns: Float[Array, "batch *more objective"]) -> Array:
        """How far beyond its bounds each objective is, as a share of the range; never negative."""
        below = self._like(self.lower, returns) - returns
        above = returns - self._like(self.upper, returns)
        return np.maximum(np.maximum(below, above), 0.0) / self.extent

    def badness(self, returns: Float[Array, "batch *more objective"]) -> Array:
        """Largest miss in units of its tolerance: at most 1 is success."""
        error = np.abs(self.target_error(returns)) / TARGET_TOLERANCE
        return np.maximum(error, self.violation(returns) / BOUND_TOLERANCE).max(-1)

    def shifted(self, offset: Float[Array, "batch objective"]) -> "Problem":
        """The same question with every aim moved by ``offset``."""
        return Problem(
            target=self.target + offset, lower=self.lower + offset, upper=self.upper + offset,
            extent=self.extent,
        )  # fmt: skip

    def tightened(self, margin: Float[Array, "objective"]) -> "Problem":
        """Bounds moved inward by a margin, in the objectives' units."""
        return Problem(
            target=self.target, lower=self.lower + margin, upper=self.upper - margin,
            extent=self.extent,
        )  # fmt: skip

    def rows(self, index: Array) -> "Problem":
        """The requests of some rows (repeats allowed)."""
        return Problem(
            target=self.target[index], lower=self.lower[index], upper=self.upper[index],
            extent=self.extent,
        )  # fmt: skip

    def _like(self, goal: Array, returns: Array) -> Array:
        extra = returns.ndim - goal.ndim
        return goal.reshape(goal.shape[0], *[1] * extra, goal.shape[1])


def pose(requests: Sequence[SteerRequest], atlas: Atlas) -> Problem:
    """The goals of several requests as one problem."""
    shape = (len(requests), atlas.spec.num_objectives)
    target, lower, upper = np.full(shape, np.nan), np.full(shape, -np.inf), np.full(shape, np.inf)
    places = {"target": target, "at least": lower, "at most": upper}
    for row, request in enumerate(requests):
        for name, goal in request.goals.items():
            places[goal.mode][row, atlas.objective(name)] = goal.value
    return Problem(target=target, lower=lower, upper=upper, extent=atlas.returns_extent)
