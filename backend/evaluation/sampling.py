"""How much must be seen of a policy? Context size and number of episodes against latent error."""

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Rows
from backend.rollouts.dataset import OccupancyDataset

SIZES = (8, 16, 32, 64, 128, 256, 512)
EPISODES = (1, 2, 4, 8)
NUM_REPEATS = 16
REFERENCE_SIZE, NUM_REFERENCES = 512, 32


def sampling(atlas: Atlas, dataset: OccupancyDataset, *, seed: int = 0) -> Rows:
    """One row per held-out policy, context size and number of episodes.

    ``squared_error`` is the mean squared distance of a context's posterior mean from the reference
    (the mean over 32 contexts of 512 pairs of all episodes), ``share`` the same in units of the
    policies' own variance in latent space.
    """
    held = np.flatnonzero(~atlas.population.is_training)
    rng = np.random.default_rng([seed, 31])
    total = dataset.obs.shape[1]
    reference = _encode(atlas, dataset, held, REFERENCE_SIZE, total, NUM_REFERENCES, rng).mean(1)
    variance = float(atlas.z[atlas.training_rows].var(0).sum())
    rows: Rows = []
    for size in SIZES:
        for episodes in EPISODES if size == 64 else (1, total):
            z = _encode(atlas, dataset, held, size, episodes, NUM_REPEATS, rng)
            error = ((z - reference[:, None]) ** 2).sum(-1).mean(1)
            rows += [
                {
                    "policy": atlas.population.ids[int(row)], "context_size": size,
                    "num_episodes": episodes, "squared_error": float(error[k]),
                    "share": float(error[k]) / variance,
                }
                for k, row in enumerate(held)
            ]  # fmt: skip
    return rows


def power_law(size: Float[Array, "n"], error: Float[Array, "n"]) -> tuple[float, float]:
    """(exponent, R²) of error = c · size^exponent; the mean of N independent pairs has -1."""
    x, y = np.log(size), np.log(error)
    slope, intercept = np.polyfit(x, y, 1)
    residual = y - (slope * x + intercept)
    return float(slope), float(1 - residual.var() / y.var())


@torch.no_grad()
def _encode(
    atlas: Atlas, dataset: OccupancyDataset, policies: Array, size: int, num_episodes: int,
    num: int, rng: np.random.Generator,
) -> Float[Array, "policy num latent"]:  # fmt: skip
    """Posterior means of ``num`` contexts of some policies, each from so many of its episodes."""
    total, times = dataset.obs.shape[1:3]
    latents = []
    for policy in policies.tolist():
        chosen = np.stack([rng.choice(total, num_episodes, replace=False) for _ in range(num)])
        episode = np.take_along_axis(chosen, rng.integers(0, num_episodes, (num, size)), 1)
        time = rng.integers(0, times, (num, size))
        obs = torch.from_numpy(dataset.obs[policy, episode, time])
        action = torch.from_numpy(dataset.action[policy, episode, time])
        latents.append(atlas.representation.encode(obs, action)[0].double().numpy())
    return np.stack(latents)
