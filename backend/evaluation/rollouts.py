"""Measured returns of decoded latents, the judge of every study."""

from collections.abc import Sequence

import numpy as np

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.policies.policy import Policy, Sampled
from backend.population.population import member_policy
from backend.rollouts.simulate import simulate_many


def decoded_returns(
    atlas: Atlas, z: Float[Array, "policy latent"], seeds: Int[Array, "policy episode"], *,
    noise: np.random.Generator | None = None,
) -> Float[Array, "policy episode objective"]:  # fmt: skip
    """Measured returns of decoded latents, each on its own seeds; ``noise`` adds the decoder's."""
    decoded = atlas.decode(np.repeat(z, seeds.shape[1], 0))
    policy: Policy = decoded if noise is None else Sampled(decoded, noise)
    returns = simulate_many(atlas.spec, policy, seeds.ravel().tolist()).returns
    return returns.reshape(*seeds.shape, -1)


def source_returns(
    atlas: Atlas, rows: Int[Array, "policy"], seeds: Int[Array, "policy episode"]
) -> Float[Array, "policy episode objective"]:
    """The same for existing policies, run by their own networks."""
    population, num_episodes = atlas.population, seeds.shape[1]
    members = [population.members[row] for row in rows.tolist()]
    networks = np.array([member.network for member in members])
    returns = np.empty((*seeds.shape, atlas.spec.num_objectives))
    for network in np.unique(networks):
        some = np.flatnonzero(networks == network)
        repeated = [members[k] for k in np.repeat(some, num_episodes)]
        policy = member_policy(population.networks[str(network)], repeated)
        measured = simulate_many(atlas.spec, policy, seeds[some].ravel().tolist()).returns
        returns[some] = measured.reshape(len(some), num_episodes, -1)
    return returns


def episode_seeds(
    items: Sequence[int] | Int[Array, "item"], num_episodes: int, *, seed: int
) -> Int[Array, "item episode"]:
    """Every item's own seeds, which neither training nor correction uses.

    Policies fall from some initial states and not from others: on shared ones all items would
    share one draw of luck, which no interval could tell.
    """
    return np.stack([
        np.random.default_rng([seed, 101, item]).integers(0, 2**31, num_episodes)
        for item in np.asarray(items).tolist()
    ])  # fmt: skip
