"""Hypervolume: hand-made fronts, and a count of random places."""

import numpy as np
import pytest

from backend.atlas.front import hypervolume, pareto_front

ORIGIN = np.zeros(2)


def test_one_policy_dominates_its_rectangle() -> None:
    assert hypervolume(np.array([[3.0, 2]]), ORIGIN) == 6
    assert hypervolume(np.array([[3.0, 2]]), np.array([1.0, 1])) == 2


def test_a_staircase_is_the_sum_of_its_steps() -> None:
    front = np.array([[1.0, 3], [2, 2], [3, 1]])
    assert hypervolume(front, ORIGIN) == 6
    assert hypervolume(front[::-1], ORIGIN) == 6


def test_what_is_dominated_or_below_the_reference_adds_nothing() -> None:
    front = np.array([[1.0, 3], [2, 2], [3, 1]])
    more = np.concatenate([front, [[0.5, 2.5], [2, 1], [-1, 9]]])
    assert hypervolume(more, ORIGIN) == 6
    assert hypervolume(np.array([[-1.0, 5]]), ORIGIN) == 0


def test_it_is_the_share_of_places_that_somebody_dominates() -> None:
    rng = np.random.default_rng(0)
    returns, places = rng.uniform(0, 1, (30, 2)), rng.uniform(0, 1, (20000, 2))
    beaten = (returns[:, None] >= places[None]).all(2).any(0).mean()
    assert hypervolume(pareto_front(returns), ORIGIN) == pytest.approx(beaten, abs=0.01)
