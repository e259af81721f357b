"""Hopper: how far, how high and, in its three-objective form, at what expense."""

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, Objective, Step

START_HEIGHT = 1.25
"Metres: the torso's height in the model's initial state."
CONTROL_WEIGHT = 1e-3
"Price of the squared action in the two-objective form."

FORWARD = Objective(
    name="forward",
    title="forward progress",
    step_unit="m/s + 1",
    meaning=(
        "Per step: displacement of the root along x divided by the control step (0.008 s), plus 1 "
        "while the robot is up. 3000 over 1000 steps is 2 m/s on average and never falling."
    ),
)
HEIGHT = Objective(
    name="height",
    title="hop height",
    step_unit="10 × m above start + 1",
    meaning=(
        "Per step: ten times the height of the torso above its start (1.25 m), plus 1 while the "
        "robot is up. 3000 over 1000 steps is 0.2 m above the start on average, flights included."
    ),
)
ENERGY = Objective(
    name="energy",
    title="energy spent",
    step_unit="1 − Σ‖a‖²",
    meaning=(
        "Per step: minus the squared norm of the three joint actions, each in [-1, 1], plus 1 "
        "while the robot is up. 1000 is standing at rest, −2000 every joint at full torque."
    ),
)


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos[..., 1:], np.clip(qvel, -10, 10)], axis=-1)


def _terminated(
    qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]
) -> Bool[Array, "*batch"]:
    calm = (np.abs(qpos[..., 2:]) < 100).all(-1) & (np.abs(qvel) < 100).all(-1)
    return ~(calm & (qpos[..., 1] > 0.7) & (np.abs(qpos[..., 2]) < 0.2))


def _reward_three(step: Step) -> Float[Array, "*batch 3"]:
    spent = np.square(step.action).sum(-1)
    height = 10 * (step.qpos[..., 1] - START_HEIGHT)
    alive = ~_terminated(step.qpos, step.qvel)
    return np.stack([step.velocity[..., 0], height, -spent], axis=-1) + alive[..., None]


def _reward_two(step: Step) -> Float[Array, "*batch 2"]:
    three = _reward_three(step)
    spent = np.square(step.action).sum(-1)
    return three[..., :2] - CONTROL_WEIGHT * spent[..., None]


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return np.abs(qpos[..., 2]) < 0.2


def _spec(name: str, title: str, objectives: tuple[Objective, ...]) -> EnvSpec:
    return EnvSpec(
        name=name,
        title=title,
        xml="hopper.xml",
        objectives=objectives,
        obs_dim=11,
        action_dim=3,
        frame_skip=4,
        time_step=0.008,
        horizon=1000,
        reset_noise=5e-3,
        velocity_noise="uniform",
        total_mass=None,
        camera=Camera(distance=3.0, elevation=-12.0, azimuth=90.0, height=0.8),
        observe=_observe,
        reward=_reward_three if len(objectives) == 3 else _reward_two,
        terminated=_terminated,
        upright=_upright,
        alive_bonus=1.0,
    )


HOPPER_TWO = _spec("mo-hopper-2obj-v5", "Hopper", (FORWARD, HEIGHT))
HOPPER_THREE = _spec("mo-hopper-v5", "Hopper, three objectives", (FORWARD, HEIGHT, ENERGY))
