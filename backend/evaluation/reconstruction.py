"""Do decoded policies do what their sources do? Measured by rollouts."""

from typing import Any

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate_many


def decoded_returns(
    atlas: Atlas, z: Float[Array, "policy latent"], *, num_episodes: int, seed: int
) -> Float[Array, "policy episode objective"]:
    """Measured returns of decoded latents on fresh seeds."""
    seeds = np.random.default_rng([seed, 101]).integers(0, 2**31, num_episodes).tolist()
    policy = atlas.decode(np.repeat(z, num_episodes, 0))
    returns = simulate_many(atlas.spec, policy, seeds * len(z)).returns
    return returns.reshape(len(z), num_episodes, -1)


def reconstruction(atlas: Atlas, *, num_episodes: int = 3, seed: int = 0) -> dict[str, Any]:
    """Held-out policies: |decoded − source| per objective, as a share of range and relatively."""
    rows = np.flatnonzero(~atlas.population.is_training)
    source = atlas.population.returns[rows]
    measured = decoded_returns(atlas, atlas.z[rows], num_episodes=num_episodes, seed=seed).mean(1)
    gap = np.abs(measured - source)
    share = 100 * gap / atlas.returns_extent
    relative = 100 * gap / np.maximum(np.abs(source), 1e-9)
    reasons = atlas.population.held_out[rows]
    return {
        "num_policies": len(rows),
        "num_episodes": num_episodes,
        "per_objective": {
            name: {
                "mean_percent_of_range": float(share[:, i].mean()),
                "median_percent_of_range": float(np.median(share[:, i])),
                "p90_percent_of_range": float(np.quantile(share[:, i], 0.9)),
                "mean_relative_percent": float(relative[:, i].mean()),
                "median_relative_percent": float(np.median(relative[:, i])),
            }
            for i, name in enumerate(atlas.spec.objective_names)
        },
        "within_5_percent_on_all": float((share <= 5).all(1).mean()),
        "within_10_percent_on_all": float((share <= 10).all(1).mean()),
        "by_hold_out": {
            reason: {
                "num_policies": int((reasons == reason).sum()),
                "median_percent_of_range": np.median(share[reasons == reason], 0).tolist(),
                "within_5_percent_on_all": float((share[reasons == reason] <= 5).all(1).mean()),
            }
            for reason in sorted(set(reasons.tolist()))
        },
    }
