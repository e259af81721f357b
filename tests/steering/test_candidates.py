"""Which of the latents that were rolled out is given to a person."""

import numpy as np
import pytest

from backend.steering.candidates import (
    FAILED,
    SHOT_ALLOWANCE,
    Candidates,
    episode_badness,
)


def pool(
    badness: list[float], *, request: list[int] | None = None, shot: tuple[int, ...] = (),
    confirmed: tuple[int, ...] = (),
) -> Candidates:  # fmt: skip
    num = len(badness)
    return Candidates(
        request=np.array(request or [0] * num), z=np.arange(num)[:, None] * np.ones(4),
        mean=np.arange(num)[:, None] * np.array([100.0, 1.0]), badness=np.array(badness),
        num_episodes=np.full(num, 3), num_steps=np.zeros(num, int),
        single_shot=np.isin(np.arange(num), shot),
        confirmed=np.isin(np.arange(num), confirmed),
    )  # fmt: skip


def test_best_are_a_requests_own_best_first() -> None:
    made = pool([3.0, 0.1, 2.0, 0.2, 1.0], request=[0, 1, 0, 1, 0])
    assert made.best(0, 2).tolist() == [4, 2]
    assert made.best(1, 9).tolist() == [1, 3]


@pytest.mark.parametrize(
    ("made", "answer"),
    [
        # luck does not win: the confirmed beats the better unconfirmed
        (pool([0.9, 0.1, 0.5], confirmed=(0, 2)), 2),
        # with nothing confirmed the best so far is all there is
        (pool([0.9, 0.1, 0.5]), 1),
        # a single shot as good as the best is kept
        (pool([0.1, 0.09 + SHOT_ALLOWANCE], shot=(1,), confirmed=(0, 1)), 1),
        # a poor one is
        (pool([0.1, 0.11 + SHOT_ALLOWANCE], shot=(1,), confirmed=(0, 1)), 0),
        # another request's candidates do not count
        (pool([0.9, 0.1], request=[0, 1], confirmed=(0, 1)), 0),
    ],
)
def test_answer_by_hand(made: Candidates, answer: int) -> None:
    assert made.answer(0) == answer


def test_confirming_pools_means_and_badness_by_episodes() -> None:
    made = pool([0.5, 0.6, 0.7])
    again = made.confirm(
        np.array([1, 2]), np.array([[400.0, 4.0], [200.0, 2.0]]), np.array([0.9, 0.1]), 6
    )
    np.testing.assert_allclose(again.mean, [[0, 0], [(300 + 2400) / 9, 27 / 9], [200, 2]])
    np.testing.assert_allclose(again.badness, [0.5, 0.8, 0.3])
    assert again.num_episodes.tolist() == [3, 9, 9]
    assert again.confirmed.tolist() == [False, True, True]
    assert made.confirmed.tolist() == [False] * 3, "the old pool was changed"
    assert made.badness.tolist() == [0.5, 0.6, 0.7]


def test_badness_counts_failures_not_how_far_a_fallen_robot_misses() -> None:
    one_far, one_just, two = [0.1, 0.1, 90.0], [0.1, 0.1, FAILED], [0.1, FAILED, FAILED]
    far, just, twice = episode_badness(np.array([one_far, one_just, two]))
    assert far == just
    assert twice > just > 1


def test_joined_pools_keep_their_order() -> None:
    both = pool([0.5, 0.6], shot=(0,)).join(pool([0.1], request=[1], confirmed=(0,)))
    assert both.badness.tolist() == [0.5, 0.6, 0.1]
    assert both.request.tolist() == [0, 0, 1]
    assert both.single_shot.tolist() == [True, False, False]
    assert both.confirmed.tolist() == [False, False, True]
