"""The closed form: meets every goal, and no shorter step does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.representation.value_heads import ValueHeads
from backend.steering.closed_form import closed_form
from backend.steering.problem import Problem
from tests.toys import affine_heads, problem

NAN, INF = np.nan, np.inf
SEEDS = st.integers(0, 10_000)


def random_case(seed: int, *, num_objectives: int = 2) -> tuple[Problem, np.ndarray, ValueHeads]:
    """Attainable goals of random kinds: some reachable latent meets them all."""
    rng, heads = np.random.default_rng(seed), affine_heads(seed, objectives=num_objectives)
    goal = heads.predict(rng.normal(size=8) * 2)
    extent = heads.returns_std * 4
    target, lower, upper = (np.full((1, num_objectives), v) for v in (NAN, -INF, INF))
    for i, kind in enumerate(rng.integers(0, 5, num_objectives)):
        slack = rng.uniform(0, 0.2, 2) * extent[i]
        if kind == 0:
            target[0, i] = goal[i]
        if kind in (1, 3):
            lower[0, i] = goal[i] - slack[0]
        if kind in (2, 3):
            upper[0, i] = goal[i] + slack[1]
    asked = Problem(target=target, lower=lower, upper=upper, extent=extent)
    return asked, rng.normal(size=(1, 8)), heads


@given(seed=SEEDS, num_objectives=st.integers(1, 3))
def test_every_goal_is_met(seed: int, num_objectives: int) -> None:
    asked, start, heads = random_case(seed, num_objectives=num_objectives)
    reached = heads.predict(closed_form(asked, start, heads))
    assert np.abs(asked.target_error(reached)).max() < 1e-8
    assert asked.violation(reached).max() < 1e-8


@given(seed=SEEDS, num_objectives=st.integers(1, 3))
def test_no_shorter_step_meets_them(seed: int, num_objectives: int) -> None:
    """Karush-Kuhn-Tucker: the step is a sum of gradients, and only edges push, inwards."""
    asked, start, heads = random_case(seed, num_objectives=num_objectives)
    answer = closed_form(asked, start, heads)
    step, reached = (answer - start)[0], heads.predict(answer)[0]
    push = np.linalg.lstsq(heads.weight.T, step, rcond=None)[0]
    np.testing.assert_allclose(heads.weight.T @ push, step, atol=1e-9)
    for i in np.flatnonzero(np.isnan(asked.target[0])):
        if push[i] > 1e-9:
            assert reached[i] == pytest.approx(asked.lower[0, i], abs=1e-6)
        elif push[i] < -1e-9:
            assert reached[i] == pytest.approx(asked.upper[0, i], abs=1e-6)


def test_a_bound_that_the_target_would_break_is_met_on_its_edge() -> None:
    """By hand. Both returns grow with z₀; the bound 2 is all that is needed, not staying at 0."""
    heads = ValueHeads(
        weight=np.array([[1.0, 0.0], [1.0, 1.0]]), bias=np.zeros(2),
        returns_mean=np.zeros(2), returns_std=np.ones(2),
    )  # fmt: skip
    asked = problem({"target": [5.0, NAN], "upper": [INF, 2.0]}, extent=(10.0, 10.0))
    np.testing.assert_allclose(closed_form(asked, np.zeros((1, 2)), heads), [[5.0, -3.0]])


def test_goals_already_met_ask_for_no_step() -> None:
    heads, start = affine_heads(0), np.random.default_rng(0).normal(size=(1, 8))
    value = heads.predict(start)[0]
    asked = problem({"lower": (value - 1).tolist(), "upper": (value + 1).tolist()})
    np.testing.assert_array_equal(closed_form(asked, start, heads), start)


def test_rows_are_solved_apart() -> None:
    cases = [random_case(seed) for seed in range(4)]
    heads = cases[0][2]
    asked = Problem(
        target=np.concatenate([case[0].target for case in cases]),
        lower=np.concatenate([case[0].lower for case in cases]),
        upper=np.concatenate([case[0].upper for case in cases]), extent=cases[0][0].extent,
    )  # fmt: skip
    start = np.concatenate([case[1] for case in cases])
    together = closed_form(asked, start, heads)
    for row in range(4):
        alone = closed_form(asked.rows(np.array([row])), start[[row]], heads)
        np.testing.assert_allclose(together[[row]], alone)


def test_contradictory_goals_end_in_numbers_not_in_an_error() -> None:
    heads = ValueHeads(
        weight=np.array([[1.0, 0.0], [1.0, 0.0]]), bias=np.zeros(2),
        returns_mean=np.zeros(2), returns_std=np.ones(2),
    )  # fmt: skip
    asked = problem({"target": [5.0, NAN], "upper": [INF, 2.0]}, extent=(10.0, 10.0))
    answer = closed_form(asked, np.zeros((1, 2)), heads)
    assert np.isfinite(answer).all()
    assert asked.badness(heads.predict(answer))[0] > 1
