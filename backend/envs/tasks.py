"""HalfCheetah and Hopper with the rewards of the second paper (arXiv 2509.22566), one vector each.

Random policies do little for long, so an episode is 300 control steps instead of 1000.
"""

from dataclasses import replace

import numpy as np

from backend.arrays import Array, Float
from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.hopper import HOPPER_TWO, START_HEIGHT
from backend.envs.spec import Objective, Step

HORIZON = 300

FORWARD = Objective(
    name="forward", title="run forward", step_unit="m/s",
    meaning="Per step: displacement of the root along x divided by the control step.",
)  # fmt: skip
BACKWARD = Objective(
    name="backward", title="run backward", step_unit="m/s",
    meaning="Per step: displacement of the root against x divided by the control step.",
)  # fmt: skip
FRONTFLIP = Objective(
    name="frontflip", title="flip forwards", step_unit="rad/s",
    meaning="Per step: the torso's angular velocity, head over nose.",
)  # fmt: skip
BACKFLIP = Objective(
    name="backflip", title="flip backwards", step_unit="rad/s",
    meaning="Per step: the torso's angular velocity, nose up and over.",
)  # fmt: skip
JUMP = Objective(
    name="jump", title="jump", step_unit="m",
    meaning="Per step: how far the torso is above where it stands (1.25 m), below that nothing.",
)  # fmt: skip


def _cheetah_reward(step: Step) -> Float[Array, "*batch 4"]:
    speed, pitching = step.velocity[..., 0], step.qvel[..., 2]
    return np.stack([speed, -speed, pitching, -pitching], axis=-1)


def _hopper_reward(step: Step) -> Float[Array, "*batch 3"]:
    speed = step.velocity[..., 0]
    above: Array = np.maximum(step.qpos[..., 1] - START_HEIGHT, 0)
    return np.stack([speed, -speed, above], axis=-1)


HALFCHEETAH_TASKS = replace(
    HALFCHEETAH, name="halfcheetah", horizon=HORIZON, reward=_cheetah_reward,
    objectives=(FORWARD, BACKWARD, FRONTFLIP, BACKFLIP),
)  # fmt: skip
HOPPER_TASKS = replace(
    HOPPER_TWO, name="hopper", horizon=HORIZON, reward=_hopper_reward, alive_bonus=0.0,
    objectives=(FORWARD, BACKWARD, JUMP),
)  # fmt: skip
HOPPER_STANDARD = replace(
    HOPPER_TWO, name="hopper-v5", title="Hopper", objectives=HOPPER_TWO.objectives[:1],
    reward=lambda step: HOPPER_TWO.reward(step)[..., :1],
)  # fmt: skip
"Gymnasium's Hopper-v5, whose one reward is the first of the two."
