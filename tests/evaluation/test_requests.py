"""Questions: attainable where they say so, beyond the front where they say so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.front import pareto_front
from backend.evaluation.requests import Questions, attainable, outside


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
