"""How noisy a policy is: the decoder's spread, fitted to what was executed."""

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.representation.decoder import PolicyDecoder
from backend.rollouts.dataset import OccupancyDataset

ROUNDING = 1e-4
"Differences below this are float32 rounding in episodes without noise."


def executed_log_std(
    dataset: OccupancyDataset, bounds: tuple[float, float]
) -> Float[Array, "policy action"]:
    """Log standard deviation of each policy's own action noise, clipped to ``bounds``.

    Taken from executed minus noise-free actions, where neither is cut off at the control range. A
    policy without noise gets the lower bound.
    """
    noise = dataset.action - dataset.clean_action
    cut_off = (np.abs(dataset.action) >= 1) | (np.abs(dataset.clean_action) >= 1)
    seen = (np.abs(noise) > ROUNDING) & ~cut_off
    count = seen.sum((1, 2))
    variance = (noise**2 * seen).sum((1, 2)) / np.maximum(count, 1)
    low, high = np.exp(bounds)
    return np.log(np.clip(np.sqrt(variance), low, high)).astype(np.float64)


@torch.no_grad()
def fit_spread(
    decoder: PolicyDecoder, z: Float[Array, "item latent"], log_std: Float[Array, "item action"],
    *, ridge: float = 1e-2,
) -> None:  # fmt: skip
    """Set the last layer of log σ(z) to the ridge solution on its hidden layer, in place.

    The mean imitates noise-free actions, so during training σ is the error of that imitation, the
    maximiser of the likelihood. Afterwards it becomes what σ means in π(a | s, z): the noise that
    the policy acts with. The mean is not touched.
    """
    first, relu, last = decoder.std
    hidden = relu(first(torch.from_numpy(z).float())).double().numpy()
    centre, mean = hidden.mean(0), log_std.mean(0)
    x = hidden - centre
    penalty = ridge * len(x) * x.var() * np.eye(x.shape[1])
    weight = np.linalg.solve(x.T @ x + penalty, x.T @ (log_std - mean))
    bias = mean - centre @ weight
    last.load_state_dict({"weight": torch.from_numpy(weight.T), "bias": torch.from_numpy(bias)})
