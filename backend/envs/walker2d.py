"""Walker2d: how far it walks, and what its joints spend."""

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, Objective, Step


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos[..., 1:], np.clip(qvel, -10, 10)], axis=-1)


def _terminated(qpos: Float[Array, "*batch qpos"], qvel: Array) -> Bool[Array, "*batch"]:
    height, pitch = qpos[..., 1], qpos[..., 2]
    return ~((height > 0.8) & (height < 2.0) & (np.abs(pitch) < 1.0))


def _reward(step: Step) -> Float[Array, "*batch 2"]:
    spent = np.square(step.action).sum(-1)
    alive = ~_terminated(step.qpos, step.qvel)
    return np.stack([step.velocity[..., 0], -spent], axis=-1) + alive[..., None]


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return np.abs(qpos[..., 2]) < 1.0


WALKER2D = EnvSpec(
    name="mo-walker2d-v5",
    title="Walker2d",
    xml="walker2d_v5.xml",
    objectives=(
        Objective(
            name="forward",
            title="forward progress",
            step_unit="m/s + 1",
            meaning=(
                "Per step: displacement of the root along x divided by the control step (0.008 s), "
                "plus 1 while the robot is up. 4000 over 1000 steps is 3 m/s and never falling."
            ),
        ),
        Objective(
            name="energy",
            title="energy spent",
            step_unit="1 − Σ‖a‖²",
            meaning=(
                "Per step: minus the squared norm of the six joint actions, each in [-1, 1], plus "
                "1 while the robot is up. 1000 is rest, −5000 every joint at full torque."
            ),
        ),
    ),
    obs_dim=17,
    action_dim=6,
    frame_skip=4,
    time_step=0.008,
    horizon=1000,
    reset_noise=5e-3,
    velocity_noise="uniform",
    total_mass=None,
    camera=Camera(distance=3.2, elevation=-12.0, azimuth=90.0, height=0.8),
    observe=_observe,
    reward=_reward,
    terminated=_terminated,
    upright=_upright,
    alive_bonus=1.0,
)
