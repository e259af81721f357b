"""What the façade answers with: a path, a measurement, a verified policy."""

import time
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue
from backend.rollouts.simulate import simulate_many
from backend.steering.candidates import Candidates
from backend.steering.problem import Problem
from backend.steering.request import SteerResult

MAX_EPISODES = 100


@dataclass(frozen=True, kw_only=True)
class SteerAnswer:
    """A solver's path with its places on every map."""

    result: SteerResult
    places: dict[str, Float[Array, "step xy"]]
    nearest_returns: Float[Array, "objective"]
    "Measured returns of the nearest existing policy."


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Returns of some episodes of one policy."""

    episodes: Float[Array, "episode objective"]
    seconds: float
    "Wall time of the rollouts."

    @property
    def mean(self) -> Float[Array, "objective"]:
        """Mean over episodes."""
        return self.episodes.mean(0)

    @property
    def std(self) -> Float[Array, "objective"]:
        """Standard deviation over episodes."""
        return self.episodes.std(0)


@dataclass(frozen=True, kw_only=True)
class VerifiedAnswer:
    """The best candidate by rollouts, and what fresh episodes say of it."""

    z: Float[Array, "latent"]
    corrected: bool
    "Whether it differs from the solver's single shot."
    num_candidates: int
    "Latents rolled out on the way."
    predicted: Float[Array, "objective"]
    "Value heads at the verified latent."
    measured: Measured
    "Fresh seeds: not those the candidate was chosen on."
    success: bool
    "Within 5 % of range on targets and 2 % on bounds, by the fresh mean."
    distance_to_data: float
    places: dict[str, Float[Array, "one xy"]]


def measure(atlas: Atlas, z: Float[Array, "latent"], *, num_episodes: int, seed: int) -> Measured:
    """Fresh episodes of a decoded latent. Raises InvalidValue for too few or too many."""
    if not 1 <= num_episodes <= MAX_EPISODES:
        raise InvalidValue("episodes", num_episodes, f"a whole number from 1 to {MAX_EPISODES}")
    began = time.perf_counter()
    seeds = np.random.default_rng([seed, 909]).integers(0, 2**31, num_episodes).tolist()
    policy = atlas.decode(np.repeat(z[None], num_episodes, 0))
    returns = simulate_many(atlas.spec, policy, seeds).returns
    return Measured(episodes=returns, seconds=time.perf_counter() - began)


def verified_answer(
    atlas: Atlas, problem: Problem, pool: Candidates, shot: Float[Array, "latent"], *,
    num_episodes: int, seed: int,
) -> VerifiedAnswer:  # fmt: skip
    """The best of the candidates for a one-row problem, measured afresh; ``shot`` was the first."""
    best = pool.z[pool.answer(0)]
    measured = measure(atlas, best, num_episodes=num_episodes, seed=seed)
    return VerifiedAnswer(
        z=best, corrected=bool(np.abs(best - shot).max() > 1e-9), num_candidates=len(pool.z),
        predicted=atlas.heads.predict(best), measured=measured,
        success=bool(problem.badness(measured.mean[None])[0] <= 1),
        distance_to_data=float(atlas.cloud.distance(best[None])[0]),
        places={key: atlas.place(key, best[None]) for key in atlas.maps},
    )  # fmt: skip
