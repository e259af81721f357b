"""The plain way exists for every environment, with the same observations and dynamics."""

import gymnasium
import numpy as np
import pytest

from backend.benchmarks.plain import ENVIRONMENTS
from backend.envs import table
from backend.envs.single import SingleEnv


def test_every_environment_has_its_plain_one() -> None:
    assert set(ENVIRONMENTS) == set(table.ENVIRONMENTS)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_plain_one_is_the_same_robot(name: str) -> None:
    spec = table.env_spec(name)
    plain, ours = gymnasium.make(ENVIRONMENTS[name], **spec.make_options), SingleEnv(spec)
    obs, _ = plain.reset(seed=3)
    np.testing.assert_array_equal(obs, ours.reset(3))
    action = np.linspace(-0.9, 0.9, spec.action_dim)
    for _ in range(5):
        obs = plain.step(action * spec.action_scale)[0]
        np.testing.assert_allclose(obs, ours.step(action)[0], atol=1e-9)
    plain.close()
