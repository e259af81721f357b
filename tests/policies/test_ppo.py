"""The pieces of PPO, against cases small enough to work out by hand."""

import numpy as np
import pytest

from backend.policies.experience import Rollout
from backend.policies.moments import RunningMoments
from backend.policies.ppo import PpoConfig, advantages, group_weights, standardise_in_groups

HALVES = PpoConfig(discount=0.5, gae_lambda=0.5)
VALUE = np.array([0.5, 1.0, 1.5])
NEXT_VALUE = np.array([1.0, 1.5, 4.0])


def rollout(*, terminated: list[bool], ended: list[bool]) -> Rollout:
    """Rewards 1, 2, 3 of one environment; the second objective is twice the first."""
    obs, condition = np.zeros((3, 1, 4), np.float32), np.zeros((3, 1, 2), np.float32)
    return Rollout(
        obs=obs, next_obs=obs, raw_obs=obs.astype(float), condition=condition,
        weights=np.ones((3, 1, 2)), action=np.zeros((3, 1, 6), np.float32),
        log_prob=np.zeros((3, 1), np.float32),
        reward=np.array([1.0, 2.0, 3.0])[:, None, None] * [1.0, 2.0],
        terminated=np.array(terminated)[:, None], ended=np.array(ended)[:, None],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("terminated", "ended", "expected"),
    [
        # deltas 1, 1.75, 3.5; each carried back with 0.5 * 0.5
        ([False] * 3, [False] * 3, [1.65625, 2.625, 3.5]),
        # the time limit cuts the chain after step 1 but its value is still bootstrapped
        ([False] * 3, [False, True, False], [1.4375, 1.75, 3.5]),
        # a fall cuts the chain and is worth nothing afterwards: delta 1 at step 1
        ([False, True, False], [False, True, False], [1.25, 1.0, 3.5]),
    ],
)
def test_advantages_by_hand(
    terminated: list[bool], ended: list[bool], expected: list[float]
) -> None:
    twice = np.array([1.0, 2.0])
    result = advantages(
        rollout(terminated=terminated, ended=ended),
        VALUE[:, None, None] * twice, NEXT_VALUE[:, None, None] * twice, HALVES,
    )  # fmt: skip
    np.testing.assert_allclose(result[:, 0, 0], expected)
    np.testing.assert_allclose(result[:, 0, 1], 2 * np.array(expected))


def test_advantage_with_lambda_one_is_the_discounted_return_minus_the_value() -> None:
    config = PpoConfig(discount=0.5, gae_lambda=1.0)
    ending = rollout(terminated=[False, False, True], ended=[False, False, True])
    chained = np.array([0.5, 1.0, 1.5, 0.0])
    value, following = (np.repeat(v[:, None, None], 2, 2) for v in (chained[:3], chained[1:]))
    result = advantages(ending, value, following, config)[:, 0, 0]
    np.testing.assert_allclose(result, [1 + 1 + 0.75 - 0.5, 2 + 1.5 - 1.0, 3 - 1.5])


def test_groups_are_standardised_apart() -> None:
    rng = np.random.default_rng(0)
    weight = rng.uniform(0, 1, (50, 16))
    scalar = rng.normal(size=weight.shape) * (1 + 100 * weight) + 1000 * weight
    weights = np.stack([weight, 1 - weight], -1)
    result = standardise_in_groups(scalar, group_weights(weights, 4))
    edges = [0, *np.quantile(weight, [0.25, 0.5, 0.75]), 1]
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        group = result[(weight >= low) & (weight < high)]
        assert group.mean() == pytest.approx(0, abs=1e-9)
        assert group.std() == pytest.approx(1, rel=1e-3)


def test_groups_too_small_to_measure_have_no_say() -> None:
    rng = np.random.default_rng(1)
    for num, has_say in ((80, False), (120, True)):
        scalar, weight = rng.normal(size=(num, 1)), np.linspace(0, 1, num)[:, None]
        group = group_weights(np.stack([weight, 1 - weight], -1), 2)
        assert standardise_in_groups(scalar, group).any() == has_say


def test_three_weights_are_grouped_by_the_leader_and_its_lead() -> None:
    weights = np.array([[[0.6, 0.2, 0.2], [0.4, 0.3, 0.3], [0.1, 0.5, 0.4], [0.0, 0.1, 0.9]]])
    assert group_weights(weights, 4).tolist() == [[1, 0, 2, 5]]


def test_running_moments_merge_to_those_of_all_samples() -> None:
    rng = np.random.default_rng(2)
    parts = [rng.normal(i, 1 + i, (50 * (i + 1), 3)) for i in range(4)]
    moments = RunningMoments(np.zeros(3), np.ones(3))
    for part in parts:
        moments.update(part)
    everything = np.concatenate(parts)
    np.testing.assert_allclose(moments.mean, everything.mean(0), atol=1e-5)
    np.testing.assert_allclose(moments.std, everything.std(0), rtol=1e-4)
