"""From a request to a path, on the shipped atlas."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue
from backend.steering.descent import DescentConfig
from backend.steering.problem import pose
from backend.steering.request import METHODS, Goal, SteerRequest, SteerResult
from backend.steering.solver import (
    MAX_DISTANCE,
    explain,
    margin,
    nearest_policies,
    run_method,
    solve,
)
from tests.toys import problem

NAN, INF = np.nan, np.inf


def asking(atlas: Atlas, share: float = 0.6, **fields: Any) -> SteerRequest:
    """A speed at a share of the range, and half the energy bound."""
    low, extent = atlas.returns_low, atlas.returns_extent
    goals = {
        "forward": Goal(mode="target", value=float(low[0] + share * extent[0])),
        "energy": Goal(mode="at least", value=float(low[1] + 0.3 * extent[1])),
    }
    return SteerRequest(**{"goals": goals, **fields})


@pytest.fixture(scope="module")
def answers(atlas: Atlas) -> dict[str, SteerResult]:
    """One answer per method."""
    return {method: solve(atlas, asking(atlas, method=method)) for method in METHODS}


@pytest.mark.parametrize("method", METHODS)
def test_paths_begin_at_the_start_and_their_columns_agree(
    atlas: Atlas, answers: dict[str, SteerResult], method: str
) -> None:
    result = answers[method]
    start = atlas.population.row(result.start_id)
    np.testing.assert_allclose(result.path[0], atlas.z[start], atol=1e-12)
    np.testing.assert_array_equal(result.z, result.path[-1])
    num = result.num_steps + 1
    assert result.path.shape == (num, atlas.z.shape[1])
    assert result.predicted.shape == result.multipliers.shape == (num, 2)
    assert result.distance_to_data.shape == (num,)
    np.testing.assert_allclose(result.predicted, atlas.heads.predict(result.path))
    np.testing.assert_allclose(result.distance_to_data, atlas.cloud.distance(result.path))
    assert result.seconds > 0


@pytest.mark.parametrize("method", ["tangent", "free", "closed-form"])
def test_a_modest_request_is_reached(
    atlas: Atlas, answers: dict[str, SteerResult], method: str
) -> None:
    result = answers[method]
    assert result.outcome == "reached", result.reason
    asked = pose([asking(atlas)], atlas)
    assert asked.badness(result.predicted[[-1]])[0] <= 1
    assert "spacings from the data" in result.reason


def test_nearest_takes_no_step_and_closed_form_takes_one(answers: dict[str, SteerResult]) -> None:
    assert answers["nearest"].num_steps == 0
    assert answers["closed-form"].num_steps == 1


def test_without_a_start_the_nearest_training_policy_is_taken(
    atlas: Atlas, answers: dict[str, SteerResult]
) -> None:
    result = answers["tangent"]
    assert result.start_id == result.nearest_id
    row = atlas.population.row(result.nearest_id)
    assert row in atlas.training_rows
    badness = [
        pose([asking(atlas)], atlas).badness(atlas.population.returns[[r]])[0]
        for r in atlas.training_rows
    ]
    chosen = badness[atlas.training_rows.tolist().index(row)]
    assert chosen == min(badness)


def test_the_start_asked_for_is_the_start_taken(atlas: Atlas) -> None:
    start = atlas.population.ids[int(np.flatnonzero(~atlas.population.is_training)[0])]
    result = solve(atlas, asking(atlas, start=start))
    assert result.start_id == start != result.nearest_id


def test_same_request_same_answer(atlas: Atlas, answers: dict[str, SteerResult]) -> None:
    again = solve(atlas, asking(atlas))
    np.testing.assert_array_equal(again.path, answers["tangent"].path)


def test_margin_keeps_away_from_the_bound(atlas: Atlas) -> None:
    """With a bound that is in the way, the answer keeps one head error more from it."""
    energy = {"energy": Goal(mode="at least", value=float(atlas.returns_high[1] - 600))}
    start = atlas.population.ids[int(atlas.population.returns[:, 1].argmin())]
    close, careful = (
        solve(atlas, SteerRequest(goals=energy, margin=m, start=start, method="closed-form"))
        for m in (False, True)
    )
    apart = careful.predicted[-1, 1] - close.predicted[-1, 1]
    assert apart == pytest.approx(margin(atlas)[1], rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_the_impossible_is_never_reached(atlas: Atlas, method: Any) -> None:
    """As fast as the fastest for as little as the laziest."""
    high = atlas.returns_high
    goals = {
        "forward": Goal(mode="target", value=float(high[0])),
        "energy": Goal(mode="at least", value=float(high[1])),
    }
    result = solve(atlas, SteerRequest(goals=goals, method=method))
    if method in ("tangent", "nearest"):
        assert result.outcome in ("infeasible", "out of steps"), result.reason
        assert "% of its range away" in result.reason
    else:
        # affine heads promise anything: it is the distance that gives the lie away
        assert result.outcome in ("left manifold", "infeasible", "out of steps"), result.reason


def test_too_few_steps_are_named_as_the_reason(atlas: Atlas) -> None:
    slow = atlas.population.ids[int(atlas.population.returns[:, 0].argmin())]
    result = solve(atlas, asking(atlas, share=0.9, start=slow, max_steps=2))
    assert result.outcome == "out of steps"
    assert "after 2 steps" in result.reason
    assert result.num_steps == 2


@pytest.mark.parametrize("method", ["free", "closed-form"])
def test_an_answer_far_from_the_data_is_called_so(atlas: Atlas, method: Any) -> None:
    """A held-out policy moved far away: the heads still promise, the distance warns."""
    row = int(np.flatnonzero(~atlas.population.is_training)[0])
    z = atlas.z.copy()
    _, _, directions = np.linalg.svd(atlas.heads.weight)
    z[row] += 100 * directions[-1]  # what no head looks at, so no gradient leads back
    lost = replace(atlas, z=z)
    result = solve(
        lost, asking(atlas, start=atlas.population.ids[row], method=method, margin=False)
    )
    assert result.distance_to_data.min() > MAX_DISTANCE
    assert result.outcome == "left manifold"
    assert f"{result.distance_to_data[-1]:.1f} spacings from the data" in result.reason


def test_requests_are_checked(atlas: Atlas) -> None:
    with pytest.raises(InvalidValue):
        solve(atlas, SteerRequest(goals={"forward": Goal(mode="target", value=1e9)}))


def test_nearest_policies_pick_the_obviously_best() -> None:
    returns = np.array([[0.0, 0.0], [500, 50], [510, 20], [1000, 100]])
    asked = problem(
        {"target": [503.0, NAN]},
        {"target": [500.0, NAN], "lower": [-INF, 45.0]},
        {"lower": [900.0, -INF]},
        {"upper": [INF, 10.0]},
        extent=(1000.0, 100.0),
    )
    assert nearest_policies(asked, returns)[:, 0].tolist() == [1, 1, 3, 0]
    ranked = nearest_policies(asked.rows(np.array([1])), returns, 4)[0]
    assert ranked.tolist() == [1, 3, 2, 0]


def test_margin_is_the_error_of_the_heads_on_training_policies(atlas: Atlas) -> None:
    rows = atlas.training_rows
    error = atlas.heads.predict(atlas.z[rows]) - atlas.population.returns[rows]
    np.testing.assert_allclose(margin(atlas) ** 2, (error**2).mean(0))


def test_a_given_latent_is_where_the_path_starts(atlas: Atlas) -> None:
    z = 0.5 * (atlas.z[3] + atlas.z[4])
    goal = Goal(mode="target", value=float(atlas.returns_low[0] + 0.5 * atlas.returns_extent[0]))
    result = solve(atlas, SteerRequest(goals={"forward": goal}, start=tuple(z.tolist())))
    assert result.start_id is None
    np.testing.assert_array_equal(result.path[0], z)


@pytest.mark.parametrize("start", [(0.0,), (float("nan"),) * 32])
def test_a_latent_of_another_shape_or_not_finite_is_refused(
    atlas: Atlas, start: tuple[float, ...]
) -> None:
    request = SteerRequest(goals={"forward": Goal(mode="target", value=5000.0)}, start=start)
    with pytest.raises(InvalidValue, match="32 finite numbers"):
        solve(atlas, request)


def test_the_goal_that_is_missed_is_named_not_one_that_is_met(atlas: Atlas) -> None:
    """A target off by 4 % of range is met, a bound missed by 3 % is not."""
    low, extent = atlas.returns_low, atlas.returns_extent
    goals = {
        "forward": Goal(mode="target", value=float(low[0] + 0.5 * extent[0])),
        "energy": Goal(mode="at least", value=float(low[1] + 0.5 * extent[1])),
    }
    problem = pose([SteerRequest(goals=goals)], atlas)
    descent = replace(
        run_method(atlas, problem, atlas.z[:1], "nearest", DescentConfig()),
        feasible=np.array([False]),
    )
    predicted = low + np.array([0.54, 0.47]) * extent
    _, why = explain(problem, descent, predicted, 1.0, ("forward", "energy"))
    assert "energy is still 3 %" in why
