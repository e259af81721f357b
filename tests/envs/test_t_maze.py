"""The T-maze is symmetric, its walls hold, and both pads pay."""

from collections.abc import Callable

import gymnasium
import numpy as np
import pytest

from backend.envs.batched import BatchedEnv
from backend.envs.t_maze import END, HIGH, LOW, PAY, RADIUS, T_MAZE, T_MAZE_ANYWHERE
from backend.envs.tasks import HOPPER_STANDARD

SLACK = 0.02
"Metres that a puck may sink into a wall that it hits."
Chooser = Callable[[np.ndarray], np.ndarray]


def towards(side: float) -> Chooser:
    """Up the stem, then into an arm."""

    def act(obs: np.ndarray) -> np.ndarray:
        up = obs[:, 1] * END < (LOW + HIGH) / 2
        return np.where(up[:, None], [0.0, 1.0], [side, 0.0])

    return act


def go(act: Chooser, num: int = 4) -> tuple[np.ndarray, np.ndarray, BatchedEnv]:
    env = BatchedEnv(T_MAZE, num)
    obs, returns, over = env.reset(range(num)), np.zeros((num, 2)), np.zeros(num, bool)
    for _ in range(T_MAZE.horizon):
        obs, reward, terminated = env.step(act(obs))
        returns += np.where(over[:, None], 0, reward)
        over |= terminated
        if over.all():
            break
    return returns, over, env


@pytest.mark.parametrize(("side", "paid"), [(-1.0, [PAY, 0.0]), (1.0, [0.0, PAY])])
def test_each_arm_pays_the_same_and_ends(side: float, paid: list[float]) -> None:
    returns, over, _ = go(towards(side))
    np.testing.assert_array_equal(returns, [paid] * 4)
    assert over.all()


def test_a_mirrored_push_takes_a_mirrored_way() -> None:
    rng, env = np.random.default_rng(0), BatchedEnv(T_MAZE, 2)
    env.reset([0, 0])
    env.physics.reset(np.arange(2), np.array([[0.05, -0.4], [-0.05, -0.4]]), np.zeros((2, 2)))
    for _ in range(60):
        push = rng.uniform(-1, 1, 2)
        env.step(np.array([push, push * [-1, 1]]))
    np.testing.assert_allclose(env.qpos[0] * [-1, 1], env.qpos[1], atol=1e-9)


def test_walls_hold() -> None:
    rng, env = np.random.default_rng(1), BatchedEnv(T_MAZE_ANYWHERE, 64)
    env.reset(range(64))
    push = rng.choice([-1.0, 1.0], (64, 2))
    for step in range(150):
        if step % 30 == 0:
            push = rng.choice([-1.0, 1.0], (64, 2))
        env.step(push)
        assert clearance(env).min() > -SLACK
        assert (np.abs(env.qpos) < END).all()


def clearance(env: BatchedEnv) -> np.ndarray:
    """Metres between pucks and the nearest wall, each a box."""
    walls = [env.model.geom(i) for i in range(env.model.ngeom)]
    walls = [wall for wall in walls if wall.contype[0] and wall.name != "puck"]
    middle, half = (np.array([getattr(w, part)[:2] for w in walls]) for part in ("pos", "size"))
    beyond = np.maximum(np.abs(env.qpos[:, None] - middle) - half, 0)
    return np.linalg.norm(beyond, axis=-1).min(1) - RADIUS


def test_learning_starts_everywhere_and_measuring_at_the_foot() -> None:
    for spec, spread in ((T_MAZE, 0.02), (T_MAZE_ANYWHERE, 0.8)):
        env = BatchedEnv(spec, 200)
        env.reset(range(200))
        assert (np.ptp(env.qpos, axis=0) > 0.9 * spread).all()
    assert len(T_MAZE_ANYWHERE.objectives) == 2


def test_the_standard_hopper_is_gymnasiums() -> None:
    theirs, ours = gymnasium.make("Hopper-v5").unwrapped, BatchedEnv(HOPPER_STANDARD, 1)
    first, mine = theirs.reset(seed=3)[0], ours.reset([3])
    np.testing.assert_array_equal(mine[0], first)
    for push in np.random.default_rng(2).uniform(-1, 1, (60, 3)).astype(np.float32):
        obs, reward, terminated, *_ = theirs.step(push)
        mine, paid, ended = ours.step(push[None].astype(float))
        np.testing.assert_allclose(mine[0], obs, atol=1e-9)
        assert paid[0, 0] == pytest.approx(float(reward), abs=1e-9)
        assert bool(ended[0]) == terminated
        if terminated:
            break
    theirs.close()
