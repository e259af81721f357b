"""The environment table."""

import numpy as np
import pytest

from backend.envs.spec import Step
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.errors import UnknownName


def test_unknown_environment_lists_what_exists() -> None:
    with pytest.raises(UnknownName) as caught:
        env_spec("mo-unicycle-v5")
    text = str(caught.value)
    assert "mo-unicycle-v5" in text
    assert all(name in text for name in ENVIRONMENTS)
    assert "\n" not in text


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_row_is_complete(name: str) -> None:
    spec = env_spec(name)
    assert spec.name == name
    assert len(set(spec.objective_names)) == spec.num_objectives >= 2
    assert all(o.step_unit and o.meaning and o.title for o in spec.objectives)


def test_energy_reward_is_minus_the_squared_action_norm() -> None:
    spec = env_spec("mo-halfcheetah-v5")
    step = Step(
        qpos=np.zeros((2, 9)), qvel=np.zeros((2, 9)), velocity=np.array([[2.0], [-1.0]]),
        action=np.array([[1.0] * 6, [0.5] + [0.0] * 5]), contact_cost=np.zeros(2),
    )  # fmt: skip
    reward = spec.reward(step)
    np.testing.assert_allclose(reward, [[2.0, -6.0], [-1.0, -0.25]])


def test_upright_is_a_small_torso_pitch() -> None:
    spec = env_spec("mo-halfcheetah-v5")
    qpos = np.zeros((4, 9))
    qpos[:, 2] = 0.0, 0.49, -0.49, 0.51
    assert spec.upright(qpos).tolist() == [True, True, True, False]


def test_an_ant_is_nearly_lost_where_it_leaps_or_leans() -> None:
    """Rows: standing, rising high, falling from as high, leaning 50 and 70 degrees."""
    spec = env_spec("mo-ant-2obj-v5")
    assert spec.nearly_lost is not None
    qpos, qvel = np.zeros((5, 15)), np.zeros((5, 14))
    qpos[:, 2], qpos[:, 3] = (0.55, 0.8, 0.8, 0.55, 0.55), 1.0
    qvel[:, 2] = 0.1, 0.5, -0.5, 0.0, 0.0
    for row, degrees in ((3, 50), (4, 70)):
        half = np.radians(degrees) / 2
        qpos[row, 3:5] = np.cos(half), np.sin(half)
    assert spec.nearly_lost(qpos, qvel).tolist() == [False, True, False, False, True]
