"""The cars are Gymnasium's, and each reward is paid for what it says."""

from collections.abc import Callable

import gymnasium
import numpy as np
import pytest

from backend.envs.mountain_car import (
    HORIZON,
    MountainCars,
    action_map,
    drive,
    path,
    start_positions,
)

STANDARD, LEFT, SPEED, HEIGHT = range(4)


def energetic(obs: np.ndarray) -> np.ndarray:
    """Pushes the way it rolls: reaches the flag."""
    return np.where(obs[:, 1] >= 0, 1.0, -1.0)


def idle(obs: np.ndarray) -> np.ndarray:
    return np.zeros(len(obs))


@pytest.mark.parametrize("push", [energetic, idle])
def test_dynamics_and_reward_are_gymnasiums(push: Callable) -> None:
    env = gymnasium.make("MountainCarContinuous-v0").unwrapped
    env.reset(seed=3)
    start = float(env.state[0])
    cars = MountainCars(np.array([start]))
    total = theirs = 0.0
    for _ in range(HORIZON):
        action = push(cars.obs)
        state, reward, terminated, *_ = env.step(action.astype(np.float32))
        total += cars.step(action)[0, STANDARD]
        theirs += float(reward)
        np.testing.assert_allclose(cars.obs[0], state, atol=2e-5)
        assert bool(cars.done[0]) == terminated
        if terminated:
            break
    assert total == pytest.approx(theirs, abs=1e-4)


def test_a_car_at_the_flag_is_paid_no_more() -> None:
    cars = MountainCars(np.array([0.44, -0.5]))
    cars.velocity[:] = 0.05
    first = cars.step(np.ones(2))
    assert first[0, STANDARD] == pytest.approx(99.9)
    assert cars.done.tolist() == [True, False]
    assert (cars.step(np.ones(2))[0] == 0).all()


def test_left_is_won_once_and_costs_nothing_afterwards() -> None:
    cars = MountainCars(np.array([-1.05]))
    cars.velocity[:] = -0.06
    assert cars.step(np.array([-1.0]))[0, LEFT] == pytest.approx(99.9)
    assert cars.step(np.array([1.0]))[0, LEFT] == 0.0


def test_speed_and_height_are_what_they_are_called() -> None:
    cars = MountainCars(np.array([-0.9]))
    reward = cars.step(np.zeros(1))[0]
    assert reward[SPEED] == pytest.approx(10 * abs(float(cars.velocity[0])))
    assert reward[HEIGHT] == pytest.approx(0.45 * np.sin(3 * float(cars.position[0])))


def test_an_episode_is_as_long_as_gymnasiums() -> None:
    assert len(path(idle, seed=0)) == HORIZON + 1
    fast = path(energetic, seed=0)
    assert len(fast) < 300
    assert fast[-1, 0] >= 0.45
    returns, length = drive(energetic, start_positions(3, seed=1))
    assert returns.shape == (3, 4) and (length < 300).all()
    assert drive(energetic, start_positions(1, seed=0))[1] == len(fast) - 1
    assert (returns[:, STANDARD] > 70).all()


def test_the_action_map_is_position_by_velocity() -> None:
    drawn = action_map(energetic, columns=5, rows=4)
    assert drawn.shape == (4, 5)
    assert (drawn[0] == -1).all() and (drawn[-1] == 1).all()
