"""The environment table: every environment Steerscape knows, by MO-Gymnasium id."""

from backend.envs.ant import ANT_TWO
from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.hopper import HOPPER_THREE, HOPPER_TWO
from backend.envs.humanoid import HUMANOID
from backend.envs.spec import EnvSpec
from backend.envs.walker2d import WALKER2D
from backend.errors import UnknownName

ENVIRONMENTS: dict[str, EnvSpec] = {
    spec.name: spec for spec in (HALFCHEETAH, WALKER2D, HOPPER_TWO, HOPPER_THREE, ANT_TWO, HUMANOID)
}


def env_spec(name: str) -> EnvSpec:
    """The row of the table for ``name``. Raises UnknownName, listing what exists."""
    if name not in ENVIRONMENTS:
        raise UnknownName("environment", name, ENVIRONMENTS)
    return ENVIRONMENTS[name]
