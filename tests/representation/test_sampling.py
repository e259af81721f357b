"""Batches: whose pairs they are, and that one context is one episode."""

import numpy as np
import torch

from backend.representation.sampling import BatchSampler, Relabelled
from backend.rollouts.dataset import OccupancyDataset

NUM, EPISODES, TIMES = 7, 4, 30


def marked() -> OccupancyDataset:
    """Every number says where it came from: policy in the hundreds, episode in the ones."""
    place = 100.0 * np.arange(NUM)[:, None, None, None] + np.arange(EPISODES)[:, None, None]
    obs = np.broadcast_to(place, (NUM, EPISODES, TIMES, 17)).astype(np.float32)
    action = np.broadcast_to(place, (NUM, EPISODES, TIMES, 6)).astype(np.float32)
    returns = np.stack([np.arange(NUM), -(np.arange(NUM) ** 2.0)], 1)
    return OccupancyDataset(
        obs=obs, action=action, clean_action=action + np.float32(0.5), returns=returns
    )


def test_a_context_is_one_episode_of_one_policy() -> None:
    batch = BatchSampler(marked(), device="cpu", seed=0).draw(5, 3, 16, 8)
    origin = batch.context_obs[..., 0]
    assert (origin == origin[:, :1]).all()
    assert torch.equal((origin[:, 0] // 100).long(), batch.policy)
    assert torch.equal(batch.context_action[..., 0], origin)
    assert len(set((origin[:, 0] % 100).tolist())) > 1, "always the same episode"


def test_views_of_one_policy_stand_together_and_policies_differ() -> None:
    batch = BatchSampler(marked(), device="cpu", seed=0).draw(5, 3, 16, 8)
    policy = batch.policy.reshape(5, 3)
    assert (policy == policy[:, :1]).all()
    assert len(set(policy[:, 0].tolist())) == 5


def test_queries_ask_for_the_clean_action_of_the_same_policy() -> None:
    batch = BatchSampler(marked(), device="cpu", seed=0).draw(7, 1, 16, 64)
    assert torch.equal(batch.query_action[..., 0], batch.query_obs[..., 0] + 0.5)
    assert ((batch.query_obs[..., 0] // 100).long() == batch.policy[:, None]).all()
    assert len(set((batch.query_obs[..., 0] % 100).flatten().tolist())) == EPISODES


def test_labels_are_standardised_returns_in_the_policies_order() -> None:
    batch = BatchSampler(marked(), device="cpu", seed=0).draw(7, 1, 16, 4)
    assert batch.label.mean(0).abs().max() < 1e-6
    assert torch.equal(batch.label[:, 0].argsort(), batch.policy.argsort())


def test_half_the_queries_are_relabelled_states_once_there_are_any() -> None:
    sampler = BatchSampler(marked(), device="cpu", seed=0)
    visited = torch.full((NUM, 9, 17), -1.0) - torch.arange(NUM)[:, None, None]
    first = Relabelled(obs=visited, action=visited[..., :6])
    sampler.relabelled = first.join(first)
    assert sampler.relabelled.obs.shape == (NUM, 18, 17)
    batch = sampler.draw(5, 2, 16, 8)
    assert (batch.query_obs[:, :4, 0] == -1.0 - batch.policy[:, None]).all()
    assert (batch.query_action[:, :4, 0] == -1.0 - batch.policy[:, None]).all()
    assert (batch.query_obs[:, 4:, 0] >= 0).all()


def test_same_seed_same_batch_and_reseeding_starts_again() -> None:
    sampler = BatchSampler(marked(), device="cpu", seed=1)
    first, second = sampler.draw(5, 2, 16, 8), sampler.draw(5, 2, 16, 8)
    sampler.reseed(1)
    again = sampler.draw(5, 2, 16, 8)
    assert torch.equal(first.context_obs, again.context_obs)
    assert torch.equal(first.query_obs, again.query_obs)
    assert not torch.equal(first.context_obs, second.context_obs)


def test_contexts_cover_every_policy_in_order() -> None:
    obs, action = BatchSampler(marked(), device="cpu", seed=0).contexts(16, 5)
    assert obs.shape == (NUM, 5, 16, 17)
    assert torch.equal(
        obs[..., 0] // 100, torch.arange(NUM)[:, None, None].expand(NUM, 5, 16) * 1.0
    )
    assert torch.equal(obs[..., 0], action[..., 0])
    assert (obs[..., 0] == obs[:, :, :1, 0]).all()
