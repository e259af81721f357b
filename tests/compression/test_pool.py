"""Novelty is distance to neighbours in behaviour, and the most novel are kept."""

import torch

from backend.compression.environments import MOUNTAIN_CAR
from backend.compression.pool import PoolConfig, behaviour, draw_pool, most_novel, novelty
from backend.compression.shape import PolicyShape

SHAPE = MOUNTAIN_CAR.sizes["small"]


def test_novelty_is_the_mean_distance_to_the_nearest() -> None:
    actions = torch.tensor([[0.0], [1.0], [2.0], [10.0]])
    assert novelty(actions, 2).tolist() == [1.5, 1.0, 1.5, 8.5]


def test_more_neighbours_than_there_are_is_all_of_them() -> None:
    assert novelty(torch.tensor([[0.0], [2.0], [4.0]]), 99).tolist() == [3.0, 2.0, 3.0]


def test_behaviour_distance_ignores_how_weights_are_arranged() -> None:
    """Two hidden units swapped: other parameters, the same policy."""
    shape = PolicyShape(widths=(2, 2, 1))
    theta = shape.draw(1, seed=0)
    w, b = theta[:, :4].reshape(1, 2, 2), theta[:, 4:6]
    swapped = torch.cat(
        [w.flip(2).reshape(1, 4), b.flip(1), theta[:, 6:8].flip(1), theta[:, 8:]], 1
    )
    states = torch.rand(32, 2)
    both = behaviour(shape, torch.cat([theta, swapped]), states)
    assert not torch.equal(theta, swapped)
    torch.testing.assert_close(both[0], both[1])


def test_the_most_novel_share_is_kept_in_order() -> None:
    assert most_novel(torch.tensor([3.0, 9.0, 1.0, 7.0]), 0.5).tolist() == [1, 3]


def test_kept_policies_are_more_novel_than_the_rest() -> None:
    config = PoolConfig(num_drawn=300)
    kept = draw_pool(SHAPE, MOUNTAIN_CAR.states, config, seed=0)
    assert kept.shape == (30, 17)
    assert torch.equal(kept, draw_pool(SHAPE, MOUNTAIN_CAR.states, config, seed=0))
    states = MOUNTAIN_CAR.states(64, torch.Generator().manual_seed(5))
    everyone = behaviour(SHAPE, SHAPE.draw(300, 0), states)
    scores = torch.cdist(behaviour(SHAPE, kept, states), everyone).sort().values[:, 1:16].mean()
    assert scores > 1.5 * novelty(everyone, 15).median()
