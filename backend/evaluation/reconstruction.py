"""Do decoded policies do what their sources do? Held-out policies, measured by rollouts."""

import numpy as np

from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Rows
from backend.evaluation.rollouts import decoded_returns, episode_seeds

MODES = ("deterministic", "stochastic")
"Mean actions, and actions with the decoder's own noise."


def reconstruction(atlas: Atlas, *, num_episodes: int = 3, seed: int = 0) -> Rows:
    """One row per held-out policy, mode and objective.

    ``deterministic`` compares mean actions with mean actions, ``stochastic`` the decoder's own
    noise with the source's own noise.
    """
    rows = np.flatnonzero(~atlas.population.is_training)
    population = atlas.population
    seeds = episode_seeds(rows, num_episodes, seed=seed)
    result: Rows = []
    for mode, sources in zip(MODES, (population.returns, population.noisy_returns), strict=True):
        noise = np.random.default_rng([seed, 102]) if mode == "stochastic" else None
        decoded = decoded_returns(atlas, atlas.z[rows], seeds, noise=noise)
        for k, row in enumerate(rows.tolist()):
            for i, objective in enumerate(atlas.spec.objective_names):
                source, mean = float(sources[row, i]), float(decoded[k, :, i].mean())
                result.append({
                    "policy": population.ids[row], "row": row,
                    "held_out": str(population.held_out[row]), "mode": mode, "objective": objective,
                    "source": source, "decoded": mean, "decoded_std": float(decoded[k, :, i].std()),
                    "percent_of_range": 100 * abs(mean - source) / float(atlas.returns_extent[i]),
                    "relative_percent": 100 * abs(mean - source) / max(abs(source), 1e-9),
                })  # fmt: skip
    return result
