"""The fast environments are Gymnasium's, bit for bit."""

from collections.abc import Iterator

import gymnasium
import mo_gymnasium
import numpy as np
import pytest

from backend.envs.batched import BatchedEnv
from backend.envs.model import load_model
from backend.envs.single import SingleEnv
from tests.toys import SPEC

SEEDS = (0, 1, 20261121)
NUM_STEPS = 200


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[gymnasium.Env]:
    with pytest.MonkeyPatch.context() as patch:
        # MuJoCo logs its opinion of Gymnasium's model file in the working folder
        patch.chdir(tmp_path_factory.mktemp("log"))
        env = mo_gymnasium.make(SPEC.name)
    yield env
    env.close()


@pytest.fixture(scope="module")
def episodes(reference: gymnasium.Env) -> dict[str, np.ndarray]:
    """Gymnasium's own episodes under random actions: [seed, time, ...]."""
    actions = np.random.default_rng(5).uniform(-1, 1, (len(SEEDS), NUM_STEPS, SPEC.action_dim))
    actions = actions.astype(np.float32)
    first, obs, reward, ended = [], [], [], []
    for seed, row in zip(SEEDS, actions, strict=True):
        first.append(reference.reset(seed=seed)[0])
        steps = [reference.step(action) for action in row]
        obs.append([step[0] for step in steps])
        reward.append([step[1] for step in steps])
        ended.append([step[2] for step in steps])
    return {
        "action": actions, "first": np.array(first), "obs": np.array(obs),
        "reward": np.array(reward), "terminated": np.array(ended),
    }  # fmt: skip


def test_masses_and_inertias_are_gymnasiums(reference: gymnasium.Env) -> None:
    ours, theirs = load_model(SPEC), reference.unwrapped.model
    np.testing.assert_array_equal(ours.body_mass, theirs.body_mass)
    np.testing.assert_array_equal(ours.body_inertia, theirs.body_inertia)
    assert ours.body_mass.sum() == pytest.approx(SPEC.total_mass)
    assert ours.opt.timestep * SPEC.frame_skip == pytest.approx(SPEC.time_step)


def test_sizes_in_the_table_are_gymnasiums(reference: gymnasium.Env) -> None:
    assert reference.observation_space.shape == (SPEC.obs_dim,)
    assert reference.action_space.shape == (SPEC.action_dim,)
    assert reference.unwrapped.reward_space.shape == (SPEC.num_objectives,)
    assert reference.spec is not None
    assert reference.spec.max_episode_steps == SPEC.horizon


def test_single_env_equals_gymnasium(episodes: dict[str, np.ndarray]) -> None:
    env = SingleEnv(SPEC)
    for row, seed in enumerate(SEEDS):
        assert np.abs(env.reset(seed) - episodes["first"][row]).max() == 0.0
        for t, action in enumerate(episodes["action"][row]):
            obs, reward, terminated = env.step(action)
            assert np.abs(obs - episodes["obs"][row, t]).max() == 0.0
            np.testing.assert_allclose(reward, episodes["reward"][row, t], rtol=0, atol=1e-6)
            assert terminated == episodes["terminated"][row, t]


@pytest.mark.parametrize("num_threads", [1, 2])
def test_batched_env_equals_gymnasium(episodes: dict[str, np.ndarray], num_threads: int) -> None:
    env = BatchedEnv(SPEC, len(SEEDS), num_threads=num_threads)
    assert np.abs(env.reset(SEEDS) - episodes["first"]).max() == 0.0
    for t in range(NUM_STEPS):
        obs, reward, terminated = env.step(episodes["action"][:, t])
        assert np.abs(obs - episodes["obs"][:, t]).max() == 0.0
        np.testing.assert_allclose(reward, episodes["reward"][:, t], rtol=0, atol=1e-6)
        np.testing.assert_array_equal(terminated, episodes["terminated"][:, t])


def test_partial_reset_leaves_other_rows_alone(episodes: dict[str, np.ndarray]) -> None:
    """Row 1 starts anew in the middle; rows 0 and 2 go on exactly as Gymnasium's do."""
    env = BatchedEnv(SPEC, len(SEEDS))
    env.reset(SEEDS)
    restarted = 50
    for t in range(100):
        action = episodes["action"][:, t].copy()
        if t == restarted:
            obs = env.reset([SEEDS[0]], np.array([1]))
            assert np.abs(obs[1] - episodes["first"][0]).max() == 0.0
        if t >= restarted:
            action[1] = episodes["action"][0, t - restarted]
        obs, _, _ = env.step(action)
        assert np.abs(obs[[0, 2]] - episodes["obs"][[0, 2], t]).max() == 0.0
        if t >= restarted:
            assert np.abs(obs[1] - episodes["obs"][0, t - restarted]).max() == 0.0


def test_reset_wants_one_seed_per_row() -> None:
    with pytest.raises(AssertionError, match="2 rows need as many seeds, got 1"):
        BatchedEnv(SPEC, 2).reset([0])
