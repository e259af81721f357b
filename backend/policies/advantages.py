"""How much better an action was than its state: generalised advantage estimation."""

import numpy as np

from backend.arrays import Array, Bool, Float


def generalised_advantages(
    reward: Float[Array, "time ..."], value: Float[Array, "time ..."],
    next_value: Float[Array, "time ..."], *, terminated: Bool[Array, "time ..."],
    ended: Bool[Array, "time ..."], discount: float, gae_lambda: float,
) -> Float[Array, "time ..."]:  # fmt: skip
    """Generalised advantage estimates (Schulman et al. 2016, eq. 16).

    Nothing follows where an episode ``terminated``; where it only ``ended``, by its time limit,
    the value of what would have followed still counts.
    """
    result, running = np.zeros_like(value), np.zeros_like(value[0])
    for t in reversed(range(len(value))):
        delta = reward[t] + discount * next_value[t] * ~terminated[t] - value[t]
        running = delta + discount * gae_lambda * ~ended[t] * running
        result[t] = running
    return result
