"""Watching changes nothing but that it can be followed and stopped."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate_many
from backend.steering.correction import CorrectionConfig
from backend.steering.request import Goal, SteerRequest
from backend.studio import Studio
from backend.watched import watched
from tests.toys import ATLAS, SHORT


class Stop(BaseException):
    """What a page raises when a person wants something else."""


def test_a_watched_atlas_decodes_the_same_policies_and_beats_each_step(atlas: Atlas) -> None:
    beats: list[int] = []
    seen = watched(atlas, lambda: beats.append(1))
    z = atlas.z[:2]
    plain = simulate_many(SHORT, atlas.decode(z), [0, 1])
    followed = simulate_many(SHORT, seen.decode(z), [0, 1])
    np.testing.assert_array_equal(plain.returns, followed.returns)
    assert len(beats) == SHORT.horizon


def test_what_was_computed_is_shared(atlas: Atlas) -> None:
    cloud = atlas.cloud
    assert watched(atlas, lambda: None).cloud is cloud


def test_verification_stops_in_the_middle_of_a_rollout(atlas: Atlas) -> None:
    studio = Studio()
    short = replace(atlas, spec=SHORT)
    studio.atlas = {ATLAS: short}.__getitem__  # type: ignore[assignment,method-assign]
    beats: list[int] = []

    def beat() -> None:
        beats.append(1)
        if len(beats) == SHORT.horizon // 2:
            raise Stop

    goals = {"forward": Goal(mode="target", value=float(atlas.returns_low[0] + 100))}
    with pytest.raises(Stop):
        studio.verify(ATLAS, SteerRequest(goals=goals), atlas.z[0], beat=beat,
                      config=CorrectionConfig(num_rounds=1))  # fmt: skip
    assert len(beats) == SHORT.horizon // 2
