"""The numpy actor is the torch actor."""

import numpy as np
import pytest
import torch

from backend.policies.learner import Learner
from backend.policies.moments import RunningMoments
from backend.policies.networks import ActorCritic
from backend.policies.policy import ActorPolicy, normalise
from tests.toys import SPEC, film_weights


def learner(condition_dim: int) -> Learner:
    """A learner with every parameter random, the FiLM scale (initially 1) included."""
    torch.manual_seed(3)
    net = ActorCritic(SPEC.obs_dim, condition_dim, SPEC.action_dim, 2, hidden_dim=16)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(0.6 * torch.randn_like(parameter))
    rng = np.random.default_rng(4)
    moments = RunningMoments(rng.normal(size=SPEC.obs_dim), rng.uniform(0.1, 4, SPEC.obs_dim))
    return Learner(net, torch.optim.Adam(net.parameters()), moments, np.ones(2))


@pytest.mark.parametrize("condition_dim", [2, 3])
def test_numpy_actor_equals_torch_actor(condition_dim: int) -> None:
    made = learner(condition_dim)
    rng = np.random.default_rng(5)
    obs = rng.normal(size=(50, SPEC.obs_dim)) * 20
    condition = rng.uniform(-1, 1, (50, condition_dim)).astype(np.float32)
    policy = ActorPolicy(made.snapshot(), condition)
    x = torch.from_numpy(normalise(obs, made.moments.mean, made.moments.std))
    with torch.no_grad():
        mean = made.net.actor(x, torch.from_numpy(condition)).numpy()
        log_std = made.net.log_std(torch.from_numpy(condition)).numpy()
    assert np.abs(mean).max() > 1, "nothing to clip: the test would not see a missing clip"
    np.testing.assert_allclose(policy.mean(obs), mean, atol=1e-5)
    np.testing.assert_allclose(policy.act(obs), np.clip(mean, -1, 1), atol=1e-5)
    np.testing.assert_allclose(policy.log_std, log_std, atol=1e-6)


def test_rows_do_not_mix() -> None:
    """Each row of a batch acts as it would alone, whatever its neighbours are."""
    rng = np.random.default_rng(6)
    obs = rng.normal(size=(4, SPEC.obs_dim))
    condition = rng.uniform(-1, 1, (4, 2)).astype(np.float32)
    together = ActorPolicy(film_weights(), condition).act(obs)
    for row in range(4):
        alone = ActorPolicy(film_weights(), condition[[row]])
        assert alone.num_rows == 1
        np.testing.assert_allclose(alone.act(obs[[row]])[0], together[row], atol=1e-5)
    assert np.abs(np.diff(together, axis=0)).max() > 0.1


def test_one_row_serves_any_number_of_observations() -> None:
    obs = np.random.default_rng(7).normal(size=(5, SPEC.obs_dim))
    policy = ActorPolicy(film_weights(), np.zeros((1, 2), np.float32))
    assert policy.act(obs).shape == (5, SPEC.action_dim)


def test_normalised_observations_are_clipped() -> None:
    x = normalise(np.array([[1e6, -1e6, 3.0]]), np.array([0.0, 0.0, 1.0]), np.array([1.0, 1, 2]))
    assert x.tolist() == [[10.0, -10.0, 1.0]]
    assert x.dtype == np.float32
