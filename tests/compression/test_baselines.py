"""The tasks as Gymnasium environments, and the learners' curves."""

from pathlib import Path

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from backend.compression import baselines
from backend.compression.baselines import (
    EXPLORATION,
    baseline_evidence,
    learned_of,
    play,
    record_baselines,
)
from backend.compression.environments import ENVIRONMENTS, compression_env
from backend.compression.shape import GeneratedPolicy
from backend.compression.task_env import TaskEnv
from backend.envs import mountain_car
from backend.rollouts.simulate import simulate


@pytest.mark.parametrize("name", ENVIRONMENTS)
@pytest.mark.filterwarnings("ignore:.*")  # the checker's advice on spaces without bounds
def test_gymnasium_accepts_the_task(name: str) -> None:
    check_env(TaskEnv(compression_env(name), 0), skip_render_check=True)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_policy_earns_there_what_it_earns_here(name: str) -> None:
    """The same network, on the same start: for a learner or by our own rollout."""
    env = compression_env(name)
    shape = env.sizes["medium"]
    theta = shape.draw(1, 5)
    policy = GeneratedPolicy(shape, theta, env.box)

    def act(inputs: np.ndarray) -> np.ndarray:
        return policy.act((inputs[None] * env.box.half + env.box.middle).astype(float))[0]

    if env.spec is None:
        start = mountain_car.start_positions(1, 3)
        expected = mountain_car.drive(lambda obs: policy.act(obs)[:, 0], start)[0][0]
    else:
        expected = simulate(env.spec, policy, 3).returns
    for i, _ in enumerate(env.rewards):
        assert play(TaskEnv(env, i), act, seed=3) == pytest.approx(expected[i], rel=0.02, abs=0.05)


def test_curves_are_recorded_once_and_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = compression_env("reacher")
    monkeypatch.setattr(baselines, "NUM_LOOKS", 3)
    how = {"seeds": [0], "learners": ["PPO", "TD3"], "num_steps": 120, "root": tmp_path}
    rows = record_baselines(env, **how, scratch=tmp_path / "kept").rows
    learned = learned_of([row for row in rows if row["reward"] == "speed"])
    assert list(learned) == ["PPO", "TD3"]
    for (run,) in learned.values():
        assert run.steps[0] == 0 and run.steps[-1] == 120
        assert (np.diff(run.steps) >= 0).all() and np.isfinite(run.returns).all()
    again = record_baselines(env, **how, scratch=tmp_path / "kept").rows
    assert again == rows
    kept = baseline_evidence("reacher", tmp_path / "evidence")
    assert kept.rows == rows and kept.parameters["exploration"] == EXPLORATION
