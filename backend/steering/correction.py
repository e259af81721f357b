"""Verification by rollouts, and correction of the aim by the error that rollouts show.

A single shot that proves itself is kept. Otherwise several near starts are steered and rolled out,
beside the nearest ones as they are. Then the aim is shifted by the observed error and the best
candidates are steered again, at most three rounds. Where two candidates bracket the aim their
interpolation is tried as well (regula falsi along the segment between them). The leaders of each
round are confirmed on more episodes before they may win: whether a bistable latent succeeds depends
on where an episode starts, and one that is lucky three times is not a policy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from backend.arrays import Array, Float, Int
from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate_many
from backend.steering.candidates import Candidates, episode_badness
from backend.steering.descent import DescentConfig
from backend.steering.problem import Problem
from backend.steering.solver import margin, nearest_policies, run_method


@dataclass(frozen=True, kw_only=True)
class CorrectionConfig:
    """How much is spent on verification."""

    num_rounds: int = 2
    "Correction rounds after the first verification; 0 to 3."
    num_starts: int = 6
    "Near starts steered in the first round; 0 leaves only the answer that was given."
    num_plain: int = 3
    "Of these, the nearest that are tried unsteered too: the decoder knows them best."
    num_again: int = 3
    "Best candidates corrected in each further round."
    num_episodes: int = 3
    "Episodes every candidate is judged on."
    num_leaders: int = 2
    "Best candidates of each round that are confirmed."
    num_confirming: int = 12
    "Further episodes of each leader."
    good_enough: float = 0.3
    "Badness (1 is the edge of success) of a confirmed answer that ends the search."
    method: str = "tangent"
    "Steering method."
    descent: DescentConfig = DescentConfig()
    "Solver settings."
    margin: bool = True
    "Tighten bounds by one root-mean-square error of the value heads where near starts are steered."
    seed: int = 0
    "Seed of the verifying episodes."


Progress = Callable[[int, int, Candidates], None]


class _Tried(NamedTuple):
    """Latents to roll out."""

    request: Int[Array, "start"]
    z: Float[Array, "start latent"]
    num_steps: Int[Array, "start"]


def verify_and_correct(
    atlas: Atlas,
    problem: Problem,
    config: CorrectionConfig,
    *,
    first: Float[Array, "batch latent"] | None = None,
    report: Progress = lambda *_: None,
) -> Candidates:
    """All candidates of all requests, rolled out together round by round.

    ``first`` gives one already steered answer per request; where it proves good, nothing else is
    tried. ``report(round, num_rounds, candidates)`` follows each round and may raise to cancel.
    """
    pool = _first_round(atlas, problem, config, first)
    for turn in range(config.num_rounds + 1):
        if turn:
            tried = _corrections(atlas, problem, pool, config)
            pool = pool.join(_roll_out(atlas, problem, tried, config, turn=turn))
        leaders = _leaders(problem, pool, config)
        pool = _confirm(atlas, problem, pool, leaders, config, turn=turn)
        report(turn, config.num_rounds, pool)
        if not len(_open_requests(problem, pool, config)):
            break
    return pool


def _open_requests(problem: Problem, pool: Candidates, config: CorrectionConfig) -> list[int]:
    """Requests without a confirmed, good answer."""
    answers = [pool.answer(r) for r in range(problem.num_requests)]
    return [
        r
        for r, row in enumerate(answers)
        if not (pool.confirmed[row] and pool.badness[row] <= config.good_enough)
    ]


def _first_round(
    atlas: Atlas, problem: Problem, config: CorrectionConfig, first: Array | None
) -> Candidates:
    """The given answers; and where they are not confirmed at once, steers from near starts."""
    everyone = np.arange(problem.num_requests)
    if first is None:
        return _roll_out(atlas, problem, _steers(atlas, problem, everyone, config), config, turn=0)
    given = _Tried(everyone, first, np.zeros(len(first), int))
    pool = _roll_out(atlas, problem, given, config, turn=0, single_shot=True)
    promising = np.flatnonzero(pool.badness <= config.good_enough)
    pool = _confirm(atlas, problem, pool, promising, config, turn=0)
    still_open = np.array(_open_requests(problem, pool, config), int)
    if not (config.num_starts and len(still_open)):
        return pool
    tried = _steers(atlas, problem, still_open, config)
    return pool.join(_roll_out(atlas, problem, tried, config, turn=0))


def _steers(
    atlas: Atlas, problem: Problem, requests: Int[Array, "request"], config: CorrectionConfig
) -> _Tried:
    """Near starts that do not crowd one spot, steered, the first few plain too."""
    rows = atlas.training_rows
    ranking = nearest_policies(problem.rows(requests), atlas.population.returns[rows], 60)
    starts = np.array([_spread(atlas, ranked, config.num_starts) for ranked in rows[ranking]])
    request = np.repeat(requests, starts.shape[1])
    aim = (problem.tightened(margin(atlas)) if config.margin else problem).rows(request)
    descent = run_method(atlas, aim, atlas.z[starts.ravel()], config.method, config.descent)
    plain = starts[:, : config.num_plain]
    return _Tried(
        np.concatenate([request, np.repeat(requests, plain.shape[1])]),
        np.concatenate([descent.path[-1], atlas.z[plain.ravel()]]),
        np.concatenate([descent.num_steps, np.zeros(plain.size, int)]),
    )


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
) -> _Tried:
    """The next round: shifted aims, and interpolations of bracketing pairs."""
    best = [(r, pool.best(r, config.num_again)) for r in _open_requests(problem, pool, config)]
    request = np.concatenate([np.full(len(rows), r) for r, rows in best])
    rows = np.concatenate([rows for _, rows in best])
    between = [(r, z) for r, _ in best for z in _interpolations(problem, pool, r, config.num_again)]
    promised = atlas.heads.predict(pool.z[rows])
    shifted = problem.rows(request).shifted(promised - pool.mean[rows])
    descent = run_method(atlas, shifted, pool.z[rows], config.method, config.descent)
    return _Tried(
        np.array([*request, *(r for r, _ in between)]),
        np.stack([*descent.path[-1], *(point for _, point in between)]),
        np.concatenate([descent.num_steps, np.zeros(len(between), int)]),
    )


def _interpolations(problem: Problem, pool: Candidates, request: int, num: int) -> list[Array]:
    """Points between near candidates on either side of the first target."""
    asked = np.flatnonzero(problem.has_target[request])
    if not len(asked):
        return []
    rows = pool.best(request, 12)
    error = problem.rows(np.full(len(rows), request)).target_error(pool.mean[rows])
    signed = error[:, asked[0]]
    pairs = [(i, j) for i in np.flatnonzero(signed < 0) for j in np.flatnonzero(signed > 0)]
    pairs.sort(
        key=lambda pair: float(np.linalg.norm(pool.z[rows[pair[0]]] - pool.z[rows[pair[1]]]))
    )
    points = []
    for i, j in pairs[:num]:
        share = float(np.clip(signed[i] / (signed[i] - signed[j]), 0.1, 0.9))
        points.append((1 - share) * pool.z[rows[i]] + share * pool.z[rows[j]])
    return points


def _roll_out(
    atlas: Atlas, problem: Problem, tried: _Tried, config: CorrectionConfig, *, turn: int,
    single_shot: bool = False,
) -> Candidates:  # fmt: skip
    request, z, num_steps = tried
    seeds = np.random.default_rng([config.seed, turn, 17]).integers(0, 2**31, config.num_episodes)
    measured = _episodes(atlas, z, seeds.tolist())
    return Candidates(
        request=request, z=z, mean=measured.mean(1), single_shot=np.full(len(z), single_shot),
        badness=episode_badness(problem.rows(request).badness(measured)),
        num_episodes=np.full(len(z), config.num_episodes), num_steps=num_steps,
        confirmed=np.zeros(len(z), bool),
    )  # fmt: skip


def _leaders(problem: Problem, pool: Candidates, config: CorrectionConfig) -> Int[Array, "leader"]:
    """The best candidates of each open request that were not confirmed yet."""
    leaders: list[int] = []
    for r in _open_requests(problem, pool, config):
        rows = {pool.answer(r), *pool.best(r, config.num_leaders).tolist()}
        leaders += [row for row in sorted(rows) if not pool.confirmed[row]]
    return np.array(leaders, int)


def _confirm(
    atlas: Atlas, problem: Problem, pool: Candidates, rows: Int[Array, "leader"],
    config: CorrectionConfig, *, turn: int,
) -> Candidates:  # fmt: skip
    """More episodes for some candidates, so that luck does not win."""
    if not len(rows):
        return pool
    seeds = np.random.default_rng([config.seed, turn, 29]).integers(0, 2**31, config.num_confirming)
    measured = _episodes(atlas, pool.z[rows], seeds.tolist())
    badness = episode_badness(problem.rows(pool.request[rows]).badness(measured))
    return pool.confirm(rows, measured.mean(1), badness, config.num_confirming)


def _episodes(
    atlas: Atlas, z: Float[Array, "start latent"], seeds: list[int]
) -> Float[Array, "start episode objective"]:
    policy = atlas.decode(np.repeat(z, len(seeds), 0))
    returns = simulate_many(atlas.spec, policy, seeds * len(z)).returns
    return returns.reshape(len(z), len(seeds), -1)
