"""Episodes: one at a time or many at once, the same numbers."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.envs.single import SingleEnv
from backend.envs.table import env_spec
from backend.rollouts.simulate import AFTERMATH_S, simulate, simulate_many
from tests.toys import SHORT, SPEC, Limp, Swinger

SEEDS = [3, 1, 4]


class Leaning(Swinger):
    """Acts on the observation of one row only, to see rows mixed up."""

    num_rows = 3

    def act(self, obs: np.ndarray) -> np.ndarray:
        return super().act(obs) * np.array([[0.0], [0.5], [1.0]])


def test_one_episode_equals_the_same_row_among_many() -> None:
    many = simulate_many(SPEC, Swinger(), SEEDS, kept_steps=range(SPEC.horizon))
    for row, seed in enumerate(SEEDS):
        one = simulate(SPEC, Swinger(), seed)
        np.testing.assert_allclose(one.returns, many.returns[row], rtol=1e-12)
        np.testing.assert_array_equal(one.obs.astype(np.float32), many.obs[row])
        np.testing.assert_array_equal(one.action.astype(np.float32), many.action[row])
        assert many.length[row] == len(one.reward) == SPEC.horizon


def test_a_decoded_policy_rolls_out_alike_both_ways(atlas: Atlas) -> None:
    policy = atlas.decode(atlas.z[[0]])
    one, many = simulate(SPEC, policy, 7), simulate_many(SPEC, policy, [7])
    np.testing.assert_allclose(one.returns, many.returns[0], rtol=1e-9)


def test_rows_keep_their_own_policy() -> None:
    many = simulate_many(SHORT, Leaning(), SEEDS)
    assert many.returns[0, 1] == 0.0
    assert many.returns[2, 1] < many.returns[1, 1] < 0


def test_same_seed_same_bits_other_seed_other_episode() -> None:
    first, again = (simulate(SHORT, Swinger(), 5) for _ in range(2))
    other = simulate(SHORT, Swinger(), 6)
    np.testing.assert_array_equal(first.qpos, again.qpos)
    assert np.abs(first.qpos - other.qpos).max() > 1e-3


def test_trajectory_can_be_replayed_from_its_actions() -> None:
    """Row t holds what was seen, done and earned at t, in that order."""
    film = simulate(SHORT, Swinger(), 2)
    env = SingleEnv(SHORT)
    obs = env.reset(2)
    for t in range(SHORT.horizon):
        np.testing.assert_array_equal(film.obs[t], obs)
        np.testing.assert_array_equal(film.qpos[t], env.data.qpos)
        np.testing.assert_array_equal(film.action[t], Swinger().act(obs))
        obs, reward, _ = env.step(film.action[t])
        np.testing.assert_array_equal(film.reward[t], reward)
    np.testing.assert_allclose(film.returns, film.reward.sum(0))


@pytest.mark.parametrize("num_steps", [1, 17])
def test_a_short_trajectory_is_the_beginning_of_the_long_one(num_steps: int) -> None:
    short, whole = simulate(SHORT, Swinger(), 2, num_steps=num_steps), simulate(SHORT, Swinger(), 2)
    assert len(short.qpos) == num_steps
    np.testing.assert_array_equal(short.qpos, whole.qpos[:num_steps])


def test_kept_steps_are_the_steps_asked_for() -> None:
    kept = [0, 5, 39]
    whole = simulate_many(SHORT, Swinger(), SEEDS, kept_steps=range(40))
    part = simulate_many(SHORT, Swinger(), SEEDS, kept_steps=kept)
    assert part.obs.shape == (3, 3, SPEC.obs_dim)
    assert part.action.shape == (3, 3, SPEC.action_dim)
    np.testing.assert_array_equal(part.obs, whole.obs[:, kept])
    np.testing.assert_array_equal(part.action, whole.action[:, kept])


def test_nothing_is_kept_unless_asked_for() -> None:
    episodes = simulate_many(SHORT, Swinger(), SEEDS)
    assert episodes.obs.shape == (3, 0, SPEC.obs_dim)
    assert episodes.action.shape == (3, 0, SPEC.action_dim)


def test_an_ended_episode_earns_nothing_more() -> None:
    """With an environment that ends once the torso pitches forward, rows end at different times."""
    falling = replace(SHORT, horizon=200, terminated=lambda qpos, qvel: np.abs(qpos[..., 2]) > 0.15)
    many = simulate_many(falling, Swinger(3.0), [0, 1, 2, 3])
    assert 1 <= many.length.min() < many.length.max()
    for row in range(4):
        one = simulate(falling, Swinger(3.0), row)
        assert len(one.reward) == many.length[row]
        np.testing.assert_allclose(one.returns, many.returns[row], rtol=1e-12)


def test_steps_are_kept_even_when_every_episode_ends_before_them() -> None:
    """The episode starts again for the dataset's sake; its return stays that of the first."""
    falling = replace(SHORT, horizon=200, terminated=lambda qpos, qvel: np.abs(qpos[..., 2]) > 0.15)
    without = simulate_many(falling, Swinger(3.0), [0, 1])
    kept = simulate_many(falling, Swinger(3.0), [0, 1], kept_steps=[0, 150, 199])
    assert without.length.max() < 150
    assert kept.obs.shape == (2, 3, SPEC.obs_dim)
    np.testing.assert_array_equal(kept.returns, without.returns)
    np.testing.assert_array_equal(kept.length, without.length)


def test_a_fall_is_followed_until_the_robot_lies() -> None:
    """Hopper without torque: leans, ends its episode, and tips over."""
    spec = env_spec("mo-hopper-v5")
    film = simulate(spec, Limp(spec.action_dim), 0)
    assert film.fell
    assert film.aftermath is not None
    assert len(film.qpos) == len(film.reward) < spec.horizon
    assert spec.terminated(film.aftermath[:1], np.zeros((1, 6)))[0], (
        "begins where the episode ended"
    )
    assert film.aftermath[-1, 1] < 0.6 < film.qpos[-1, 1], "the torso's height"
    assert len(film.aftermath) * spec.time_step == pytest.approx(AFTERMATH_S, rel=0.05)


def test_an_episode_that_runs_its_course_has_no_aftermath() -> None:
    film = simulate(SHORT, Swinger(), 0)
    assert not film.fell
    assert film.aftermath is None


def test_upright_is_a_share_of_the_steps() -> None:
    assert simulate_many(SHORT, Swinger(0.0), [0]).upright.tolist() == [1.0]
    never = replace(SHORT, upright=lambda qpos: qpos[..., 2] > 1e9)
    assert simulate_many(never, Swinger(), SEEDS).upright.tolist() == [0.0] * 3
