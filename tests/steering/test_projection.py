"""From free to strict: the share of the projection leads from one method to the other."""

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.steering.request import Goal, Method, SteerRequest, SteerResult
from backend.steering.solver import solve

GOALS = {"forward": Goal(mode="target", value=7500.0)}


def answer(atlas: Atlas, method: Method, projection: float = 1.0) -> SteerResult:
    start = atlas.population.ids[int(atlas.training_rows[0])]
    return solve(
        atlas, SteerRequest(goals=GOALS, method=method, projection=projection, start=start)
    )


def test_the_ends_are_the_two_methods(atlas: Atlas) -> None:
    assert (answer(atlas, "tangent", 0.0).path == answer(atlas, "free").path).all()
    assert not np.allclose(answer(atlas, "tangent").z, answer(atlas, "free").z)


@pytest.mark.parametrize("projection", [0.25, 0.5, 0.75])
def test_stricter_stays_closer_to_the_data(atlas: Atlas, projection: float) -> None:
    far, near = answer(atlas, "tangent", 0.0), answer(atlas, "tangent", 1.0)
    between = answer(atlas, "tangent", projection).distance_to_data[-1]
    assert near.distance_to_data[-1] < between < far.distance_to_data[-1]
