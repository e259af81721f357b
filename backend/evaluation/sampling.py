"""How much must be seen of a policy? Context size and number of episodes against latent error."""

import numpy as np
import torch
from scipy.optimize import nnls

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Rows
from backend.rollouts.dataset import OccupancyDataset

SIZES = (8, 16, 32, 64, 128, 256, 512)
EPISODES = (1, 2, 4)
"Episodes a context of ``VARIED_SIZE`` pairs comes from, beside as many as there are for contexts."
VARIED_SIZE = 64
NUM_REPEATS = 16
REFERENCE_SIZE, NUM_REFERENCES = 512, 32


def sampling(atlas: Atlas, dataset: OccupancyDataset, *, seed: int = 0) -> Rows:
    """One row per held-out policy, context size and number of episodes.

    Contexts come from every other episode of a policy, the reference (the mean over 32 contexts of
    512 pairs) from the episodes between: they share none. ``squared_error`` is the mean squared
    distance of a context's posterior mean from the reference, ``share`` the same in units of the
    policies' own variance in latent space. What is left of it however much is seen is how far the
    two halves of a policy's episodes differ.
    """
    held = np.flatnonzero(~atlas.population.is_training)
    rng = np.random.default_rng([seed, 31])
    shown, other = (np.arange(first, dataset.obs.shape[1], 2) for first in (0, 1))
    reference = _encode(
        atlas, dataset, held, other, REFERENCE_SIZE, len(other), NUM_REFERENCES, rng
    ).mean(1)
    variance = float(atlas.z[atlas.training_rows].var(0).sum())
    rows: Rows = []
    for size in SIZES:
        for num in (*(EPISODES if size == VARIED_SIZE else EPISODES[:1]), len(shown)):
            z = _encode(atlas, dataset, held, shown, size, num, NUM_REPEATS, rng)
            error = ((z - reference[:, None]) ** 2).sum(-1).mean(1)
            rows += [
                {
                    "policy": atlas.population.ids[int(row)], "context_size": size,
                    "num_episodes": num, "squared_error": float(error[k]),
                    "share": float(error[k]) / variance,
                }
                for k, row in enumerate(held)
            ]  # fmt: skip
    return rows


def one_over_n(size: Float[Array, "n"], error: Float[Array, "n"]) -> tuple[float, float]:
    """(floor, R²) of error = floor + c / size, fitted to relative errors; R² of the logarithms.

    The mean of independent pairs falls like 1 / size; the floor is what more pairs cannot mend.
    """
    terms = np.column_stack([np.ones_like(size), 1 / size])
    found, _ = nnls(terms / error[:, None], np.ones_like(error))
    residual = np.log(error) - np.log(terms @ found)
    return float(found[0]), float(1 - (residual**2).mean() / np.log(error).var())


@torch.no_grad()
def _encode(
    atlas: Atlas, dataset: OccupancyDataset, policies: Array, episodes: Array, size: int,
    num_episodes: int, num: int, rng: np.random.Generator,
) -> Float[Array, "policy num latent"]:  # fmt: skip
    """Posterior means of ``num`` contexts of some policies, each from so many of ``episodes``."""
    times = dataset.obs.shape[2]
    latents = []
    for policy in policies.tolist():
        chosen = np.stack([rng.choice(episodes, num_episodes, replace=False) for _ in range(num)])
        episode = np.take_along_axis(chosen, rng.integers(0, num_episodes, (num, size)), 1)
        time = rng.integers(0, times, (num, size))
        obs = torch.from_numpy(dataset.obs[policy, episode, time])
        action = torch.from_numpy(dataset.action[policy, episode, time])
        latents.append(atlas.representation.encode(obs, action)[0].double().numpy())
    return np.stack(latents)
