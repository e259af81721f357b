"""The sampling study: a mean of independent pairs errs like 1 / N, and the study finds it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from backend.atlas.atlas import Atlas
from backend.evaluation.sampling import one_over_n, sampling
from backend.evaluation.summary import sampling_law
from backend.representation.model import Representation
from backend.rollouts.dataset import OccupancyDataset


class MeanOfPairs(Representation):
    """An encoder whose latent is the mean of the first eight observation entries."""

    def __init__(self) -> None:
        torch.nn.Module.__init__(self)

    def encode(self, obs: torch.Tensor, _: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean = obs[..., :8].mean(1)
        return mean, torch.zeros_like(mean)


@pytest.fixture(scope="module")
def pairs(atlas: Atlas) -> OccupancyDataset:
    """Episodes of one policy differ in their mean, pairs of one episode are independent."""
    num, rng = len(atlas.z), np.random.default_rng(0)
    level = rng.normal(size=(num, 10, 1, 17))
    obs = (level + rng.normal(size=(num, 10, 300, 17))).astype(np.float32)
    action = np.zeros((num, 10, 300, 6), np.float32)
    return OccupancyDataset(
        obs=obs, action=action, clean_action=action, returns=atlas.population.returns
    )


def test_the_floor_of_exact_points() -> None:
    size = np.array([8.0, 32.0, 128.0])
    assert one_over_n(size, 5 / size + 0.2) == pytest.approx((0.2, 1))
    assert one_over_n(size, 5 / size) == pytest.approx((0, 1))


def test_error_of_a_mean_falls_like_one_over_n_down_to_what_episodes_differ_by(
    atlas: Atlas, pairs: OccupancyDataset
) -> None:
    """Levels of variance 1 in 8 dimensions: five episodes against five others differ by 8 · 2/5,
    one against five by 8 · 6/5.
    """
    held = np.flatnonzero(~atlas.population.is_training)[:16]
    few = np.isin(np.arange(len(atlas.z)), held)
    population = replace(atlas.population, held_out=np.where(few, "random", ""))
    small = replace(atlas, population=population, representation=MeanOfPairs())
    rows = sampling(small, pairs)
    frame = pd.DataFrame(rows)
    assert set(frame.policy) == {atlas.population.ids[i] for i in held}
    variance = frame.squared_error[0] / frame.share[0]
    for num_episodes, expected in ((5, 3.2), (1, 9.6)):
        floor, _ = sampling_law(rows, num_episodes)
        assert floor * variance == pytest.approx(expected, rel=0.25)
