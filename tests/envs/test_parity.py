"""The fast environments are Gymnasium's, bit for bit."""

from collections.abc import Iterator

import gymnasium
import mo_gymnasium
import numpy as np
import pytest

from backend.envs.batched import BatchedEnv
from backend.envs.model import load_model
from backend.envs.single import SingleEnv
from backend.envs.spec import EnvSpec
from backend.envs.table import ENVIRONMENTS, env_spec

SEEDS = (0, 1, 20261121)
NUM_STEPS = 200
Recorded = dict[str, np.ndarray]


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def spec(request: pytest.FixtureRequest) -> EnvSpec:
    return env_spec(request.param)


@pytest.fixture(scope="module")
def reference(spec: EnvSpec, tmp_path_factory: pytest.TempPathFactory) -> Iterator[gymnasium.Env]:
    with pytest.MonkeyPatch.context() as patch:
        # MuJoCo logs its opinion of Gymnasium's model file in the working folder
        patch.chdir(tmp_path_factory.mktemp("log"))
        env = mo_gymnasium.make(spec.name, **spec.make_options)
    yield env
    env.close()


@pytest.fixture(scope="module")
def episodes(spec: EnvSpec, reference: gymnasium.Env) -> list[Recorded]:
    """Gymnasium's own episodes under random actions, until they terminate: one per seed."""
    shape = (len(SEEDS), NUM_STEPS, spec.action_dim)
    actions = np.random.default_rng(5).uniform(-1, 1, shape).astype(np.float32)
    episodes = []
    for seed, row in zip(SEEDS, actions, strict=True):
        first, steps = reference.reset(seed=seed)[0], []
        for action in row:
            steps.append(reference.step(action * np.float32(spec.action_scale)))
            if steps[-1][2]:
                break
        obs, reward, terminated = (np.array([step[i] for step in steps]) for i in range(3))
        episodes.append(
            {"first": first, "action": row, "obs": obs, "reward": reward, "terminated": terminated}
        )
    return episodes


def test_masses_and_inertias_are_gymnasiums(spec: EnvSpec, reference: gymnasium.Env) -> None:
    ours, theirs = load_model(spec), reference.unwrapped.model
    np.testing.assert_array_equal(ours.body_mass, theirs.body_mass)
    np.testing.assert_array_equal(ours.body_inertia, theirs.body_inertia)
    if spec.total_mass is not None:
        assert ours.body_mass.sum() == pytest.approx(spec.total_mass)
    assert ours.opt.timestep * spec.frame_skip == pytest.approx(spec.time_step)


def test_sizes_in_the_table_are_gymnasiums(spec: EnvSpec, reference: gymnasium.Env) -> None:
    assert reference.observation_space.shape == (spec.obs_dim,)
    assert reference.action_space.shape == (spec.action_dim,)
    assert reference.unwrapped.reward_space.shape == (spec.num_objectives,)
    assert reference.spec is not None
    assert reference.spec.max_episode_steps == spec.horizon


def test_single_env_equals_gymnasium(spec: EnvSpec, episodes: list[Recorded]) -> None:
    env = SingleEnv(spec)
    for seed, episode in zip(SEEDS, episodes, strict=True):
        assert np.abs(env.reset(seed) - episode["first"]).max() == 0.0
        for t in range(len(episode["obs"])):
            obs, reward, terminated = env.step(episode["action"][t])
            assert np.abs(obs - episode["obs"][t]).max() == 0.0
            np.testing.assert_allclose(reward, episode["reward"][t], rtol=0, atol=1e-6)
            assert terminated == episode["terminated"][t]


@pytest.mark.parametrize("num_threads", [1, 2])
def test_batched_env_equals_gymnasium(
    spec: EnvSpec, episodes: list[Recorded], num_threads: int
) -> None:
    env = BatchedEnv(spec, len(SEEDS), num_threads=num_threads)
    first = env.reset(SEEDS)
    for row, episode in enumerate(episodes):
        assert np.abs(first[row] - episode["first"]).max() == 0.0
    for t in range(max(len(episode["obs"]) for episode in episodes)):
        obs, reward, terminated = env.step(np.stack([e["action"][t] for e in episodes]))
        for row, episode in enumerate(episodes):
            if t < len(episode["obs"]):
                assert np.abs(obs[row] - episode["obs"][t]).max() == 0.0
                np.testing.assert_allclose(reward[row], episode["reward"][t], rtol=0, atol=1e-6)
                assert terminated[row] == episode["terminated"][t]


def test_partial_reset_leaves_other_rows_alone(spec: EnvSpec, episodes: list[Recorded]) -> None:
    """Row 1 starts anew in the middle; rows 0 and 2 go on exactly as Gymnasium's do."""
    env = BatchedEnv(spec, len(SEEDS))
    env.reset(SEEDS)
    shortest = min(len(episode["obs"]) for episode in episodes)
    restarted = shortest // 4
    for t in range(shortest // 2):
        action = np.stack([episode["action"][t] for episode in episodes])
        if t == restarted:
            obs = env.reset([SEEDS[0]], np.array([1]))
            assert np.abs(obs[1] - episodes[0]["first"]).max() == 0.0
        if t >= restarted:
            action[1] = episodes[0]["action"][t - restarted]
        obs, _, _ = env.step(action)
        for row in (0, 2):
            assert np.abs(obs[row] - episodes[row]["obs"][t]).max() == 0.0
        if t >= restarted:
            assert np.abs(obs[1] - episodes[0]["obs"][t - restarted]).max() == 0.0


def test_reset_wants_one_seed_per_row() -> None:
    with pytest.raises(AssertionError, match="2 rows need as many seeds, got 1"):
        BatchedEnv(env_spec("mo-halfcheetah-v5"), 2).reset([0])
