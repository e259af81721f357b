"""Verification by rollouts, and correction of the aim by the error that rollouts show.

Several near starts are steered and rolled out; then the aim is shifted by the observed error and
the best candidates are steered again, at most three rounds. Where two candidates bracket the aim
their interpolation is tried as well (regula falsi along the segment between them). A candidate is
judged by the worst of its episodes: a latent that is lucky once is not a policy.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate_many
from backend.steering.descent import DescentConfig
from backend.steering.problem import Problem
from backend.steering.solver import margin, nearest_policies, run_method


@dataclass(frozen=True, kw_only=True)
class CorrectionConfig:
    """How much is spent on verification."""

    num_rounds: int = 2
    "Correction rounds after the first verification; 0 to 3."
    num_starts: int = 6
    "Near starts steered in the first round."
    num_again: int = 3
    "Best candidates corrected in each further round."
    num_episodes: int = 3
    "Episodes every candidate is judged on."
    good_enough: float = 0.4
    "Badness (1 is the edge of success) below which a request is left alone."
    method: str = "tangent"
    "Steering method."
    descent: DescentConfig = DescentConfig()
    "Solver settings."
    seed: int = 0
    "Seed of the verifying episodes."


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """Everything tried so far; request r owns the rows where ``request == r``."""

    request: Int[Array, "start"]
    "Request each candidate answers."
    z: Float[Array, "start latent"]
    "Latent."
    measured: Float[Array, "start episode objective"]
    "Returns of its verifying episodes."
    badness: Float[Array, "start"]
    "Worst episode's badness."

    def best(self, request: int, num: int = 1) -> Int[Array, "num"]:
        """Rows of a request's best candidates, best first."""
        rows = np.flatnonzero(self.request == request)
        return rows[np.argsort(self.badness[rows], kind="stable")][:num]


Progress = Callable[[int, int, Candidates], None]


def verify_and_correct(
    atlas: Atlas,
    problem: Problem,
    config: CorrectionConfig,
    *,
    first: Float[Array, "batch latent"] | None = None,
    report: Progress = lambda *_: None,
) -> Candidates:
    """All candidates of all requests, rolled out together round by round.

    ``first`` adds one already steered answer per request to the first round.
    ``report(round, num_rounds, candidates)`` follows each round and may raise to cancel.
    """
    aim = problem.tightened(margin(atlas))
    proposals = _first_round(atlas, problem, aim, config, first)
    pool = _roll_out(atlas, problem, *proposals, config, seed=config.seed)
    report(0, config.num_rounds, pool)
    for turn in range(1, config.num_rounds + 1):
        request, z = _corrections(atlas, problem, pool, config)
        if not len(request):
            break
        tried = _roll_out(atlas, problem, request, z, config, seed=config.seed + turn)
        pool = _join(pool, tried)
        report(turn, config.num_rounds, pool)
    return pool


def _first_round(
    atlas: Atlas, problem: Problem, aim: Problem, config: CorrectionConfig, first: Array | None
) -> tuple[Array, Array]:
    """(request, z) of steers from several near starts that do not crowd one spot."""
    rows = atlas.training_rows
    ranked = rows[nearest_policies(problem, atlas.population.returns[rows], 60)]
    starts = np.array([_spread(atlas, ranking, config.num_starts) for ranking in ranked])
    request = np.repeat(np.arange(problem.num_requests), starts.shape[1])
    descent = run_method(
        atlas, aim.rows(request), atlas.z[starts.ravel()], config.method, config.descent
    )
    z = descent.path[-1]
    if first is not None:
        request, z = np.append(request, np.arange(len(first))), np.concatenate([z, first])
    return request, z


def _spread(atlas: Atlas, ranking: Int[Array, "policy"], num: int) -> list[int]:
    """The best-ranked policies that keep a spacing from one another in latent space."""
    chosen: list[int] = []
    typical = float(np.median(atlas.cloud.spacing))
    for row in ranking:
        gaps = [np.linalg.norm(atlas.z[row] - atlas.z[other]) for other in chosen]
        if all(gap > typical for gap in gaps):
            chosen.append(int(row))
        if len(chosen) == num:
            return chosen
    return (chosen + [int(row) for row in ranking if row not in chosen])[:num]


def _corrections(
    atlas: Atlas, problem: Problem, pool: Candidates, config: CorrectionConfig
) -> tuple[Array, Array]:
    """(request, z) of the next round: shifted aims, and interpolations of bracketing pairs."""
    request: list[int] = []
    rows: list[int] = []
    between: list[tuple[int, Array]] = []
    for r in range(problem.num_requests):
        best = pool.best(r, config.num_again)
        if pool.badness[best[0]] <= config.good_enough:
            continue
        request += [r] * len(best)
        rows += best.tolist()
        between += [(r, z) for z in _interpolations(problem, pool, r, config.num_again)]
    if not request:
        return np.empty(0, int), np.empty((0, atlas.z.shape[1]))
    promised = atlas.heads.predict(pool.z[rows])
    shifted = problem.rows(np.array(request)).shifted(promised - pool.measured[rows].mean(1))
    descent = run_method(atlas, shifted, pool.z[rows], config.method, config.descent)
    z = [*descent.path[-1], *(z for _, z in between)]
    return np.array([*request, *(r for r, _ in between)]), np.stack(z)


def _interpolations(problem: Problem, pool: Candidates, request: int, num: int) -> list[Array]:
    """Points between near candidates on either side of the first target."""
    rows = pool.best(request, 12)
    mean = pool.measured[rows].mean(1)
    error = problem.rows(np.full(len(rows), request)).target_error(mean)
    asked = np.flatnonzero(problem.has_target[request])
    if not len(asked):
        return []
    signed = error[:, asked[0]]
    pairs = [
        (i, j) for i in range(len(rows)) for j in range(len(rows)) if signed[i] < 0 < signed[j]
    ]
    pairs.sort(key=lambda p: float(np.linalg.norm(pool.z[rows[p[0]]] - pool.z[rows[p[1]]])))
    points = []
    for i, j in pairs[:num]:
        share = float(np.clip(signed[i] / (signed[i] - signed[j]), 0.1, 0.9))
        points.append((1 - share) * pool.z[rows[i]] + share * pool.z[rows[j]])
    return points


def _roll_out(
    atlas: Atlas, problem: Problem, request: Array, z: Array, config: CorrectionConfig, *, seed: int
) -> Candidates:
    rng = np.random.default_rng([seed, 17])
    seeds = rng.integers(0, 2**31, config.num_episodes).tolist()
    policy = atlas.decode(np.repeat(z, len(seeds), 0))
    returns = simulate_many(atlas.spec, policy, seeds * len(z)).returns
    measured = returns.reshape(len(z), len(seeds), -1)
    badness = problem.rows(request).badness(measured).max(1)
    return Candidates(request=request, z=z, measured=measured, badness=badness)


def _join(a: Candidates, b: Candidates) -> Candidates:
    return Candidates(
        request=np.concatenate([a.request, b.request]), z=np.concatenate([a.z, b.z]),
        measured=np.concatenate([a.measured, b.measured]),
        badness=np.concatenate([a.badness, b.badness]),
    )  # fmt: skip
