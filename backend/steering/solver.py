"""From a request to a path: choose the start, run the method, say how it ended."""

import time
from dataclasses import replace

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.steering.closed_form import closed_form
from backend.steering.descent import Descent, DescentConfig, descend
from backend.steering.problem import BOUND_TOLERANCE, TARGET_TOLERANCE, Problem, pose
from backend.steering.request import Outcome, SteerRequest, SteerResult, check_request

MAX_DISTANCE = 3.0
"Answers farther from the data than this many local spacings count as off the manifold."


def nearest_policies(
    problem: Problem, returns: Float[Array, "policy objective"], num: int = 1
) -> Array:
    """Rows of ``returns`` that suit each request best, best first: [batch, num].

    Judged by the miss on every goal; ties (a pure bound is met by many) go to the first row.
    """
    repeated = np.broadcast_to(returns, (problem.num_requests, *returns.shape))
    return np.argsort(problem.badness(repeated), axis=1, kind="stable")[:, :num]


def solve(atlas: Atlas, request: SteerRequest, *, device: str = "cpu") -> SteerResult:
    """Steer one request. Raises what ``check_request`` raises."""
    check_request(request, atlas)
    began = time.perf_counter()
    problem = pose([request], atlas)
    rows = atlas.training_rows
    nearest = int(rows[nearest_policies(problem, atlas.population.returns[rows])[0, 0]])
    start_id, start = _start(atlas, request, nearest)
    aim = problem.tightened(margin(atlas)) if request.margin else problem
    config = descent_of(request)
    descent = run_method(atlas, aim, start[None], request.method, config, device=device)
    last = int(descent.num_steps[0])
    path = descent.path[: last + 1, 0]
    predicted = atlas.heads.predict(path)
    distance = atlas.cloud.distance(path)
    names = atlas.spec.objective_names
    outcome, reason = explain(problem, descent, predicted[-1], float(distance[-1]), names)
    return SteerResult(
        outcome=outcome,
        reason=reason,
        start_id=start_id,
        nearest_id=atlas.population.ids[nearest],
        path=path,
        predicted=predicted,
        multipliers=descent.multipliers[: last + 1, 0],
        distance_to_data=distance,
        seconds=time.perf_counter() - began,
    )


def descent_of(request: SteerRequest) -> DescentConfig:
    """Solver settings that a request chooses; its verification keeps to them too."""
    return DescentConfig(max_steps=request.max_steps, project=request.projection)


def _start(
    atlas: Atlas, request: SteerRequest, nearest: int
) -> tuple[str | None, Float[Array, "latent"]]:
    """Policy id (None for a given z) and latent that a request starts from."""
    if isinstance(request.start, tuple):
        return None, np.array(request.start)
    row = nearest if request.start is None else atlas.population.row(request.start)
    return atlas.population.ids[row], atlas.z[row]


def run_method(
    atlas: Atlas, problem: Problem, start: Float[Array, "batch latent"], method: str,
    config: DescentConfig, *, device: str = "cpu",
) -> Descent:  # fmt: skip
    """Every method behind one interface, as a descent (the closed form takes one step)."""
    if method in ("tangent", "free"):
        config = replace(config, project=config.project if method == "tangent" else 0.0)
        return descend(problem, start, atlas.heads, atlas.items, config, device=device)
    end = start if method == "nearest" else closed_form(problem, start, atlas.heads)
    steps = 0 if method == "nearest" else 1
    path = np.stack([start, end])[: steps + 1]
    met = problem.badness(atlas.heads.predict(end)) <= 1
    shape = (len(path), len(start), atlas.spec.num_objectives)
    return Descent(
        path=path, multipliers=np.zeros(shape), num_steps=np.full(len(start), steps),
        feasible=met, stalled=~met,
    )  # fmt: skip


def margin(atlas: Atlas) -> Float[Array, "objective"]:
    """Root-mean-square error of the value heads on the training policies, in return units."""
    error = (atlas.predicted - atlas.population.returns)[atlas.training_rows]
    return np.sqrt((error**2).mean(0))


def explain(
    problem: Problem, descent: Descent, predicted: Float[Array, "objective"], distance: float,
    names: tuple[str, ...],
) -> tuple[Outcome, str]:  # fmt: skip
    """The outcome of the first row of a descent, and a sentence saying why."""
    steps = int(descent.num_steps[0])
    where = f"{distance:.1f} spacings from the data"
    met = bool(descent.feasible[0]) or float(problem.badness(predicted[None])[0]) <= 1
    if met and distance > MAX_DISTANCE:
        return (
            "left manifold",
            f"Predictions meet the goals after {steps} steps, but {where}: expect a surprise.",
        )
    if met:
        return "reached", f"Predicted to meet the goals after {steps} steps, {where}."
    error = np.abs(problem.target_error(predicted[None])[0])
    short = problem.violation(predicted[None])[0]
    worst = int(np.maximum(error / TARGET_TOLERANCE, short / BOUND_TOLERANCE).argmax())
    miss = max(error[worst], short[worst])
    gap = f"{names[worst]} is still {100 * miss:.0f} % of its range away"
    if descent.stalled[0]:
        return "infeasible", f"No progress left: {gap}. Relax one goal or start elsewhere."
    return "out of steps", f"{gap} after {steps} steps. Allow more steps."
