"""How an environment is stepped where Python is not: observation, falls and rewards as plain data.

``backend.envs`` holds the same as numpy functions; ``tests/live/test_recipe.py`` compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.artifacts import as_json
from backend.envs import ant, hopper, humanoid
from backend.envs.spec import EnvSpec
from backend.errors import UnknownName

INFINITE = 1e9
"Stands for no limit: JSON has no infinity."


@dataclass(frozen=True, kw_only=True)
class Reward:
    """One objective's pay per control step, as the weights of a sum."""

    velocity: tuple[float, float] = (0.0, 0.0)
    "Of the root's velocity along x and y, m/s."
    spent: float = 0.0
    "Of the squared norm of the controls."
    height: float = 0.0
    "Of the root's height above ``Recipe.start_height``, metres."
    alive: float = 0.0
    "Of being up."
    contact: float = 0.0
    "Of the price of contact forces."


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The price of contact forces: weight × Σ clip(force)², at most ``cap``."""

    weight: float
    clip: float = INFINITE
    cap: float = INFINITE


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One environment."""

    skip: int
    "Leading positions that the observation leaves out; the velocities follow the rest."
    velocity_clip: float = INFINITE
    "Velocities are observed within ± this."
    healthy: tuple[tuple[int, float, float], ...] = ()
    "(position, low, high): the robot is down where a position is not strictly between."
    rewards: tuple[Reward, ...]
    start_height: float = 0.0
    contact: Contact | None = None
    slow: float = 0.0
    "Robots that never end an episode are stuck below this speed, m/s."


_FORWARD, _SPENT = Reward(velocity=(1.0, 0.0)), Reward(spent=-1.0)
_HOPPER_HEALTHY = ((1, 0.7, INFINITE), (2, -0.2, 0.2))
_FORWARD_UP, _SPENT_UP = Reward(velocity=(1.0, 0.0), alive=1.0), Reward(spent=-1.0, alive=1.0)
_HEIGHT_UP = Reward(height=10.0, alive=1.0)
_ANT = {"spent": -ant.CONTROL_WEIGHT, "alive": 1.0, "contact": -1.0}
_PRICED = -hopper.CONTROL_WEIGHT

RECIPES: Mapping[str, Recipe] = {
    "mo-halfcheetah-v5": Recipe(skip=1, rewards=(_FORWARD, _SPENT), slow=0.5),
    "mo-walker2d-v5": Recipe(
        skip=1, velocity_clip=10.0, healthy=((1, 0.8, 2.0), (2, -1.0, 1.0)),
        rewards=(_FORWARD_UP, _SPENT_UP),
    ),
    "mo-hopper-v5": Recipe(
        skip=1, velocity_clip=10.0, healthy=_HOPPER_HEALTHY, start_height=hopper.START_HEIGHT,
        rewards=(_FORWARD_UP, _HEIGHT_UP, _SPENT_UP),
    ),
    "mo-hopper-2obj-v5": Recipe(
        skip=1, velocity_clip=10.0, healthy=_HOPPER_HEALTHY, start_height=hopper.START_HEIGHT,
        rewards=(
            Reward(velocity=(1.0, 0.0), alive=1.0, spent=_PRICED),
            Reward(height=10.0, alive=1.0, spent=_PRICED),
        ),
    ),
    "mo-ant-2obj-v5": Recipe(
        skip=2, healthy=((2, 0.2, 1.0),),
        rewards=(Reward(velocity=(1.0, 0.0), **_ANT), Reward(velocity=(0.0, 1.0), **_ANT)),
        contact=Contact(weight=ant.CONTACT_WEIGHT, clip=1.0),
    ),
    "mo-humanoid-v5": Recipe(
        skip=2, healthy=((2, 1.0, 2.0),),
        rewards=(
            Reward(velocity=(1.0, 0.0), alive=humanoid.ALIVE_BONUS, contact=-1.0),
            Reward(spent=-1.0, alive=humanoid.ALIVE_BONUS, contact=-1.0),
        ),
        contact=Contact(weight=humanoid.CONTACT_WEIGHT, cap=humanoid.CONTACT_MAX),
    ),
}  # fmt: skip


def recipe_of(spec: EnvSpec) -> Recipe:
    """Raises UnknownName for an environment without one."""
    if spec.name not in RECIPES:
        raise UnknownName("live environment", spec.name, RECIPES)
    return RECIPES[spec.name]


def recipe_json(spec: EnvSpec) -> dict[str, Any]:
    """The recipe and the environment's constants, for the browser."""
    return {
        **as_json(recipe_of(spec)), "frame_skip": spec.frame_skip, "time_step": spec.time_step,
        "action_scale": spec.action_scale, "reset_noise": spec.reset_noise,
        "velocity_noise": spec.velocity_noise, "horizon": spec.horizon,
    }  # fmt: skip
