"""States that random policies visit: where behaviour is compared when no box of states is real.

Most corners of a robot's state box can never be reached, so states come from rollouts of random
policies, spread a little by noise.
"""

from functools import lru_cache

import numpy as np
import torch

from backend.arrays import Float, Tensor
from backend.compression.shape import Box, GeneratedPolicy, PolicyShape
from backend.envs.spec import EnvSpec
from backend.rollouts.simulate import simulate_many

NUM_POLICIES = 128
"Random policies rolled out, one episode each."
EVERY = 5
"Control steps between two states that are kept."
NOISE = 0.1
"Standard deviation of what is added, as a share of each observation's own."
SEED = 20_250_922
SETTINGS = (NUM_POLICIES, EVERY, NOISE, SEED)
"All that decides which states these are."


def visited(
    spec: EnvSpec, shape: PolicyShape, box: Box, num: int, generator: torch.Generator
) -> Float[Tensor, "state obs"]:
    """States drawn from those visited, normalised, with noise."""
    states, spread = _rollouts(spec, shape, box)
    rows = torch.randint(len(states), (num,), generator=generator)
    return states[rows] + NOISE * spread * torch.randn(num, states.shape[1], generator=generator)


@lru_cache(maxsize=8)
def _rollouts(spec: EnvSpec, shape: PolicyShape, box: Box) -> tuple[Tensor, Tensor]:
    """(all states kept, standard deviation of each observation): always the same."""
    policy = GeneratedPolicy(shape, shape.draw(NUM_POLICIES, SEED), box)
    seeds = np.random.default_rng(SEED).integers(0, 2**31, NUM_POLICIES).tolist()
    kept = simulate_many(spec, policy, seeds, kept_steps=range(0, spec.horizon, EVERY))
    states = torch.from_numpy(box.normalise(kept.obs.reshape(-1, spec.obs_dim)))
    return states, states.std(0)
