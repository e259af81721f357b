"""T-maze: a puck slides up a corridor and takes one of two mirrored arms; both pay the same.

The MuJoCo twin of Smooth World: the task is symmetric in x, so a policy has to choose.
"""

from dataclasses import replace

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, Objective, Step

STEM, FOOT, LOW, HIGH, END = 0.18, -0.68, 0.22, 0.58, 0.78
"""Metres: half width of the stem; its lowest y; lowest and highest y of the arms; their largest x.
As in ``models/t_maze.xml``."""
PAD = 0.54
"Metres: |x| from which on the puck is on a pad."
RADIUS = 0.06
"Metres: the puck's."
TOP_SPEED = 0.6
"Metres per second: force over damping."
PAY = 20.0
"For a pad; the episode ends there."
START_Y, START_NOISE = -0.55, 0.01
"Metres: where episodes start, on the line of symmetry, and how exactly."


def _pad(side: str, title: str) -> Objective:
    return Objective(
        name=side, title=title, step_unit="20 on arrival",
        meaning=f"20 at the step on which the puck comes onto the {side} pad, which ends the "
        "episode; else 0.",
    )  # fmt: skip


def arrived(qpos: Float[Array, "*batch qpos"]) -> Float[Array, "*batch 2"]:
    """Whether the puck is on the (left, right) pad, as 0 or 1."""
    x, y = qpos[..., 0], qpos[..., 1]
    return np.stack([x <= -PAD, x >= PAD], -1) * (y[..., None] > LOW).astype(float)


def _reward(step: Step) -> Float[Array, "*batch 2"]:
    return PAY * arrived(step.qpos)


def _terminated(qpos: Float[Array, "*batch qpos"], qvel: Array) -> Bool[Array, "*batch"]:
    found: Array = arrived(qpos).sum(-1) > 0
    return found


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos / END, qvel / TOP_SPEED], axis=-1)


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return np.ones(qpos.shape[:-1], dtype=bool)


def _foot(rng: np.random.Generator, rest: Float[Array, "qpos"]) -> tuple[Array, Array]:
    return np.array([0.0, START_Y]) + rng.uniform(-START_NOISE, START_NOISE, 2), np.zeros(2)


def _anywhere(rng: np.random.Generator, rest: Float[Array, "qpos"]) -> tuple[Array, Array]:
    """Uniformly over the floor that is no pad; at rest."""
    while True:
        place = rng.uniform([-PAD, FOOT + RADIUS], [PAD, HIGH - RADIUS])
        in_stem = abs(place[0]) < STEM - RADIUS
        if in_stem or place[1] > LOW + RADIUS:
            return place, np.zeros(2)


T_MAZE = EnvSpec(
    name="t-maze",
    title="T-maze",
    xml="t_maze.xml",
    objectives=(_pad("left", "left pad"), _pad("right", "right pad")),
    obs_dim=4,
    action_dim=2,
    frame_skip=10,
    time_step=0.1,
    horizon=150,
    reset_noise=START_NOISE,
    velocity_noise="uniform",
    total_mass=None,
    camera=Camera(distance=2.6, elevation=-62.0, azimuth=90.0, height=0.0, follows="nothing"),
    observe=_observe,
    reward=_reward,
    terminated=_terminated,
    upright=_upright,
    start=_foot,
)
"Episodes start at the foot of the stem."
T_MAZE_ANYWHERE = replace(T_MAZE, start=_anywhere)
"For learning: starts all over the floor, as in Smooth World."
CROWD_SIZE = 16
T_MAZE_CROWD = replace(T_MAZE, name="t-maze-crowd", xml="t_maze_crowd.xml")
"Only to be looked at: as many pucks as ``CROWD_SIZE``, each an episode of its own."
