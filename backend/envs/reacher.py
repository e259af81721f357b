"""Reacher, an arm of two links on a table, with four rewards of its fingertip.

The fingertip's place is computed from the joint angles as they are after the step. Gymnasium reads
it inside the last physics step instead, which differs by up to 2 mm at full speed.
"""

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.envs.spec import Camera, EnvSpec, Objective, Step

UPPER, LOWER = 0.1, 0.11
"Metres: length of the first link, and from the elbow to the fingertip."
TABLE = 0.2
"Metres: targets lie within this radius."
RESET_NOISE, VELOCITY_NOISE = 0.1, 0.005

REWARDS = (
    Objective(
        name="speed", title="move fast", step_unit="m/s",
        meaning="Per step (0.02 s): speed of the fingertip.",
    ),
    Objective(
        name="clockwise", title="turn clockwise", step_unit="rad/s",
        meaning="Per step: angular velocity of the first link, clockwise seen from above.",
    ),
    Objective(
        name="counter-clockwise", title="turn counter-clockwise", step_unit="rad/s",
        meaning="Per step: angular velocity of the first link, counter-clockwise from above.",
    ),
    Objective(
        name="radial", title="move in and out", step_unit="m/s",
        meaning="Per step: how fast the fingertip's distance from the base changes, either way.",
    ),
)  # fmt: skip


def fingertip(qpos: Float[Array, "*batch qpos"]) -> Float[Array, "*batch 2"]:
    """Place of the fingertip on the table, metres from the base."""
    first, second = qpos[..., 0], qpos[..., 0] + qpos[..., 1]
    return np.stack(
        [
            UPPER * np.cos(first) + LOWER * np.cos(second),
            UPPER * np.sin(first) + LOWER * np.sin(second),
        ],
        axis=-1,
    )


def fingertip_velocity(
    qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]
) -> Float[Array, "*batch 2"]:
    """Its velocity, m/s."""
    first, second = qpos[..., 0], qpos[..., 0] + qpos[..., 1]
    slow, fast = qvel[..., 0], qvel[..., 0] + qvel[..., 1]
    return np.stack(
        [
            -UPPER * slow * np.sin(first) - LOWER * fast * np.sin(second),
            UPPER * slow * np.cos(first) + LOWER * fast * np.cos(second),
        ],
        axis=-1,
    )


def _observe(qpos: Float[Array, "*batch qpos"], qvel: Float[Array, "*batch qvel"]) -> Array:
    angles, target = qpos[..., :2], qpos[..., 2:]
    return np.concatenate(
        [np.cos(angles), np.sin(angles), target, qvel[..., :2], fingertip(qpos) - target], axis=-1
    )


def _reward(step: Step) -> Float[Array, "*batch 4"]:
    place = fingertip(step.qpos)
    velocity = fingertip_velocity(step.qpos, step.qvel)
    distance = np.linalg.norm(place, axis=-1)
    turning = step.qvel[..., 0]
    return np.stack(
        [
            np.linalg.norm(velocity, axis=-1), -turning, turning,
            np.abs((place * velocity).sum(-1)) / np.maximum(distance, 1e-6),
        ],
        axis=-1,
    )  # fmt: skip


def _start(rng: np.random.Generator, rest: Float[Array, "qpos"]) -> tuple[Array, Array]:
    """Gymnasium's: a noisy arm nearly at rest, and a target anywhere on the table."""
    qpos = rest + rng.uniform(-RESET_NOISE, RESET_NOISE, len(rest))
    target = rng.uniform(-TABLE, TABLE, 2)
    while np.linalg.norm(target) >= TABLE:
        target = rng.uniform(-TABLE, TABLE, 2)
    qpos[-2:] = target
    qvel = rng.uniform(-VELOCITY_NOISE, VELOCITY_NOISE, len(rest))
    qvel[-2:] = 0
    return qpos, qvel


def _never(qpos: Float[Array, "*batch qpos"], qvel: Array) -> Bool[Array, "*batch"]:
    return np.zeros(qpos.shape[:-1], dtype=bool)


def _always(qpos: Float[Array, "*batch qpos"]) -> Bool[Array, "*batch"]:
    return np.ones(qpos.shape[:-1], dtype=bool)


REACHER = EnvSpec(
    name="reacher",
    title="Reacher",
    xml="reacher.xml",
    objectives=REWARDS,
    obs_dim=10,
    action_dim=2,
    frame_skip=2,
    time_step=0.02,
    horizon=50,
    reset_noise=RESET_NOISE,
    velocity_noise="uniform",
    total_mass=None,
    camera=Camera(distance=0.9, elevation=-55.0, azimuth=90.0, height=0.0, follows="nothing"),
    observe=_observe,
    reward=_reward,
    terminated=_never,
    upright=_always,
    start=_start,
)
