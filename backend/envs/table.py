"""The environment table: every environment Steerscape knows, by name."""

from collections.abc import Mapping

from backend.envs.ant import ANT_TWO
from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.hopper import HOPPER_THREE, HOPPER_TWO
from backend.envs.humanoid import HUMANOID
from backend.envs.reacher import REACHER
from backend.envs.spec import EnvSpec
from backend.envs.t_maze import T_MAZE, T_MAZE_CROWD
from backend.envs.tasks import HALFCHEETAH_TASKS, HOPPER_STANDARD, HOPPER_TASKS
from backend.envs.walker2d import WALKER2D
from backend.errors import UnknownName

ENVIRONMENTS: dict[str, EnvSpec] = {
    spec.name: spec for spec in (HALFCHEETAH, WALKER2D, HOPPER_TWO, HOPPER_THREE, ANT_TWO, HUMANOID)
}
"With populations and atlases, by MO-Gymnasium id."
TASKS: Mapping[str, EnvSpec] = {
    spec.name: spec for spec in (REACHER, HALFCHEETAH_TASKS, HOPPER_TASKS)
}
"Whose random policies are compressed: the rewards are tasks, not objectives to trade off."
CONTROL: Mapping[str, EnvSpec] = {
    spec.name: spec for spec in (T_MAZE, T_MAZE_CROWD, HOPPER_STANDARD)
}
"That polynomial policies learn, or are shown in."


def env_spec(name: str) -> EnvSpec:
    """The row of the table for ``name``. Raises UnknownName, listing what exists."""
    known = {**ENVIRONMENTS, **TASKS, **CONTROL}
    if name not in known:
        raise UnknownName("environment", name, known)
    return known[name]
