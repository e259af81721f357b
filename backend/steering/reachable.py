"""What every objective can still be while the others keep what is asked of them.

The pattern is the Pareto navigator's: pull one control and see what the others must give. What is
known to be attainable are the measured returns of the training policies and, between them, the
predicted returns of blends of neighbours in latent space.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import LatentCloud, sketched
from backend.steering.problem import BOUND_TOLERANCE, TARGET_TOLERANCE, Problem

NUM_BLENDED = 6
"Nearest neighbours each policy is blended with."
SHARES = (0.25, 0.5, 0.75)
"How far along the way to the neighbour."
MAX_GAP = 2.0
"Neighbours farther apart than this many local spacings are not blended: nothing lies between."


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Returns known to be attainable, one row each."""

    returns: Float[Array, "sample objective"]
    "Measured returns of the training policies first, then predicted ones of blends."
    num_measured: int
    "How many rows are measured."

    def keeping(self, problem: Problem, i: int) -> Bool[Array, "sample"]:
        """Rows that keep every goal of a one-row problem but that of objective ``i``."""
        return _without(problem, i).badness(self.returns[None])[0] <= 1

    def band(self, problem: Problem, i: int) -> tuple[float, float] | None:
        """Smallest and largest return of objective ``i`` while the others' goals are kept.

        None where nothing known keeps them all.
        """
        kept = self.returns[self.keeping(problem, i), i]
        return (float(kept.min()), float(kept.max())) if len(kept) else None

    def nearest(self, problem: Problem) -> Float[Array, "objective"]:
        """Of all known returns, those that miss the goals of a one-row problem least."""
        return self.returns[problem.badness(self.returns[None])[0].argmin()]

    def relaxed(self, problem: Problem, names: Sequence[str]) -> dict[str, float]:
        """Objective -> value of its goal, where a one-row problem's goals are best met together.

        Goals that are met there keep their own value, the others take the return that is known.
        """
        there = self.nearest(problem)
        missed = np.abs(problem.target_error(there[None])[0]) > TARGET_TOLERANCE
        missed |= problem.violation(there[None])[0] > BOUND_TOLERANCE
        relaxed = {}
        for i, name in enumerate(names):
            goals = np.array([problem.target[0, i], problem.lower[0, i], problem.upper[0, i]])
            asked = goals[np.isfinite(goals)]
            if len(asked):
                relaxed[name] = float(there[i] if missed[i] else asked[0])
        return relaxed


def reach(atlas: Atlas) -> Reach:
    """The measured returns of the training policies, and predicted ones between neighbours."""
    chosen = sketched(len(atlas.cloud.z))
    cloud = LatentCloud(atlas.cloud.z[chosen])
    measured = atlas.population.returns[atlas.training_rows[chosen]]
    num = min(NUM_BLENDED + 1, len(cloud.z))
    rows, distance = cloud.neighbours(cloud.z, num)
    close = distance[:, 1:] <= MAX_GAP * cloud.spacing[:, None]
    first, second = np.nonzero(close)
    second = rows[first, second + 1]
    share = np.array(SHARES)[:, None, None]
    blends = (1 - share) * cloud.z[first] + share * cloud.z[second]
    predicted = atlas.heads.predict(blends.reshape(-1, cloud.z.shape[1]))
    low, high = atlas.returns_low, atlas.returns_high
    return Reach(
        returns=np.concatenate([measured, np.clip(predicted, low, high)]),
        num_measured=len(measured),
    )


def _without(problem: Problem, i: int) -> Problem:
    """The same goals with objective ``i`` free."""
    free = {"target": np.nan, "lower": -np.inf, "upper": np.inf}
    changed = {}
    for name, nothing in free.items():
        goal = getattr(problem, name).copy()
        goal[:, i] = nothing
        changed[name] = goal
    return replace(problem, **changed)
