"""HalfCheetah with two objectives: how far it runs, and what its joints spend."""

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, FirstView, Objective, Step

MAX_PITCH = 0.5
"Radians of mean torso pitch beyond which a gait counts as nose-down or flipped."


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos[..., 1:], qvel], axis=-1)


def _reward(step: Step) -> Float[Array, "*batch 2"]:
    return np.stack([step.velocity[..., 0], -np.square(step.action).sum(-1)], axis=-1)


def _terminated(qpos: Float[Array, "*batch qpos"], qvel: Array) -> Bool[Array, "*batch"]:
    return np.zeros(qpos.shape[:-1], dtype=bool)


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return np.abs(qpos[..., 2]) < MAX_PITCH


HALFCHEETAH = EnvSpec(
    name="mo-halfcheetah-v5",
    title="HalfCheetah",
    xml="half_cheetah.xml",
    objectives=(
        Objective(
            name="forward",
            title="forward progress",
            step_unit="m/s",
            meaning=(
                "Per step: displacement of the root along x divided by the control step (0.05 s). "
                "The return is the sum over the episode: 6000 over 1000 steps is 6 m/s on average."
            ),
        ),
        Objective(
            name="energy",
            title="energy spent",
            step_unit="−Σ‖a‖²",
            meaning=(
                "Per step: minus the squared norm of the six joint actions, each in [-1, 1]. "
                "0 is rest, −6000 is every joint at full torque for 1000 steps."
            ),
        ),
    ),
    obs_dim=17,
    action_dim=6,
    frame_skip=5,
    time_step=0.05,
    horizon=1000,
    reset_noise=0.1,
    velocity_noise="normal",
    total_mass=14.0,
    camera=Camera(distance=3.0, elevation=-12.0, azimuth=90.0, height=0.5),
    first_view=FirstView(start="run-2/03/w0.20"),
    observe=_observe,
    reward=_reward,
    terminated=_terminated,
    upright=_upright,
)
