"""The Pareto front of measured returns."""

import numpy as np

from backend.arrays import Array, Float


def pareto_front(returns: Float[Array, "policy objective"]) -> Float[Array, "front objective"]:
    """Non-dominated rows (all objectives maximised), in order of the first objective."""
    dominated = [bool(((returns >= row).all(1) & (returns > row).any(1)).any()) for row in returns]
    front = returns[~np.array(dominated)]
    return front[np.argsort(front[:, 0])]
