"""Bands of what is still attainable, against cases worked out by hand and the whole cloud."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.steering.problem import pose
from backend.steering.reachable import Reach, reach
from backend.steering.request import Goal, SteerRequest
from tests.toys import problem

RETURNS = np.array([[0.0, 100.0], [50.0, 80.0], [100.0, 0.0]])
EXTENT = (100.0, 100.0)
REACH = Reach(returns=RETURNS, num_measured=3)


def test_a_bound_on_one_cuts_the_band_of_the_other() -> None:
    asked = problem({"lower": [-np.inf, 79.0]}, extent=EXTENT)
    assert REACH.band(asked, 0) == (0.0, 50.0)
    assert REACH.band(asked, 1) == (0.0, 100.0)


def test_the_own_goal_does_not_narrow_the_own_band() -> None:
    asked = problem({"target": [50.0, np.nan]}, extent=EXTENT)
    assert REACH.band(asked, 0) == (0.0, 100.0)
    assert REACH.band(asked, 1) == (80.0, 80.0)


def test_where_nothing_keeps_the_others_there_is_no_band() -> None:
    asked = problem({"target": [25.0, np.nan]}, extent=EXTENT)
    assert REACH.band(asked, 1) is None


def test_the_nearest_misses_least() -> None:
    asked = problem({"target": [60.0, np.nan], "lower": [-np.inf, 90.0]}, extent=EXTENT)
    assert REACH.nearest(asked).tolist() == [50.0, 80.0]


@pytest.mark.parametrize("extent_share", [0.2, 0.5, 0.8])
def test_every_measured_policy_that_keeps_a_bound_lies_in_the_band(
    atlas: Atlas, extent_share: float
) -> None:
    bound = float(atlas.returns_low[1] + extent_share * atlas.returns_extent[1])
    asked = pose([SteerRequest(goals={"energy": Goal(mode="at least", value=bound)})], atlas)
    band = reach(atlas).band(asked, 0)
    assert band is not None
    returns = atlas.population.returns[atlas.training_rows]
    kept = returns[returns[:, 1] >= bound, 0]
    assert band[0] <= kept.min() and kept.max() <= band[1]


def test_blends_stay_between_neighbours_and_in_the_attainable_range(atlas: Atlas) -> None:
    known = reach(atlas)
    assert known.num_measured == len(atlas.training_rows) < len(known.returns)
    assert (known.returns >= atlas.returns_low).all()
    assert (known.returns <= atlas.returns_high).all()
    halved = replace(known, returns=known.returns[: known.num_measured])
    assert (halved.returns == atlas.population.returns[atlas.training_rows]).all()
