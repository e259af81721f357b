"""Measured returns of decoded latents, the judge of every study."""

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.policies.policy import Policy, Sampled
from backend.rollouts.simulate import simulate_many


def decoded_returns(
    atlas: Atlas, z: Float[Array, "policy latent"], *, num_episodes: int, seed: int,
    noisy: bool = False,
) -> Float[Array, "policy episode objective"]:  # fmt: skip
    """Measured returns of decoded latents on fresh seeds; ``noisy`` adds the decoder's noise."""
    seeds = episode_seeds(num_episodes, seed)
    decoded = atlas.decode(np.repeat(z, num_episodes, 0))
    policy: Policy = Sampled(decoded, np.random.default_rng([seed, 102])) if noisy else decoded
    returns = simulate_many(atlas.spec, policy, seeds * len(z)).returns
    return returns.reshape(len(z), num_episodes, -1)


def source_returns(
    atlas: Atlas, rows: Array, *, num_episodes: int, seed: int
) -> Float[Array, "policy episode objective"]:
    """The same for existing policies run with their own networks, on the same seeds."""
    seeds = episode_seeds(num_episodes, seed)
    measured = {
        row: simulate_many(atlas.spec, atlas.population.actor(row), seeds).returns
        for row in sorted(set(rows.tolist()))
    }
    return np.stack([measured[row] for row in rows.tolist()])


def episode_seeds(num_episodes: int, seed: int) -> list[int]:
    """Seeds that neither training nor correction uses."""
    return np.random.default_rng([seed, 101]).integers(0, 2**31, num_episodes).tolist()
