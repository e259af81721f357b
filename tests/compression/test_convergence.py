"""When a search has arrived."""

import numpy as np
import pytest

from backend.compression.climbs import Climb
from backend.compression.convergence import arrival, convergence
from backend.compression.environments import compression_env


def climb(*returns: float) -> Climb:
    steps = np.arange(len(returns), dtype=float)
    return Climb(
        seed=0, episodes=10 * steps, steps=500 * steps, returns=np.array(returns),
        centres=np.zeros((len(returns), 1)), sigmas=np.ones((len(returns), 1)),
    )  # fmt: skip


def test_the_first_time_at_the_level_counts() -> None:
    assert arrival(climb(0.0, 3.0, 9.0, 1.0, 9.5), 9.0) == 20
    assert arrival(climb(9.0), 9.0) == 0
    assert arrival(climb(0.0, 8.9), 9.0) == float("inf")


@pytest.mark.parametrize("name", ["mountain-car", "reacher"])
def test_every_reward_and_space_has_a_row(name: str) -> None:
    env = compression_env(name)
    rows = convergence(env)
    assert {row["reward"] for row in rows} == {reward.name for reward in env.rewards}
    assert len(rows) == len(env.rewards) * 4
    for row in rows:
        assert 0 <= row["arrived"] <= row["runs"] == 5
        assert (row["median_episodes"] is None) == (row["arrived"] < 3)
