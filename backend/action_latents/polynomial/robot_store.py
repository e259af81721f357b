"""Policies that move robots, on disk."""

from dataclasses import dataclass
from pathlib import Path

import torch

from backend.action_latents.polynomial.heads import Head
from backend.action_latents.polynomial.recipes import KINDS, Kind
from backend.action_latents.polynomial.robot_recipes import ROBOTS
from backend.action_latents.polynomial.robots import Drawn, Scale
from backend.action_latents.polynomial.store import ENDING, read_tensors
from backend.arrays import Tensor
from backend.artifacts import Manifest, read_manifest
from backend.errors import DamagedArtifact, UnknownName

RUN_KIND, RUN_SCHEMA = "robot-run", 1
KIND, SCHEMA = "robots", 1
REBUILD = "steerscape polynomial build"
SCALE = "scale."


@dataclass(frozen=True, kw_only=True)
class RobotPolicy:
    """A policy learnt on a robot."""

    robot: str
    kind: Kind
    head: Head
    scale: Scale | None
    "Of its observations, where they are normalised."

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.robot}.{self.kind}"

    def drawn(self, seed: int) -> Drawn:
        """As a policy that draws its actions."""
        return Drawn(self.head, seed, self.scale)

    def arrays(self) -> dict[str, Tensor]:
        """What its file holds."""
        assert isinstance(self.head, torch.nn.Module)
        arrays = {name: tensor.contiguous() for name, tensor in self.head.state_dict().items()}
        if self.scale is not None:
            arrays[f"{SCALE}mean"] = torch.from_numpy(self.scale.mean)
            arrays[f"{SCALE}variance"] = torch.from_numpy(self.scale.variance)
        return arrays


def read_robot(path: Path, robot: str, kind: Kind) -> RobotPolicy:
    """A policy from its file. Raises DamagedArtifact."""
    arrays, recipe = read_tensors(path, REBUILD), ROBOTS[robot]
    numbers = {n.removeprefix(SCALE): a.numpy() for n, a in arrays.items() if n.startswith(SCALE)}
    weights = {name: tensor for name, tensor in arrays.items() if not name.startswith(SCALE)}
    head = recipe.head(kind)
    assert isinstance(head, torch.nn.Module)
    try:
        head.load_state_dict(weights)
        scale = Scale(numbers["mean"], numbers["variance"]) if recipe.normalised else None
    except (RuntimeError, KeyError) as error:
        raise DamagedArtifact(path, str(error).splitlines()[0], REBUILD) from None
    return RobotPolicy(robot=robot, kind=kind, head=head, scale=scale)


@dataclass(frozen=True, kw_only=True)
class RobotShelf:
    """What is on disk."""

    folder: Path
    manifest: Manifest

    def kinds(self, robot: str) -> list[Kind]:
        """Kinds of policy that learnt to move a robot."""
        return [kind for kind in KINDS if f"{robot}.{kind}{ENDING}" in self.manifest.files]

    def load(self, robot: str, kind: str) -> RobotPolicy:
        """One policy. Raises UnknownName or DamagedArtifact."""
        for known in self.kinds(robot):
            if known == kind:
                return read_robot(self.folder / f"{robot}.{kind}{ENDING}", robot, known)
        listed = [name.removesuffix(ENDING) for name in self.manifest.files]
        raise UnknownName("polynomial policy of a robot", f"{robot}.{kind}", listed)


def open_robots(folder: Path) -> RobotShelf:
    """The shelf, its files checked. Raises DamagedArtifact."""
    manifest = read_manifest(folder, kind=KIND, schema=SCHEMA, rebuild=REBUILD)
    return RobotShelf(folder=folder, manifest=manifest)
