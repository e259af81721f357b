"""Does steering deliver? Requests answered by every method, judged by rollouts on fresh seeds."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.evaluation.reconstruction import decoded_returns
from backend.policies.policy import Policy
from backend.rollouts.simulate import simulate_many
from backend.steering.correction import CorrectionConfig, verify_and_correct
from backend.steering.descent import PAPER, DescentConfig
from backend.steering.problem import Problem
from backend.steering.solver import margin, nearest_policies, run_method


@dataclass(frozen=True, kw_only=True)
class SteeringConfig:
    """The benchmark's size."""

    num_requests: int = 100
    "Random feasible requests: a target on the first objective, a bound on the second."
    num_episodes: int = 3
    "Fresh episodes per answer."
    seed: int = 0
    "Seed of requests and episodes."


def feasible_requests(
    returns: Float[Array, "policy objective"], extent: Float[Array, "objective"],
    config: SteeringConfig, *, span: tuple[float, float] | None = None,
) -> Problem:  # fmt: skip
    """Targets on objective 0 within ``span``, bounds on objective 1 that some policy near it keeps.

    The bound is drawn between the worst and best second return seen within 5 % of that target.
    """
    rng = np.random.default_rng([config.seed, 7])
    low, high = span or np.quantile(returns[:, 0], [0.02, 0.98])
    shape = (config.num_requests, returns.shape[1])
    target, lower, upper = np.full(shape, np.nan), np.full(shape, -np.inf), np.full(shape, np.inf)
    row = 0
    while row < config.num_requests:
        aim = rng.uniform(low, high)
        near = np.abs(returns[:, 0] - aim) < 0.05 * extent[0]
        if near.sum() < 2:
            continue
        target[row, 0] = aim
        lower[row, 1] = rng.uniform(returns[near, 1].min(), returns[near, 1].max())
        row += 1
    return Problem(target=target, lower=lower, upper=upper, extent=extent)


def benchmark_inside(atlas: Atlas, config: SteeringConfig) -> dict[str, Any]:
    """Requests drawn inside the population's returns."""
    returns = atlas.population.returns[atlas.training_rows]
    return benchmark(atlas, feasible_requests(returns, atlas.returns_extent, config), config)


def benchmark_hole(atlas: Atlas, config: SteeringConfig) -> dict[str, Any]:
    """Requests inside the band whose policies the atlas never saw: synthesis, not retrieval.

    The bounds come from the removed policies, so each request is known to be attainable.
    """
    inside = atlas.population.returns[~atlas.population.is_training]
    span = (float(inside[:, 0].min()), float(inside[:, 0].max()))
    problem = feasible_requests(atlas.population.returns, atlas.returns_extent, config, span=span)
    return {
        "removed_from": span[0],
        "removed_to": span[1],
        "removed_percent_of_range": 100 * (span[1] - span[0]) / float(atlas.returns_extent[0]),
        "num_removed": len(inside),
        "methods": benchmark(atlas, problem, config),
    }


def benchmark(atlas: Atlas, problem: Problem, config: SteeringConfig) -> dict[str, Any]:
    """Every method's row of the table: predicted feasibility apart from measured success."""
    rows = atlas.training_rows
    nearest = rows[nearest_policies(problem, atlas.population.returns[rows])[:, 0]]
    random = np.random.default_rng([config.seed, 8]).choice(rows, problem.num_requests)
    table: dict[str, Any] = {}
    descent = DescentConfig()
    free = replace(descent, project=False)
    with_margin = problem.tightened(margin(atlas))
    for name, aim, start, method, settings in (
        ("paper: tangent, random start", problem, random, "tangent", PAPER),
        (
            "paper: no projection, random start",
            problem,
            random,
            "free",
            replace(PAPER, project=False),
        ),
        ("tangent, near start", problem, nearest, "tangent", descent),
        ("tangent, near start, margin", with_margin, nearest, "tangent", descent),
        ("free, near start", problem, nearest, "free", free),
        ("closed form, near start", problem, nearest, "closed-form", descent),
        ("closed form, random start", problem, random, "closed-form", descent),
        ("nearest policy, decoded", problem, nearest, "nearest", descent),
    ):
        began = time.process_time()
        result = run_method(atlas, aim, atlas.z[start], method, settings)
        seconds = time.process_time() - began
        answer = result.path[-1]
        table[name] = {
            "predicted_feasible": float(result.feasible.mean()),
            **score_latents(atlas, problem, answer, config),
            "mean_steps": float(result.num_steps.mean()),
            "mean_distance_to_data": float(atlas.cloud.distance(answer).mean()),
            "cpu_ms_per_request": 1000 * seconds / problem.num_requests,
        }
    table["nearest policy, its own network"] = _nearest_networks(atlas, problem, nearest, config)
    first = run_method(atlas, with_margin, atlas.z[nearest], "tangent", descent).path[-1]
    for rounds in (0, 2):
        correction = CorrectionConfig(num_rounds=rounds, seed=config.seed + 1)
        pool = verify_and_correct(atlas, problem, correction, first=first)
        best = np.array([pool.answer(r) for r in range(problem.num_requests)])
        table[f"verified, {rounds} corrections (the app's default is 2)"] = {
            **score_latents(atlas, problem, pool.z[best], config),
            "mean_distance_to_data": float(atlas.cloud.distance(pool.z[best]).mean()),
            "rollouts_per_request": float(pool.num_episodes.sum()) / problem.num_requests,
        }
    return table


def score_latents(
    atlas: Atlas, problem: Problem, z: Float[Array, "batch latent"], config: SteeringConfig
) -> dict[str, float]:
    """Measured success of decoded answers on seeds that nothing else used."""
    returns = decoded_returns(atlas, z, num_episodes=config.num_episodes, seed=config.seed + 500)
    return score(problem, returns.mean(1))


def score(problem: Problem, returns: Float[Array, "batch objective"]) -> dict[str, float]:
    """Shares of requests met, and errors as percentages of the range."""
    error = np.abs(problem.target_error(returns)).max(1)
    violation = problem.violation(returns).max(1)
    return {
        "s5": float(((error <= 0.05) & (violation <= 0.02)).mean()),
        "s10": float(((error <= 0.10) & (violation <= 0.10)).mean()),
        "s5_loose_bound": float(((error <= 0.05) & (violation <= 0.05)).mean()),
        "count_s5": int(((error <= 0.05) & (violation <= 0.02)).sum()),
        "mean_target_error_percent": float(100 * error.mean()),
        "median_target_error_percent": float(100 * np.median(error)),
        "mean_violation_percent": float(100 * violation.mean()),
    }


def _nearest_networks(
    atlas: Atlas, problem: Problem, nearest: Array, config: SteeringConfig
) -> dict[str, float]:
    """The nearest training policies, run with their own networks on the same fresh seeds."""
    seeds = np.random.default_rng([config.seed + 500, 101]).integers(0, 2**31, config.num_episodes)
    measured: dict[int, Array] = {}
    for row in sorted(set(nearest.tolist())):
        policy: Policy = atlas.population.actor(row)
        measured[row] = simulate_many(atlas.spec, policy, seeds.tolist()).returns.mean(0)
    return score(problem, np.stack([measured[int(row)] for row in nearest]))
