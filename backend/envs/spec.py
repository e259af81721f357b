"""What an environment is here: objectives with units, sizes, dynamics constants, camera."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from backend.arrays import Array, Bool, Float


@dataclass(frozen=True, kw_only=True)
class Objective:
    """One component of the vector reward."""

    name: str
    "Short name used on the command line and in files."
    title: str
    "Plain-language name for people."
    unit: str
    "Unit of the *return* (the undiscounted sum over an episode)."
    direction: Literal["maximise", "minimise"]
    "Which way is better."
    meaning: str
    "The exact definition of the per-step reward and what its sum means."


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Tracking camera for stills and clips, chosen by eye so that the robot stays framed."""

    distance: float
    "Metres from the tracked point."
    elevation: float
    "Degrees; negative looks down."
    azimuth: float
    "Degrees; 90 looks along +y, so +x is to the right."
    height: float
    "Metres above the floor of the point looked at."


@dataclass(frozen=True, kw_only=True)
class EnvSpec:
    """One row of the environment table.

    The three callables work on any leading axes, so the single and the batched stepper share them.
    """

    name: str
    "MO-Gymnasium id."
    title: str
    "Name of the robot for people."
    xml: str
    "File name of the MuJoCo model inside Gymnasium's assets."
    objectives: tuple[Objective, ...]
    "The vector reward, in MO-Gymnasium's order."
    obs_dim: int
    "Length of the observation."
    action_dim: int
    "Length of the action; every action lies in [-1, 1]."
    frame_skip: int
    "Physics steps per control step."
    time_step: float
    "Seconds per control step."
    horizon: int
    "Control steps per episode (truncation)."
    reset_noise: float
    "Scale of the reset noise: uniform on qpos, normal on qvel."
    total_mass: float | None
    "Total mass in kg that the model file asks the compiler for, or None."
    camera: Camera
    "Where clips and replays look from."
    observe: Callable[[Float[Array, "*batch qpos"], Float[Array, "*batch qvel"]], Array]
    "(qpos, qvel) -> observation."
    reward: Callable[[Float[Array, "*batch"], Float[Array, "*batch action"]], Array]
    "(x velocity in m/s, clipped action) -> vector reward."
    terminated: Callable[
        [Float[Array, "*batch qpos"], Float[Array, "*batch qvel"]], Bool[Array, "*batch"]
    ]
    "(qpos, qvel) -> whether the episode ends early."
    upright: Callable[[Float[Array, "*batch qpos"]], Bool[Array, "*batch"]]
    "qpos -> whether the posture is one we call a gait (the population's posture gate)."

    @property
    def num_objectives(self) -> int:
        """Length of the vector reward."""
        return len(self.objectives)

    @property
    def objective_names(self) -> tuple[str, ...]:
        """Objective names in order."""
        return tuple(objective.name for objective in self.objectives)
