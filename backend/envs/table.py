"""The environment table: every environment Steerscape knows, by MO-Gymnasium id."""

from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.spec import EnvSpec
from backend.errors import UnknownName

ENVIRONMENTS: dict[str, EnvSpec] = {spec.name: spec for spec in (HALFCHEETAH,)}


def env_spec(name: str) -> EnvSpec:
    """The row of the table for ``name``. Raises UnknownName, listing what exists."""
    if name not in ENVIRONMENTS:
        raise UnknownName("environment", name, ENVIRONMENTS)
    return ENVIRONMENTS[name]
