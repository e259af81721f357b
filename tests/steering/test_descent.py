"""The solver on affine heads, where the right answer is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.representation.value_heads import ValueHeads
from backend.steering.closed_form import closed_form
from backend.steering.descent import PAPER, Descent, DescentConfig, descend
from backend.steering.problem import Problem
from tests.toys import affine_heads, problem

FREE = DescentConfig(project=0.0, max_steps=1500, step_size=0.1, dual_step_size=0.1)
PLAIN = ValueHeads(
    weight=np.eye(2, 8), bias=np.zeros(2), returns_mean=np.zeros(2), returns_std=np.ones(2)
)
"Returns are the first two coordinates of z."
START = np.zeros((1, 8))
NAN, INF = np.nan, np.inf


def run(
    asked: Problem, *, heads: ValueHeads = PLAIN, start: np.ndarray = START,
    config: DescentConfig = FREE, items: np.ndarray | None = None,
) -> Descent:  # fmt: skip
    cloud = np.zeros((1, start.shape[1])) if items is None else items
    return descend(asked, start, heads, cloud, config)


@given(seed=st.integers(0, 500))
def test_targets_are_reached_where_the_closed_form_says(seed: int) -> None:
    """Same returns as the closed form, for equalities on both objectives."""
    rng, heads = np.random.default_rng(seed), affine_heads(seed)
    start = rng.normal(size=(4, 8))
    goal = heads.predict(rng.normal(size=(4, 8)))
    extent = tuple(4 * heads.returns_std)
    asked = problem(*({"target": row.tolist()} for row in goal), extent=extent)
    found = run(asked, heads=heads, start=start, config=replace(FREE, max_steps=6000))
    expected = heads.predict(closed_form(asked, start, heads))
    np.testing.assert_allclose(expected, goal, rtol=1e-6)
    assert found.feasible.all()
    miss = np.abs(heads.predict(found.path[-1]) - goal) / extent
    assert miss.max() <= FREE.tolerance + 1e-9


@pytest.mark.parametrize("config", [FREE, replace(PAPER, project=0.0)])
@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ({"target": [3.0, NAN], "lower": [-INF, 1.0]}, [3.0, 1.0]),
        ({"target": [3.0, NAN], "upper": [INF, -1.0]}, [3.0, -1.0]),
        ({"target": [3.0, NAN], "lower": [-INF, -1.0]}, [3.0, 0.0]),
        ({"lower": [2.0, -INF], "upper": [INF, -1.0]}, [2.0, -1.0]),
        ({"target": [-2.0, NAN]}, [-2.0, 0.0]),
    ],
)
def test_targets_under_bounds_reach_the_closed_form(
    goal: dict[str, list[float]], expected: list[float], config: DescentConfig
) -> None:
    """Active bounds end just inside their edge (4 % of range), inactive ones change nothing."""
    asked = problem(goal, extent=(10.0, 10.0))
    np.testing.assert_allclose(closed_form(asked, START, PLAIN)[0, :2], expected, atol=1e-9)
    found = run(asked, config=config)
    reached = PLAIN.predict(found.path[-1])
    assert found.feasible[0]
    assert asked.violation(reached).max() <= 1e-9
    np.testing.assert_allclose(reached[0], expected, atol=0.4)


def test_a_start_that_meets_its_goals_does_not_move() -> None:
    asked = problem({"lower": [-1.0, -1.0], "upper": [1.0, 1.0]})
    found = run(asked)
    assert found.feasible[0]
    assert found.num_steps[0] == 0
    assert found.path.shape == (1, 1, 8)


def test_rows_of_a_batch_are_solved_as_if_alone() -> None:
    goals = [{"target": [3.0, NAN]}, {"lower": [-INF, 2.0]}, {"target": [-1.0, 4.0]}]
    asked = problem(*goals, extent=(10.0, 10.0))
    together = run(asked, start=np.zeros((3, 8)))
    for row in range(3):
        alone = run(asked.rows(np.array([row])))
        assert together.num_steps[row] == alone.num_steps[0]
        np.testing.assert_allclose(together.path[-1, row], alone.path[-1, 0], atol=1e-9)


def test_paths_start_at_the_start_and_rest_once_they_arrived() -> None:
    goals = [{"target": [0.5, NAN]}, {"target": [5.0, NAN]}]
    found = run(problem(*goals, extent=(10.0, 10.0)), start=np.zeros((2, 8)))
    np.testing.assert_array_equal(found.path[0], np.zeros((2, 8)))
    early = found.num_steps[0]
    assert early < found.num_steps[1] == len(found.path) - 1
    np.testing.assert_array_equal(
        found.path[early:, 0], found.path[[early] * (len(found.path) - early), 0]
    )
    assert found.multipliers.shape == (*found.path.shape[:2], 2)


def test_multipliers_decay_once_their_bound_is_left_behind() -> None:
    """The target pulls the second return far above its bound: the price of the bound falls to 0."""
    heads = replace(PLAIN, weight=np.array([[1.0, 0, 0, 0], [1.0, 0.5, 0, 0]]))
    asked = problem({"target": [20.0, NAN], "lower": [-INF, 1.0]}, extent=(100.0, 100.0))
    config = replace(FREE, step_size=0.01, dual_step_size=0.1)
    found = run(asked, heads=heads, start=np.zeros((1, 4)), config=config)
    price = found.multipliers[: found.num_steps[0] + 1, 0, 1]
    assert price.max() > 0.05
    assert price[-1] == pytest.approx(0, abs=1e-9)
    kept = run(asked, heads=heads, start=np.zeros((1, 4)),
               config=replace(config, decaying_multipliers=False))  # fmt: skip
    price = kept.multipliers[: kept.num_steps[0] + 1, 0, 1]
    assert (np.diff(price) >= 0).all()
    assert price[-1] > 0.05


def test_multipliers_of_lower_and_upper_bounds_have_opposite_signs() -> None:
    for goal, sign in (({"lower": [-INF, 4.0]}, 1), ({"upper": [INF, -4.0]}, -1)):
        found = run(problem(goal, extent=(10.0, 10.0)))
        assert (sign * found.multipliers[..., 1] >= 0).all()
        assert (sign * found.multipliers[..., 1]).max() > 0
        assert (found.multipliers[..., 0] == 0).all()


CONFLICT = replace(PLAIN, weight=np.array([[1.0] + [0] * 7, [1.0] + [0] * 7]))
"Both returns are the same coordinate."


@pytest.mark.parametrize("config", [FREE, replace(PAPER, project=0.0), DescentConfig()])
def test_contradictory_goals_are_never_called_feasible(config: DescentConfig) -> None:
    asked = problem({"target": [5.0, NAN], "upper": [INF, 1.0]}, extent=(10.0, 10.0))
    found = run(asked, heads=CONFLICT, config=config, items=np.eye(8) * 10)
    assert not found.feasible[0]
    assert found.num_steps[0] == config.max_steps
    assert np.isfinite(found.path).all()
    assert asked.badness(CONFLICT.predict(found.path[-1]))[0] > 1


def test_no_progress_and_no_time_are_told_apart() -> None:
    stuck = run(
        problem({"target": [5.0, NAN], "upper": [INF, 1.0]}, extent=(10.0, 10.0)), heads=CONFLICT
    )
    hurried = run(
        problem({"target": [50.0, NAN]}, extent=(10.0, 10.0)),
        config=replace(FREE, max_steps=20, step_size=0.01),
    )
    assert not stuck.feasible[0]
    assert stuck.stalled[0]
    assert not hurried.feasible[0]
    assert not hurried.stalled[0]


def test_projected_descent_stays_in_the_plane_of_its_neighbours() -> None:
    rng = np.random.default_rng(0)
    plane = np.linalg.qr(rng.normal(size=(8, 2)))[0].T
    heads = affine_heads(1)
    start = rng.normal(size=(1, 2)) @ plane
    goal = heads.predict((start + plane[0])[0])
    asked = problem({"target": [float(goal[0]), NAN]}, extent=tuple(4 * heads.returns_std))
    found = run(
        asked, heads=heads, start=start, config=replace(FREE, project=1.0),
        items=rng.normal(size=(200, 2)) @ plane,
    )  # fmt: skip
    off_plane = found.path[:, 0] - found.path[:, 0] @ plane.T @ plane
    assert np.abs(off_plane).max() < 1e-9
    assert found.feasible[0]
    wandered = run(asked, heads=heads, start=start).path[-1, 0]
    assert np.abs(wandered - wandered @ plane.T @ plane).max() > 1e-3


@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_no_setting_of_the_penalty_turns_a_free_objective_into_nan(penalty: float) -> None:
    found = run(
        problem({"target": [1.0, NAN], "lower": [-INF, 0.5]}, extent=(10.0, 10.0)),
        config=replace(FREE, penalty=penalty),
    )
    assert np.isfinite(found.path).all()
    assert np.isfinite(found.multipliers).all()
    assert found.feasible[0]
