"""The robots that polynomial policies learn to move, and with what settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.action_latents.polynomial.flow_head import FlowHead
from backend.action_latents.polynomial.heads import (
    Head,
    gaussian_head,
    mixture_head,
    polynomial_head,
)
from backend.action_latents.polynomial.ppo import PpoConfig
from backend.action_latents.polynomial.recipes import KINDS, WORLD_CLIP, Kind, family
from backend.envs.spec import EnvSpec
from backend.envs.t_maze import T_MAZE, T_MAZE_ANYWHERE
from backend.envs.tasks import HOPPER_STANDARD


@dataclass(frozen=True, kw_only=True)
class RobotRecipe:
    """How the policies of one robot are trained."""

    spec: EnvSpec
    "Where they are measured and shown."
    learns_in: EnvSpec
    "The same, perhaps with other starts."
    order: int
    "K."
    nodes: int
    "Quadrature nodes per axis."
    num_iterations: int
    "Of 2048 steps each, the same for every kind."
    entropy_weight: Mapping[Kind, float]
    "α of each kind of policy that is trained."
    normalised: bool
    "Whether observations are scaled by what was met."
    pay: float = 1.0
    "Rewards are multiplied by this while learning."

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What is trained."""
        return tuple(self.entropy_weight)

    def config(self, kind: Kind) -> PpoConfig:
        """The settings of one kind of policy."""
        return PpoConfig(
            num_iterations=self.num_iterations, entropy_weight=self.entropy_weight[kind]
        )

    def head(self, kind: Kind) -> Head:
        """A new policy."""
        num_obs, num_actions = self.spec.obs_dim, self.spec.action_dim
        if kind == "polynomial":
            densities = family(num_actions, self.order, self.nodes)
            return polynomial_head(num_obs, densities, WORLD_CLIP)
        if kind == "flow":
            return FlowHead(num_obs, num_actions)
        return (gaussian_head if kind == "gaussian" else mixture_head)(num_obs, num_actions)


ROBOTS: Mapping[str, RobotRecipe] = {
    "t-maze": RobotRecipe(
        spec=T_MAZE, learns_in=T_MAZE_ANYWHERE, order=5, nodes=32, num_iterations=300,
        entropy_weight=dict(zip(KINDS, (0.7, 0.03, 0.03, 0.0), strict=True)), normalised=False,
    ),
    "hopper-v5": RobotRecipe(
        spec=HOPPER_STANDARD, learns_in=HOPPER_STANDARD, order=4, nodes=10, num_iterations=244,
        entropy_weight={"polynomial": 0.01, "gaussian": 0.01}, normalised=True, pay=0.1,
    ),
}  # fmt: skip
"A choice between two mirrored ways, and a standard task of control."
