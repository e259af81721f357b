"""Humanoid: how far it walks, and what its joints spend."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from functools import lru_cache

import mujoco
import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.envs.ant import up_component
from backend.envs.spec import Camera, EnvSpec, FullState, Objective, Step

ALIVE_BONUS = 5.0
CONTACT_WEIGHT, CONTACT_MAX = 5e-7, 10.0
"Price of the squared contact forces, and its cap."
FEET = ("right_foot", "left_foot")


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    return np.concatenate([qpos[..., 2:], qvel], axis=-1)


def _terminated(qpos: Float[Array, "*batch qpos"], qvel: Array) -> Bool[Array, "*batch"]:
    return ~((qpos[..., 2] > 1.0) & (qpos[..., 2] < 2.0))


def _reward(step: Step) -> Float[Array, "*batch 2"]:
    spent = np.square(step.action).sum(-1)
    alive = ALIVE_BONUS * ~_terminated(step.qpos, step.qvel)
    shared = alive - step.contact_cost
    return np.stack([step.velocity[..., 0] + shared, shared - spent], axis=-1)


def _upright(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return up_component(qpos[..., 3:7]) > 0.5


def _centre_of_mass(model: mujoco.MjModel, data: mujoco.MjData) -> Float[Array, "3"]:
    mass = model.body_mass  # summed in Gymnasium's order: a product of matrices rounds differently
    return (mass[:, None] * data.xipos).sum(0) / mass.sum()


def _position(model: mujoco.MjModel, data: mujoco.MjData) -> Float[Array, "2"]:
    return _centre_of_mass(model, data)[:2]


def _contact_cost(data: mujoco.MjData) -> float:
    return min(CONTACT_WEIGHT * float(np.square(data.cfrc_ext).sum()), CONTACT_MAX)


def _guidance(model: mujoco.MjModel, data: mujoco.MjData) -> float:
    """Posture: upright, the centre of mass over the feet, tall, not spinning.

    Without it learning stalls at falls after two seconds.
    """
    feet = data.xpos[_feet(model)].mean(0)
    drift = float(np.linalg.norm((_centre_of_mass(model, data) - feet)[:2]))
    tilt = 1 - float(up_component(data.qpos[None, 3:7])[0])
    low = max(0.0, 1.3 - float(data.qpos[2]))
    spin = min(float(np.square(data.qvel[3:6]).sum()), 50.0)
    return max(-4.5, -4 * tilt - 4 * max(0.0, drift - 0.1) - 4 * low - 0.02 * spin)


@lru_cache(maxsize=4)
def _feet(model: mujoco.MjModel) -> Int[Array, "2"]:
    return np.array([model.body(name).id for name in FEET])


HUMANOID = EnvSpec(
    name="mo-humanoid-v5",
    title="Humanoid",
    xml="humanoid.xml",
    objectives=(
        Objective(
            name="forward",
            title="forward progress",
            step_unit="m/s + 5 − contacts",
            meaning=(
                "Per step: displacement of the centre of mass along x divided by the control step "
                "(0.015 s), plus 5 while the robot is up, minus 5e-7 × the squared contact forces "
                "(at most 10). 6000 over 1000 steps is a little over 1 m/s and never falling."
            ),
        ),
        Objective(
            name="energy",
            title="energy spent",
            step_unit="5 − Σ‖a‖² − contacts",
            meaning=(
                "Per step: minus the squared norm of the seventeen joint controls, each in "
                "[-0.4, 0.4], plus 5 while the robot is up, minus the same contact cost."
            ),
        ),
    ),
    obs_dim=45,
    action_dim=17,
    frame_skip=5,
    time_step=0.015,
    horizon=1000,
    reset_noise=1e-2,
    velocity_noise="uniform",
    total_mass=None,
    camera=Camera(distance=3.2, elevation=-12.0, azimuth=108.0, height=0.75),
    observe=_observe,
    reward=_reward,
    terminated=_terminated,
    upright=_upright,
    action_scale=0.4,
    alive_bonus=ALIVE_BONUS,
    full_state=FullState(position=_position, contact_cost=_contact_cost, guidance=_guidance),
    make_options={
        "include_cinert_in_observation": False,
        "include_cvel_in_observation": False,
        "include_qfrc_actuator_in_observation": False,
        "include_cfrc_ext_in_observation": False,
    },
)
