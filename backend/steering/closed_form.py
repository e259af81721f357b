"""The closed-form answer on affine heads: the nearest z whose predictions meet every goal."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from backend.arrays import Array, Float
from backend.representation.value_heads import ValueHeads
from backend.steering.problem import Problem


def closed_form(
    problem: Problem, start: Float[Array, "batch latent"], heads: ValueHeads
) -> Float[Array, "batch latent"]:
    """Minimum-norm step from each start to its goals: min ‖d‖² s.t. A(z+d)+b = t, ≥ lower, ≤ upper.

    With few objectives the active bounds are found by trying every subset; the shortest step wins.
    Where no step meets every goal, the last subset's is returned: it misses some of them.
    """
    goals = (heads.standardise(goal) for goal in (problem.target, problem.lower, problem.upper))
    target, lower, upper = goals
    return np.stack([
        _solve(target[i], lower[i], upper[i], start[i], heads) for i in range(len(start))
    ])  # fmt: skip


def _solve(target: Array, lower: Array, upper: Array, z: Array, heads: ValueHeads) -> Array:
    value = heads.weight @ z + heads.bias
    equal = np.flatnonzero(~np.isnan(target)).tolist()
    bounds = np.isfinite(lower) | np.isfinite(upper)
    bounded = [i for i in np.flatnonzero(bounds).tolist() if i not in equal]
    answer, least, step = None, np.inf, np.zeros_like(z)
    for active, goal in _active_sets(bounded, lower, upper):
        rows, aim = [*equal, *active], np.array([*target[equal], *goal])
        step = _shortest_step(heads.weight[rows], aim - value[rows])
        reached = value + heads.weight @ step
        kept = ((reached >= lower - 1e-9) & (reached <= upper + 1e-9))[bounded].all()
        if kept and step @ step < least:
            answer, least = z + step, float(step @ step)
    return z + step if answer is None else answer


def _active_sets(
    bounded: list[int], lower: Array, upper: Array
) -> Iterator[tuple[tuple[int, ...], list[float]]]:
    """Every set of bounds that may bind, with the finite edge of each; the empty set first."""
    for size in range(len(bounded) + 1):
        for active in combinations(bounded, size):
            for edges in product((lower, upper), repeat=size):
                goal = [float(edge[i]) for i, edge in zip(active, edges, strict=True)]
                if np.isfinite(goal).all():
                    yield active, goal


def _shortest_step(a: Array, gap: Array) -> Array:
    if not len(a):
        return np.zeros(a.shape[1])
    return a.T @ np.linalg.lstsq(a @ a.T, gap, rcond=None)[0]
