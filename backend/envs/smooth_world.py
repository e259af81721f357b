"""Smooth World: a continuous 25 × 25 room with walls, goals and deadly cells, many at once.

After MePoly, 5.1. The agent moves by a quarter of a cell times its action; walls stop it along the
axis that runs into them. A goal pays 20 and ends, a deadly cell pays −10 and ends, else 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.errors import UnknownName

SIDE = 25
"Cells along each side."
MIDDLE = SIDE // 2
STEP = 0.25
"Cells per step at full speed."
HORIZON = 256
GOAL_PAY, DEATH_PAY = 20.0, -10.0
FREE, WALL, DEATH = 0, -1, -2
"What a cell holds; goals are numbered from 1."


@dataclass(frozen=True)
class Layout:
    """One world."""

    name: str
    title: str
    "For people."
    boxes: tuple[tuple[int, slice, slice], ...] = field(repr=False)
    "(what, columns, rows) painted one over the other; row 0 is the lowest."
    start: tuple[int, int] = (MIDDLE, MIDDLE)
    "Column and row that evaluations start from."
    gates: tuple[slice, ...] = ()
    "Rows of the openings in a wall, where passing them is what is counted."

    @cached_property
    def cells(self) -> Int[Array, "column row"]:
        """What each cell holds."""
        cells = np.zeros((SIDE, SIDE), int)
        for what, columns, rows in self.boxes:
            cells[columns, rows] = what
        return cells

    @property
    def num_goals(self) -> int:
        """Goals, counted."""
        return int(self.cells.max())

    def place(self, cell: tuple[int, int]) -> Float[Array, "2"]:
        """The middle of a cell as an observation."""
        return (np.array(cell) + 0.5) * 2 / SIDE - 1

    def free_places(self) -> Float[Array, "place 2"]:
        """The middles of all free cells, as observations."""
        return (np.argwhere(self.cells == FREE) + 0.5) * 2 / SIDE - 1

    def holds(self, place: Float[Array, "*batch 2"]) -> Int[Array, "*batch"]:
        """What is at places; outside the room there is wall."""
        cell = np.floor((place + 1) / 2 * SIDE).astype(int)
        inside = ((cell >= 0) & (cell < SIDE)).all(-1)
        column, row = np.moveaxis(np.clip(cell, 0, SIDE - 1), -1, 0)
        return np.where(inside, self.cells[column, row], WALL)


ALL = slice(None)


def _span(middle: int, size: int) -> slice:
    return slice(middle - size // 2, middle - size // 2 + size)


_CENTRE, _LAST = _span(MIDDLE, 3), slice(SIDE - 3, SIDE)
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("two_walls", "Two walls", ((1, ALL, slice(0, 1)), (2, ALL, slice(SIDE - 1, SIDE)))),
        Layout("four_walls", "Four goals", (
            (1, _CENTRE, slice(0, 3)), (2, _LAST, _CENTRE), (3, _CENTRE, _LAST),
            (4, slice(0, 3), _CENTRE),
        )),
        Layout("three_goals", "Three goals", (
            (1, _CENTRE, _LAST), (2, slice(1, 4), slice(3, 6)),
            (3, slice(SIDE - 4, SIDE - 1), slice(3, 6)),
        )),
        Layout("tree", "A tree in the middle", (
            (1, slice(SIDE - 2, SIDE), ALL), (DEATH, _span(MIDDLE + 3, 5), _span(MIDDLE, 5)),
        ), start=(MIDDLE - 10, MIDDLE)),
        Layout("two_slits", "Two slits", (
            (1, slice(SIDE - 1, SIDE), ALL), (WALL, slice(MIDDLE, MIDDLE + 1), ALL),
            (FREE, slice(MIDDLE, MIDDLE + 1), slice(4, 8)),
            (FREE, slice(MIDDLE, MIDDLE + 1), slice(SIDE - 8, SIDE - 4)),
        ), start=(MIDDLE - 10, MIDDLE), gates=(slice(4, 8), slice(SIDE - 8, SIDE - 4))),
        Layout("cshape", "C-shaped wall", (
            (WALL, _span(MIDDLE, 9), _span(MIDDLE, 9)), (FREE, _span(MIDDLE, 7), _span(MIDDLE, 7)),
            (FREE, slice(MIDDLE - 4, MIDDLE - 3), _span(MIDDLE, 7)), (1, _CENTRE, _CENTRE),
        ), start=(MIDDLE + 7, MIDDLE)),
    )
}  # fmt: skip


def layout(name: str) -> Layout:
    """Raises UnknownName."""
    if name not in LAYOUTS:
        raise UnknownName("layout", name, LAYOUTS)
    return LAYOUTS[name]


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What one step brought each world."""

    obs: Float[Array, "batch 2"]
    "Where the agents are now, before any of them starts anew."
    reward: Float[Array, "batch"]
    terminated: Bool[Array, "batch"]
    "At a goal or dead."
    reached: Int[Array, "batch"]
    "What the agent's cell holds: a goal's number, DEATH, or FREE."


class SmoothWorlds:
    """Worlds of one layout, stepped together; nothing starts anew by itself."""

    obs_dim, action_dim, horizon = 2, 2, HORIZON

    def __init__(self, world: Layout, num_envs: int) -> None:
        self.world, self.num_envs = world, num_envs
        self.obs = np.tile(world.place(world.start), (num_envs, 1))

    def scatter(self, rng: np.random.Generator, rows: Array) -> Float[Array, "row 2"]:
        """Put agents uniformly into free cells; returns where."""
        free = self.world.free_places()
        jitter = rng.uniform(-1 / SIDE, 1 / SIDE, (len(rows), 2))
        self.obs[rows] = free[rng.integers(len(free), size=len(rows))] + jitter
        return self.obs[rows]

    def step(self, action: Float[Array, "batch 2"]) -> Moved:
        """One step; actions are velocities in [-1, 1]²."""
        shift = np.clip(action, -1, 1) * (STEP * 2 / SIDE)
        for axis in range(2):
            moved = self.obs.copy()
            moved[:, axis] += shift[:, axis]
            free = self.world.holds(moved) != WALL
            self.obs = np.where(free[:, None], moved, self.obs)
        reached = self.world.holds(self.obs)
        pay = np.where(reached > 0, GOAL_PAY, np.where(reached == DEATH, DEATH_PAY, 0.0))
        return Moved(obs=self.obs.copy(), reward=pay, terminated=reached != FREE, reached=reached)
