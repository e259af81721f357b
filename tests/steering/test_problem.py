"""Goals as arrays, on cases worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.atlas import Atlas
from backend.steering.problem import pose
from backend.steering.request import Goal, SteerRequest
from tests.toys import problem

NAN, INF = np.nan, np.inf
EXTENT = (1000.0, 100.0)


@pytest.mark.parametrize(
    ("goal", "returns", "expected"),
    [
        # 25 of 1000 off a target is half its tolerance of 5 %
        ({"target": [500.0, NAN]}, [525.0, 1e9], 0.5),
        ({"target": [500.0, NAN]}, [475.0, -1e9], 0.5),
        ({"target": [500.0, NAN]}, [500.0, 0.0], 0.0),
        # 3 of 100 below a bound is one and a half times its tolerance of 2 %
        ({"lower": [-INF, 50.0]}, [1e9, 47.0], 1.5),
        ({"lower": [-INF, 50.0]}, [1e9, 53.0], 0.0),
        ({"upper": [INF, 50.0]}, [1e9, 53.0], 1.5),
        ({"upper": [INF, 50.0]}, [1e9, 47.0], 0.0),
        # the worst goal counts
        ({"target": [500.0, NAN], "lower": [-INF, 50.0]}, [550.0, 49.0], 1.0),
        ({"target": [500.0, NAN], "lower": [-INF, 50.0]}, [525.0, 46.0], 2.0),
        ({"lower": [0.0, 0.0], "upper": [100.0, 10.0]}, [140.0, 5.0], 2.0),
        ({}, [1e9, -1e9], 0.0),
    ],
)
def test_badness_by_hand(
    goal: dict[str, list[float]], returns: list[float], expected: float
) -> None:
    assert problem(goal, extent=EXTENT).badness(np.array([returns]))[0] == pytest.approx(expected)


def test_target_error_is_signed_and_a_share_of_the_range() -> None:
    asked = problem({"target": [500.0, NAN]}, extent=EXTENT)
    assert asked.target_error(np.array([[400.0, 3.0]])).tolist() == [[-0.1, 0.0]]
    assert asked.has_target.tolist() == [[True, False]]


@given(seed=st.integers(0, 1000))
def test_more_axes_are_judged_row_by_row(seed: int) -> None:
    """[request, episode, objective] returns are the stack of [request, objective] ones."""
    rng = np.random.default_rng(seed)
    goals = {"target": [0.5, NAN]}, {"lower": [-INF, 0.2], "upper": [0.7, INF]}
    asked = problem(*goals, extent=(1.0, 1.0))
    returns = rng.normal(size=(2, 5, 2))
    apart = np.stack([asked.badness(returns[:, k]) for k in range(5)], 1)
    np.testing.assert_array_equal(asked.badness(returns), apart)


def test_shifting_moves_every_aim_and_leaves_the_free_free() -> None:
    asked = problem({"target": [500.0, NAN], "lower": [-INF, 50.0]}, extent=EXTENT)
    moved = asked.shifted(np.array([[100.0, -10.0]]))
    np.testing.assert_array_equal(moved.target, [[600.0, NAN]])
    np.testing.assert_array_equal(moved.lower, [[-INF, 40.0]])
    np.testing.assert_array_equal(moved.upper, [[INF, INF]])


def test_tightening_moves_bounds_inward_and_targets_not_at_all() -> None:
    asked = problem({"target": [500.0, NAN], "lower": [-INF, 50.0], "upper": [INF, 90.0]})
    tight = asked.tightened(np.array([7.0, 10.0]))
    np.testing.assert_array_equal(tight.target, asked.target)
    np.testing.assert_array_equal(tight.lower, [[-INF, 60.0]])
    np.testing.assert_array_equal(tight.upper, [[INF, 80.0]])


def test_rows_may_repeat() -> None:
    asked = problem({"target": [1.0, NAN]}, {"target": [NAN, 2.0]})
    again = asked.rows(np.array([1, 1, 0]))
    np.testing.assert_array_equal(again.target, [[NAN, 2.0], [NAN, 2.0], [1.0, NAN]])
    assert again.num_requests == 3


def test_posing_puts_each_goal_in_its_place(atlas: Atlas) -> None:
    asked = pose(
        [
            SteerRequest(goals={"energy": Goal(mode="at least", value=-900.0)}),
            SteerRequest(goals={"forward": Goal(mode="target", value=5000.0),
                                "energy": Goal(mode="at most", value=-100.0)}),
        ],
        atlas,
    )  # fmt: skip
    np.testing.assert_array_equal(asked.target, [[NAN, NAN], [5000.0, NAN]])
    np.testing.assert_array_equal(asked.lower, [[-INF, -900.0], [-INF, -INF]])
    np.testing.assert_array_equal(asked.upper, [[INF, INF], [INF, -100.0]])
    np.testing.assert_array_equal(asked.extent, atlas.returns_high - atlas.returns_low)
