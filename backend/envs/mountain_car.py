"""Continuous Mountain Car, many cars at once: Gymnasium's dynamics with four rewards.

All rewards are paid in one and the same episode, which ends where Gymnasium's does: at the goal, or
after 999 steps.
"""

from collections.abc import Callable

import numpy as np

from backend.arrays import Array, Bool, Float, Float32
from backend.envs.spec import Objective

HORIZON = 999
LOW, HIGH = np.array([-1.2, -0.07], np.float32), np.array([0.6, 0.07], np.float32)
"Box of the observation: position, velocity per step."
START = (-0.6, -0.4)
"The start position is uniform here, the velocity 0."
GOAL, LEFT = 0.45, -1.1
"Positions at which *standard* and *left* are won."
PRIZE = 100.0
POWER, GRAVITY, EFFORT = np.float32(0.0015), 0.0025, 0.1
SPEED_PAY, HEIGHT_PAY = 10.0, 0.45

REWARDS = (
    Objective(
        name="standard", title="reach the flag", step_unit="points",
        meaning="Gymnasium's own: 100 at the flag (x ≥ 0.45), minus 0.1 a² per step.",
    ),
    Objective(
        name="left", title="reach the left edge", step_unit="points",
        meaning="100 when x ≤ −1.1 is first reached, minus 0.1 a² per step until then.",
    ),
    Objective(
        name="speed", title="move fast", step_unit="10 |v|",
        meaning="Per step: 10 times the speed, which is at most 0.07.",
    ),
    Objective(
        name="height", title="be high up", step_unit="0.45 sin 3x",
        meaning="Per step: the height of the hill under the car, −0.45 in the valley.",
    ),
)  # fmt: skip

Act = Callable[[Float32[Array, "car 2"]], Float[Array, "car"]]
"Observations of all cars to their actions in [-1, 1]."


class MountainCars:
    """Cars in lockstep. A car that has reached the flag stands still and is paid no more."""

    def __init__(self, position: Float[Array, "car"]) -> None:
        self.position = position.astype(np.float32)
        self.velocity = np.zeros_like(self.position)
        self.done = np.zeros(len(position), bool)
        self.been_left = np.zeros(len(position), bool)

    @property
    def obs(self) -> Float32[Array, "car 2"]:
        """Position and velocity per step."""
        return np.stack([self.position, self.velocity], 1)

    def step(self, action: Float[Array, "car"]) -> Float[Array, "car 4"]:
        """One step of Gymnasium's ``MountainCarContinuous-v0``; returns the vector reward."""
        force = np.clip(action, -1, 1).astype(np.float32)
        pull = (GRAVITY * np.cos(3 * self.position.astype(float))).astype(np.float32)
        velocity = np.clip(self.velocity + force * POWER - pull, LOW[1], HIGH[1])
        position = np.clip(self.position + velocity, LOW[0], HIGH[0])
        velocity = np.where((position == LOW[0]) & (velocity < 0), np.float32(0), velocity)
        going = ~self.done
        self.position = np.where(going, position, self.position)
        self.velocity = np.where(going, velocity, self.velocity)
        reward = self._reward(np.asarray(action, float))
        self.done |= self.at_goal
        self.been_left |= self.position <= LEFT
        return np.where(going[:, None], reward, 0.0)

    @property
    def at_goal(self) -> Bool[Array, "car"]:
        """Whether each car is at the flag, not rolling back."""
        return (self.position >= GOAL) & (self.velocity >= 0)

    def _reward(self, action: Float[Array, "car"]) -> Float[Array, "car 4"]:
        effort = EFFORT * action**2
        arrived = self.position <= LEFT
        return np.stack(
            [
                PRIZE * self.at_goal - effort,
                np.where(self.been_left, 0.0, PRIZE * arrived - effort),
                SPEED_PAY * np.abs(self.velocity),
                HEIGHT_PAY * np.sin(3 * self.position.astype(float)),
            ],
            axis=1,
        )


def start_positions(num: int, seed: int) -> Float[Array, "start"]:
    """Start positions, uniform in ``START``."""
    return np.random.default_rng(seed).uniform(*START, num)


def drive(
    act: Act, position: Float[Array, "car"]
) -> tuple[Float[Array, "car 4"], Float[Array, "car"]]:
    """(undiscounted vector returns, steps driven) of whole episodes from these positions."""
    cars = MountainCars(position)
    returns, length = np.zeros((len(position), len(REWARDS))), np.zeros(len(position))
    for _ in range(HORIZON):
        length += ~cars.done
        returns += cars.step(act(cars.obs))
        if cars.done.all():
            break
    return returns, length


def path(act: Act, seed: int) -> Float32[Array, "time 2"]:
    """Position and velocity of every step of one episode, the start included."""
    cars = MountainCars(start_positions(1, seed))
    rows = [cars.obs[0]]
    for _ in range(HORIZON):
        cars.step(act(cars.obs))
        rows.append(cars.obs[0])
        if cars.done.all():
            break
    return np.array(rows)


def action_map(act: Act, columns: int, rows: int) -> Float[Array, "row column"]:
    """Actions over the box of states: velocity by row, position by column, both upwards."""
    position, velocity = np.linspace(*_span(0), columns), np.linspace(*_span(1), rows)
    grid = np.stack(np.meshgrid(position, velocity), -1).reshape(-1, 2).astype(np.float32)
    return act(grid).reshape(rows, columns).astype(float)


def _span(axis: int) -> tuple[float, float]:
    return float(LOW[axis]), float(HIGH[axis])
