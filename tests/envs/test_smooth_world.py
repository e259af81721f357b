"""Smooth World: walls stop, goals pay, layouts are what their names say."""

import numpy as np
import pytest

from backend.envs.smooth_world import (
    DEATH,
    DEATH_PAY,
    FREE,
    GOAL_PAY,
    LAYOUTS,
    SIDE,
    STEP,
    WALL,
    SmoothWorlds,
    layout,
)
from backend.errors import UnknownName


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_start_is_free_and_every_goal_exists(name: str) -> None:
    world = layout(name)
    assert world.cells[world.start] == FREE
    assert world.num_goals >= 1
    assert set(range(1, world.num_goals + 1)) <= set(np.unique(world.cells).tolist())


@pytest.mark.parametrize("name", ["two_walls", "four_walls", "two_slits", "tree", "cshape"])
def test_symmetric_worlds_are_symmetric(name: str) -> None:
    """Mirrored top to bottom; goals may change their numbers."""
    kinds = np.sign(layout(name).cells)
    np.testing.assert_array_equal(kinds, kinds[:, ::-1])


def test_a_step_at_full_speed_is_a_quarter_of_a_cell() -> None:
    worlds = SmoothWorlds(layout("four_walls"), 1)
    before = worlds.obs.copy()
    after = worlds.step(np.array([[1.0, -0.5]])).obs
    np.testing.assert_allclose((after - before)[0], [STEP * 2 / SIDE, -STEP / SIDE])
    worlds.step(np.array([[9.0, 0.0]]))
    np.testing.assert_allclose((worlds.obs - after)[0], [STEP * 2 / SIDE, 0])


def test_walls_stop_one_axis_and_let_slide_along_the_other() -> None:
    worlds = SmoothWorlds(layout("four_walls"), 1)
    worlds.obs[:] = [0.999, 0.5]
    moved = worlds.step(np.array([[1.0, 1.0]]))
    assert moved.obs[0, 0] == 0.999 and moved.obs[0, 1] > 0.5
    assert not moved.terminated[0] and moved.reward[0] == 0


@pytest.mark.parametrize(("name", "pay"), [("four_walls", GOAL_PAY), ("tree", DEATH_PAY)])
def test_goals_and_death_end_an_episode(name: str, pay: float) -> None:
    world = layout(name)
    wanted = 1 if pay > 0 else DEATH
    cell = tuple(np.argwhere(world.cells == wanted)[0])
    worlds = SmoothWorlds(world, 1)
    worlds.obs[:] = world.place((int(cell[0]), int(cell[1])))
    moved = worlds.step(np.zeros((1, 2)))
    assert moved.terminated[0] and moved.reward[0] == pay and moved.reached[0] == wanted


def test_agents_start_anywhere_free() -> None:
    world = layout("two_slits")
    worlds = SmoothWorlds(world, 500)
    worlds.scatter(np.random.default_rng(0), np.arange(500))
    assert (world.holds(worlds.obs) == FREE).all()
    assert np.ptp(worlds.obs[:, 0]) > 1.5


def test_outside_is_wall_and_unknown_worlds_are_named() -> None:
    assert layout("four_walls").holds(np.array([1.2, 0.0])) == WALL
    with pytest.raises(UnknownName, match="four_walls"):
        layout("maze")
