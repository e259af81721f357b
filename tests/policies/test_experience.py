"""What a learner lives through: its own early end, which no measured episode has."""

from dataclasses import replace

import numpy as np
import torch

from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.policies.experience import Experience, Rollout
from backend.policies.learner import Learner
from backend.policies.moments import RunningMoments
from backend.policies.networks import ActorCritic
from backend.policies.preferences import PreferenceSpace
from backend.rollouts.simulate import simulate_many
from tests.toys import SHORT, Swinger

CAUTIOUS = replace(SHORT, nearly_lost=lambda qpos, qvel: qpos[..., 2] > 0.05)
"HalfCheetah whose learner may not lift its nose."


def experience(spec: EnvSpec) -> Rollout:
    torch.manual_seed(0)
    space = PreferenceSpace()
    net = ActorCritic(spec.obs_dim, space.dim, spec.action_dim, 2, hidden_dim=8)
    moments = RunningMoments(np.zeros(spec.obs_dim), np.ones(spec.obs_dim))
    learner = Learner(net, torch.optim.Adam(net.parameters()), moments, np.ones(2))
    return Experience(BatchedEnv(spec, 3), space, np.random.default_rng(1)).collect(learner, 30)


def test_a_learners_episode_ends_where_it_is_nearly_lost() -> None:
    """Ended there is lost, not cut off: nothing is expected of what comes after."""
    free, cautious = experience(SHORT), experience(CAUTIOUS)
    assert not free.terminated.any()
    assert cautious.terminated.any()
    pitch = cautious.next_obs[..., 1]
    np.testing.assert_array_equal(cautious.terminated, pitch > 0.05)
    assert cautious.ended[cautious.terminated].all()


def test_a_measured_episode_never_ends_there() -> None:
    free, cautious = (simulate_many(spec, Swinger(), [1, 2]) for spec in (SHORT, CAUTIOUS))
    np.testing.assert_array_equal(cautious.length, [40, 40])
    np.testing.assert_array_equal(cautious.returns, free.returns)
