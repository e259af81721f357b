"""The Pareto front of measured returns, and how much it dominates."""

import numpy as np

from backend.arrays import Array, Float


def pareto_front(returns: Float[Array, "policy objective"]) -> Float[Array, "front objective"]:
    """Non-dominated rows (all objectives maximised), in order of the first objective."""
    few = np.empty((0, returns.shape[1]))  # what is dominated at all is by one of the front,
    for row in returns[np.argsort(-returns.sum(1), kind="stable")]:  # whose sum is larger
        if not _beaten(row, few):
            few = np.concatenate([few, row[None]])
    front = few[[not _beaten(row, few) for row in few]]
    return front[np.argsort(front[:, 0], kind="stable")]


def _beaten(row: Float[Array, "objective"], by: Float[Array, "other objective"]) -> bool:
    return bool(((by >= row).all(1) & (by > row).any(1)).any())


def hypervolume(front: Float[Array, "front 2"], reference: Float[Array, "2"]) -> float:
    """Area that a front of two maximised objectives dominates, down to a reference point.

    Σ_i (x_i − x_{i−1}) (y_i − r_y) over the front in order of x, x_0 = r_x: y is the best return
    there is at x_i or beyond. Rows beyond the reference in neither objective add nothing.
    """
    above = front[(front > reference).all(1)]
    if not len(above):
        return 0.0
    above = above[np.argsort(above[:, 0])]
    best = np.maximum.accumulate(above[::-1, 1])[::-1]
    width = np.diff(above[:, 0], prepend=reference[0])
    return float((width * (best - reference[1])).sum())
