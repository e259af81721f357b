"""Teachers act as their own networks do; a trial tells getting on from lying there."""

import numpy as np

from backend.atlas.atlas import Atlas
from backend.envs.model import load_model, reset_state
from backend.live.teachers import Teachers, Trial, gets_on, stacked


def test_a_batch_of_teachers_acts_as_each_of_them(atlas: Atlas) -> None:
    rows = np.arange(0, len(atlas.training_rows), 41)
    obs = np.random.default_rng(0).standard_normal((len(rows), atlas.spec.obs_dim))
    found = Teachers(atlas).chosen(rows).act(obs)
    for i, row in enumerate(rows):
        own = atlas.population.actor(int(atlas.training_rows[row])).act(obs[i : i + 1])[0]
        np.testing.assert_allclose(found[i], own, atol=1e-6)


def test_a_robot_on_its_back_does_not_get_on_but_one_that_starts_does(atlas: Atlas) -> None:
    qpos, qvel = reset_state(atlas.spec, load_model(atlas.spec), 0)
    back = qpos.copy()
    back[1:3] = -0.1, np.pi
    fast = int(atlas.population.returns[atlas.training_rows, 0].argmax())
    found = gets_on(
        atlas, Teachers(atlas), Trial(seconds=1.5, rows=2), np.array([qpos, back, qpos]),
        np.array([qvel, 0 * qvel, qvel]), np.array([fast, fast, fast]),
    )  # fmt: skip
    assert found.tolist() == [True, False, True]


def test_smaller_networks_get_idle_neurons() -> None:
    found = stacked([np.ones((2, 3)), np.ones((4, 1))])
    assert found.shape == (2, 4, 3)
    assert found.sum() == 10
