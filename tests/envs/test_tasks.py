"""Reacher moves as Gymnasium's does, and every task is paid for what it says."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import gymnasium
import mujoco
import numpy as np
import pytest

from backend.envs import reacher
from backend.envs.batched import BatchedEnv
from backend.envs.model import load_model
from backend.envs.single import SingleEnv
from backend.envs.spec import Step
from backend.envs.table import TASKS, env_spec

REACHER = env_spec("reacher")
NUM_STEPS = 50


@pytest.mark.parametrize("seed", [0, 7, 20260922])
def test_reacher_moves_as_gymnasiums(seed: int) -> None:
    """Joints and target to the last bit; the fingertip within the 2 mm that the module explains."""
    theirs = gymnasium.make("Reacher-v5")
    first, _ = theirs.reset(seed=seed)
    ours = SingleEnv(REACHER)
    obs = ours.reset(seed)
    np.testing.assert_array_equal(obs[:8], first[:8])
    rng = np.random.default_rng(1)
    for _ in range(NUM_STEPS):
        action = rng.uniform(-1, 1, 2)
        expected = theirs.step(action.astype(np.float32))[0]
        obs, _, terminated = ours.step(action.astype(np.float32))
        np.testing.assert_array_equal(obs[:8], expected[:8])
        np.testing.assert_allclose(obs[8:], expected[8:], atol=0.003)
        assert not terminated
    theirs.close()


def test_reachers_fingertip_is_the_models() -> None:
    model = load_model(REACHER)
    data = mujoco.MjData(model)
    rng = np.random.default_rng(0)
    for _ in range(5):
        data.qpos[:2], data.qvel[:2] = rng.uniform(-3, 3, 2), rng.uniform(-20, 20, 2)
        mujoco.mj_forward(model, data)
        tip = data.body("fingertip")
        np.testing.assert_allclose(reacher.fingertip(data.qpos), tip.xpos[:2], atol=1e-12)
        velocity = np.zeros(6)
        mujoco.mj_objectVelocity(
            model,
            data,
            mujoco.mjtObj.mjOBJ_BODY,
            tip.id,
            velocity,
            0,
        )
        ours = reacher.fingertip_velocity(data.qpos, data.qvel)
        np.testing.assert_allclose(ours, velocity[3:5], atol=1e-9)


def paid(name: str, qpos: list[float], qvel: list[float], forward: float = 0.0) -> dict:
    spec = env_spec(name)
    step = Step(
        qpos=np.array([qpos]), qvel=np.array([qvel]), velocity=np.array([[forward]]),
        action=np.zeros((1, spec.action_dim)), contact_cost=np.zeros(1),
    )  # fmt: skip
    return dict(zip(spec.objective_names, spec.reward(step)[0].tolist(), strict=True))


def test_rewards_of_a_stretched_arm_that_turns() -> None:
    earned = paid("reacher", [0.3, 0, 0, 0], [2.0, 0, 0, 0])
    assert earned["speed"] == pytest.approx(2 * 0.21)
    assert (earned["clockwise"], earned["counter-clockwise"]) == (-2, 2)
    assert earned["radial"] == pytest.approx(0, abs=1e-9)


def test_a_folding_elbow_moves_the_fingertip_inwards() -> None:
    bent = paid("reacher", [0, 1.5, 0, 0], [0, 1.0, 0, 0])
    ahead = reacher.fingertip(np.array([0, 1.501, 0, 0]))
    behind = reacher.fingertip(np.array([0, 1.499, 0, 0]))
    slope = (np.linalg.norm(ahead) - np.linalg.norm(behind)) / 0.002
    assert bent["radial"] == pytest.approx(abs(slope), rel=1e-4)
    assert bent["clockwise"] == 0


def test_flips_are_opposite_and_head_first_is_forwards() -> None:
    pitching = [0.0] * 9
    pitching[2] = 1.5
    earned = paid("halfcheetah", [0.0] * 9, pitching, forward=0.5)
    assert earned == {"forward": 0.5, "backward": -0.5, "frontflip": 1.5, "backflip": -1.5}
    model = load_model(env_spec("halfcheetah"))
    data = mujoco.MjData(model)
    data.qpos[2] = 0.3
    mujoco.mj_forward(model, data)
    head, torso = data.geom("head").xpos, data.geom("torso").xpos
    assert head[2] < torso[2] + 0.05, "positive pitch is nose down"


def test_jumping_is_paid_above_standing_only() -> None:
    assert paid("hopper", [0, 1.35, 0, 0, 0, 0], [0.0] * 6)["jump"] == pytest.approx(0.1)
    assert paid("hopper", [0, 1.05, 0, 0, 0, 0], [0.0] * 6)["jump"] == 0


@pytest.mark.parametrize("name", TASKS)
def test_one_and_many_earn_the_same(name: str) -> None:
    spec = env_spec(name)
    one, many = SingleEnv(spec), BatchedEnv(spec, 2)
    np.testing.assert_allclose(many.reset([3, 4])[0], one.reset(3))
    rng = np.random.default_rng(2)
    for _ in range(20):
        action = rng.uniform(-1, 1, (2, spec.action_dim))
        obs, reward, terminated = many.step(action)
        alone = one.step(action[0])
        np.testing.assert_allclose(obs[0], alone[0], atol=1e-9)
        np.testing.assert_allclose(reward[0], alone[1], atol=1e-9)
        assert terminated[0] == alone[2]
