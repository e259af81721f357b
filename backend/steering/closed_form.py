"""The closed-form answer on affine heads: the nearest z whose predictions meet every goal."""

from itertools import combinations

import numpy as np

from backend.arrays import Array, Float
from backend.representation.value_heads import ValueHeads
from backend.steering.problem import Problem


def closed_form(
    problem: Problem, start: Float[Array, "batch latent"], heads: ValueHeads
) -> Float[Array, "batch latent"]:
    """Minimum-norm step from each start to its goals: min ‖d‖² s.t. A(z+d)+b = t, ≥ lower, ≤ upper.

    With few objectives the active bounds are found by trying every subset, smallest first.
    """
    goals = (heads.standardise(goal) for goal in (problem.target, problem.lower, problem.upper))
    target, lower, upper = goals
    return np.stack([
        _solve(target[i], lower[i], upper[i], start[i], heads) for i in range(len(start))
    ])  # fmt: skip


def _solve(target: Array, lower: Array, upper: Array, z: Array, heads: ValueHeads) -> Array:
    value = heads.weight @ z + heads.bias
    equal = np.flatnonzero(~np.isnan(target)).tolist()
    bounded = [
        i
        for i in range(len(value))
        if i not in equal and (np.isfinite(lower[i]) or np.isfinite(upper[i]))
    ]
    step = np.zeros_like(z)
    for size in range(len(bounded) + 1):
        for active in combinations(bounded, size):
            rows = [*equal, *active]
            goal = [
                target[i] if i in equal else np.clip(value[i], lower[i], upper[i]) for i in rows
            ]
            step = np.zeros_like(z)
            if rows:
                a = heads.weight[rows]
                step = a.T @ np.linalg.lstsq(a @ a.T, np.array(goal) - value[rows], rcond=None)[0]
            reached = value + heads.weight @ step
            free = [i for i in bounded if i not in active]
            if all(lower[i] - 1e-9 <= reached[i] <= upper[i] + 1e-9 for i in free):
                return z + step
    return z + step
