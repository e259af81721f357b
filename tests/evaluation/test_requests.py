"""Questions: attainable where they say so, beyond the front where they say so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.front import pareto_front
from backend.evaluation.requests import Questions, attainable, met_by_any, outside
from tests.toys import problem


@given(seed=st.integers(0, 50), num_objectives=st.integers(2, 3))
def test_somebody_near_the_target_keeps_every_bound(seed: int, num_objectives: int) -> None:
    scale = np.array([1000, 100, 10])[:num_objectives]
    returns = np.random.default_rng(seed).normal(size=(300, num_objectives)) * scale
    extent = np.ptp(returns, axis=0)
    asked = attainable(returns, extent, Questions(num_requests=20, seed=seed))
    assert asked.has_target[:, 0].all()
    assert not asked.has_target[:, 1:].any()
    for target, lower in zip(asked.target[:, 0], asked.lower[:, 1:], strict=True):
        near = np.abs(returns[:, 0] - target) < 0.05 * extent[0]
        assert (returns[near, 1:] >= lower).all(1).any()
    assert np.isinf(asked.upper).all()
    assert np.ptp(asked.target[:, 0]) > 0.2 * extent[0], "all asked in one corner"


def test_requests_repeat_with_their_seed_and_keep_their_span() -> None:
    returns = np.random.default_rng(0).normal(size=(200, 2))
    extent, questions = np.ptp(returns, axis=0), Questions(num_requests=30)
    first, again = (attainable(returns, extent, questions) for _ in range(2))
    np.testing.assert_array_equal(first.target, again.target)
    inside = attainable(returns, extent, questions, span=(-0.3, 0.2))
    assert inside.target[:, 0].min() >= -0.3
    assert inside.target[:, 0].max() <= 0.2


def test_met_is_met_within_the_tolerances_of_success() -> None:
    """Of requests for 50 ± 5 with at least 10 − 2: one policy meets the first, none the second."""
    goals = {"target": [50.0, np.nan], "lower": [-np.inf, 10.0]}
    two = problem(goals, goals | {"lower": [-np.inf, 30.0]}, extent=(100.0, 100.0))
    existing = np.array([[54.0, 8.5], [60.0, 50.0], [50.0, 5.0]])
    assert met_by_any(two, existing).tolist() == [True, False]


def test_what_kept_policies_meet_is_not_asked_of_a_hole() -> None:
    returns = np.random.default_rng(0).normal(size=(400, 2)) * [1000, 10]
    extent, kept = np.ptp(returns, axis=0), returns[np.abs(returns[:, 0]) > 300]
    asked = attainable(
        returns, extent, Questions(num_requests=40), span=(-300.0, 300.0), unmet_by=kept
    )
    assert not met_by_any(asked, kept).any()
    assert met_by_any(asked, returns).all()


def test_too_few_policies_are_refused() -> None:
    with pytest.raises(ValueError, match="only 0 attainable requests"):
        attainable(np.eye(2) * 100, np.ones(2), Questions(num_requests=1))


@given(
    seed=st.integers(0, 50), num_objectives=st.integers(2, 3),
    beyond=st.sampled_from([0.0, 0.1, 0.4]),
)  # fmt: skip
def test_every_policy_misses_requests_outside_by_what_is_said(
    seed: int, num_objectives: int, beyond: float
) -> None:
    scale = np.array([1000, 10, 100])[:num_objectives]
    returns = np.random.default_rng(seed).normal(size=(100, num_objectives)) * scale
    extent = np.ptp(returns, axis=0)
    asked = outside(returns, extent, beyond, Questions(num_requests=10, seed=seed))
    for target, lower in zip(asked.target[:, 0], asked.lower[:, 1:], strict=True):
        off = np.abs(returns[:, 0] - target) / extent[0]
        short = ((lower - returns[:, 1:]) / extent[1:]).max(1)
        assert np.maximum(off, short).min() == pytest.approx(beyond, abs=1e-6)
        beaten = (returns >= np.array([target, *lower]) - 1e-9 * extent).all(1)
        assert beaten.any() == (beyond == 0)


def test_the_front_is_what_nobody_beats() -> None:
    returns = np.array([[0.0, 3.0], [1.0, 2.0], [1.0, 1.0], [2.0, 0.0], [0.5, 2.5], [0.0, 0.0]])
    assert pareto_front(returns).tolist() == [[0.0, 3.0], [0.5, 2.5], [1.0, 2.0], [2.0, 0.0]]
