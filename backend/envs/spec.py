"""What an environment is here: objectives with units, sizes, dynamics constants, camera."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import mujoco
import numpy as np

from backend.arrays import Array, Bool, Float

EndOfEpisode = Callable[
    [Float[Array, "*batch qpos"], Float[Array, "*batch qvel"]], Bool[Array, "*batch"]
]
"(qpos, qvel) -> whether an episode ends early; works on any leading axes."


@dataclass(frozen=True, kw_only=True)
class Objective:
    """One component of the vector reward."""

    name: str
    "Short name used on the command line and in files."
    title: str
    "Plain-language name for people."
    step_unit: str
    "Unit of one step's reward. The return is the undiscounted sum of an episode; more is better."
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
    follows: Literal["x", "xy", "nothing"] = "x"
    "x: the robot runs on a lane. xy: it goes anywhere, on a floor with coordinates. Or it stays."


@dataclass(frozen=True, kw_only=True)
class FirstView:
    """What the app asks before anybody has touched it."""

    start: str | None = None
    "Policy to start from, where the atlas holds it; None for one of the slow third."
    goals: tuple[tuple[Literal["target", "at least"], float], ...] = (
        ("target", 0.65),
        ("at least", 0.4),
    )
    "(mode, share of the attainable range) of the first objectives; the others are free."


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a reward may depend on: one control step, seen after the physics.

    ``*batch`` stands for any leading axes, so one environment and many share every formula.
    """

    qpos: Float[Array, "*batch qpos"]
    qvel: Float[Array, "*batch qvel"]
    velocity: Float[Array, "*batch axis"]
    "World x (and, where tracked, y) velocity over the control step, m/s."
    action: Float[Array, "*batch action"]
    "Control applied, in the actuators' own units."
    contact_cost: Float[Array, "*batch"]
    "Gymnasium's price of contact forces, at least 0; 0 where the environment has none."


@dataclass(frozen=True, kw_only=True)
class FullState:
    """Quantities only a whole ``MjData`` holds; environments with them are stepped one by one.

    ``mujoco.batch`` never calls ``mj_rnePostConstraint``, without which contact forces are wrong.
    """

    position: Callable[[mujoco.MjModel, mujoco.MjData], Float[Array, "axis"]]
    "World x and y of the tracked point, as the last step left it (it lags a substep)."
    contact_cost: Callable[[mujoco.MjData], float]
    "Price of the contact forces."
    guidance: Callable[[mujoco.MjModel, mujoco.MjData], float] | None = None
    "Added to every objective while *learning* only; never part of a return that is shown."


@dataclass(frozen=True, kw_only=True)
class EnvSpec:
    """One row of the environment table; its callables work on any leading axes."""

    name: str
    "MO-Gymnasium id, or our own where it has none."
    title: str
    "Name of the robot for people."
    xml: str
    "File name of the MuJoCo model, inside Gymnasium's assets unless it is one of ours."
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
    "Scale of the reset noise, uniform on qpos."
    velocity_noise: Literal["normal", "uniform"]
    "Distribution of the same scale on qvel."
    total_mass: float | None
    "Total mass in kg that the model file asks the compiler for, or None."
    camera: Camera
    "Where clips and replays look from."
    observe: Callable[[Float[Array, "*batch qpos"], Float[Array, "*batch qvel"]], Array]
    "(qpos, qvel) -> observation."
    reward: Callable[[Step], Float[Array, "*batch objective"]]
    "One control step -> vector reward."
    terminated: EndOfEpisode
    "(qpos, qvel) -> whether the episode ends early."
    upright: Callable[[Float[Array, "*batch qpos"]], Bool[Array, "*batch"]]
    "qpos -> whether the posture is one we call a gait (the population's posture gate)."
    nearly_lost: EndOfEpisode | None = None
    """(qpos, qvel) -> whether a *learner's* episode ends already, short of ``terminated``: it then
    learns to keep a margin. Never ends an episode that is measured."""
    start: Callable[[np.random.Generator, Float[Array, "qpos"]], tuple[Array, Array]] | None = None
    "(generator, the model's own qpos) -> first (qpos, qvel), where it is not the usual noise."
    first_view: FirstView = FirstView()
    "What the app shows first."
    action_scale: float = 1.0
    "Control per unit of action: the actuators' range is ± this."
    alive_bonus: float = 0.0
    "Paid to every objective at each healthy step."
    full_state: FullState | None = None
    "What ``mujoco.batch`` cannot give, or None."
    make_options: Mapping[str, bool] = field(default_factory=dict, hash=False)
    "Options of ``mo_gymnasium.make`` that give exactly this environment."

    @property
    def num_objectives(self) -> int:
        """Length of the vector reward."""
        return len(self.objectives)

    @property
    def objective_names(self) -> tuple[str, ...]:
        """Objective names in order."""
        return tuple(objective.name for objective in self.objectives)
