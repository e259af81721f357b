"""Ant: how far it walks along x and along y."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, FullState, Objective, Step

TORSO = 1
"Body index of the torso."
MARGIN_HEIGHT, MARGIN_UP = 0.75, 0.5
"A learner's episode ends where the torso still rises at this height, m, or leans over 60 degrees."
CONTROL_WEIGHT, CONTACT_WEIGHT = 0.5, 5e-4
"Prices of the squared action and of the squared, clipped contact forces."


def _objective(axis: str) -> Objective:
    return Objective(
        name=f"{axis}-velocity",
        title=f"progress along {axis}",
        step_unit="m/s + 1 − costs",
        meaning=(
            f"Per step: displacement of the torso along {axis} divided by the control step "
            "(0.05 s), plus 1 while the robot is up, minus half the squared norm of the eight "
            "joint actions, minus 0.0005 × the squared contact forces, each clipped to ±1."
        ),
    )


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos[..., 2:], qvel], axis=-1)


def _terminated(
    qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]
) -> Bool[Array, "*batch"]:
    finite = np.isfinite(qpos).all(-1) & np.isfinite(qvel).all(-1)
    return ~(finite & (qpos[..., 2] >= 0.2) & (qpos[..., 2] <= 1.0))


def _reward(step: Step) -> Float[Array, "*batch 2"]:
    alive = ~_terminated(step.qpos, step.qvel)
    cost = CONTROL_WEIGHT * np.square(step.action).sum(-1) + step.contact_cost
    return step.velocity + (alive - cost)[..., None]


def up_component(quaternion: Float[Array, "*batch 4"]) -> Float[Array, "*batch"]:
    """World z of a body's own z axis: 1 upright, 0 on its side, -1 on its head."""
    return 1 - 2 * (quaternion[..., 1] ** 2 + quaternion[..., 2] ** 2)


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return up_component(qpos[..., 3:7]) > 0


def _nearly_lost(
    qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]
) -> Bool[Array, "*batch"]:
    """Leaps over one metre end an episode, and who lies on the back stays there, alive."""
    leaps = (qpos[..., 2] > MARGIN_HEIGHT) & (qvel[..., 2] > 0)
    return leaps | (up_component(qpos[..., 3:7]) < MARGIN_UP)


def _position(model: mujoco.MjModel, data: mujoco.MjData) -> Float[Array, "2"]:
    return data.xpos[TORSO, :2].copy()


def _contact_cost(data: mujoco.MjData) -> float:
    return CONTACT_WEIGHT * float(np.square(np.clip(data.cfrc_ext, -1, 1)).sum())


ANT_TWO = EnvSpec(
    name="mo-ant-2obj-v5",
    title="Ant",
    xml="ant.xml",
    objectives=(_objective("x"), _objective("y")),
    obs_dim=27,
    action_dim=8,
    frame_skip=5,
    time_step=0.05,
    horizon=1000,
    reset_noise=0.1,
    velocity_noise="normal",
    total_mass=None,
    camera=Camera(distance=4.5, elevation=-38.0, azimuth=90.0, height=0.3, follows="xy"),
    observe=_observe,
    reward=_reward,
    terminated=_terminated,
    upright=_upright,
    nearly_lost=_nearly_lost,
    alive_bonus=1.0,
    full_state=FullState(position=_position, contact_cost=_contact_cost),
    make_options={"include_cfrc_ext_in_observation": False},
)
