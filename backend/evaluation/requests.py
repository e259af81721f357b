"""Questions for the steering studies: attainable ones, and ones outside what was ever attained."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.atlas.front import pareto_front
from backend.steering.problem import Problem

NEAR = 0.05
"Policies whose first return lies within this share of its range of a target are near it."
MAX_TRIES = 10_000
FARTHEST, NUM_HALVINGS = 8.0, 50
"How far beyond the front a request is sought, in ranges, and by how many bisections."


@dataclass(frozen=True, kw_only=True)
class Questions:
    """How many requests, and their seed."""

    num_requests: int = 100
    "Requests per training seed."
    seed: int = 0
    "Seed of requests and measuring episodes."


def attainable(
    returns: Float[Array, "policy objective"], extent: Float[Array, "objective"],
    questions: Questions, *, span: tuple[float, float] | None = None,
    unmet_by: Float[Array, "kept objective"] | None = None,
) -> Problem:  # fmt: skip
    """A target on objective 0 within ``span``, a lower bound on every other that is kept nearby.

    Each bound is drawn between the worst and best return of the policies within 5 % of the target;
    bounds that no such policy keeps together are drawn again, and so are requests that returns of
    ``unmet_by`` meet within the tolerances of success.
    """
    rng = np.random.default_rng([questions.seed, 7])
    low, high = span or np.quantile(returns[:, 0], [0.02, 0.98])
    problem = nothing_asked(questions.num_requests, extent)
    row = 0
    for _ in range(MAX_TRIES):
        if row == questions.num_requests:
            return problem
        aim = rng.uniform(low, high)
        near = returns[np.abs(returns[:, 0] - aim) < NEAR * extent[0], 1:]
        if len(near) < 2:
            continue
        bounds = rng.uniform(near.min(0), near.max(0))
        asked = _better(np.array([[aim, *bounds]]), extent)
        retrievable = unmet_by is not None and met_by_any(asked, unmet_by)[0]
        if (near >= bounds).all(1).any() and not retrievable:
            problem.target[row, 0], problem.lower[row, 1:] = aim, bounds
            row += 1
    raise ValueError(f"only {row} attainable requests found in {MAX_TRIES} tries")


def outside(
    returns: Float[Array, "policy objective"], extent: Float[Array, "objective"], beyond: float,
    questions: Questions,
) -> Problem:  # fmt: skip
    """Requests that even the best policy misses by ``beyond``, a share of the range.

    From a random point of the front every objective improves, each by its own share of a random
    direction, as far as that takes: better in all at once than any policy; at 0 as good as one.
    """
    rng = np.random.default_rng([questions.seed, 11])
    shape = (questions.num_requests, len(extent))
    direction = np.abs(rng.normal(size=shape))
    direction *= extent / np.linalg.norm(direction, axis=1, keepdims=True)
    front = pareto_front(returns)
    corner = front[rng.integers(0, len(front), questions.num_requests)]
    near, far = np.zeros(len(corner)), np.full(len(corner), FARTHEST)
    for _ in range(NUM_HALVINGS):
        middle = (near + far) / 2
        short = smallest_miss(_better(corner + middle[:, None] * direction, extent), returns)
        near, far = np.where(short < beyond, middle, near), np.where(short < beyond, far, middle)
    return _better(corner + near[:, None] * direction, extent)


def met_by_any(problem: Problem, returns: Float[Array, "policy objective"]) -> Bool[Array, "batch"]:
    """Requests that some returns meet, within the tolerances of success."""
    everyone = np.broadcast_to(returns, (problem.num_requests, *returns.shape))
    return np.any(problem.badness(everyone) <= 1, axis=1)


def smallest_miss(
    problem: Problem, returns: Float[Array, "policy objective"]
) -> Float[Array, "batch"]:
    """By how much the best policy misses each request in its worst objective, share of range."""
    everyone = np.broadcast_to(returns, (problem.num_requests, *returns.shape))
    miss = np.maximum(np.abs(problem.target_error(everyone)), problem.violation(everyone))
    return miss.max(-1).min(1)


def _better(point: Float[Array, "batch objective"], extent: Float[Array, "objective"]) -> Problem:
    """Objective 0 exactly as at each point, every other at least so."""
    problem = nothing_asked(len(point), extent)
    problem.target[:, 0], problem.lower[:, 1:] = point[:, 0], point[:, 1:]
    return problem


def nothing_asked(num: int, extent: Float[Array, "objective"]) -> Problem:
    """``num`` requests with every objective free."""
    shape = (num, len(extent))
    return Problem(
        target=np.full(shape, np.nan), lower=np.full(shape, -np.inf),
        upper=np.full(shape, np.inf), extent=extent,
    )  # fmt: skip
