"""The Pareto front of measured returns, and how much it dominates."""

import numpy as np

from backend.arrays import Array, Float


def pareto_front(returns: Float[Array, "policy objective"]) -> Float[Array, "front objective"]:
    """Non-dominated rows (all objectives maximised), in order of the first objective."""
    dominated = [bool(((returns >= row).all(1) & (returns > row).any(1)).any()) for row in returns]
    front = returns[~np.array(dominated)]
    return front[np.argsort(front[:, 0])]


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
