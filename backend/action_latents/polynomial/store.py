"""Trained policies on disk: weights in safetensors under one manifest, bandit fits beside."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from backend.action_latents.polynomial.heads import CRITIC_GAIN, Head, mlp
from backend.action_latents.polynomial.recipes import KINDS, WORLD_HEADS, Kind
from backend.arrays import Tensor
from backend.artifacts import Manifest, read_manifest, write_artifact
from backend.errors import DamagedArtifact, UnknownName

POLYNOMIAL_DIR = Path(__file__).parents[3] / "assets" / "polynomial"
KIND, SCHEMA = "polynomial", 1
REBUILD = "steerscape polynomial build"
FITS = "fits.safetensors"
ENDING = ".safetensors"


@dataclass(frozen=True, kw_only=True)
class WorldPolicy:
    """A policy learnt in Smooth World, with its critic."""

    layout: str
    kind: Kind
    head: Head
    critic: nn.Sequential

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.layout}.{self.kind}"

    def arrays(self) -> dict[str, Tensor]:
        """What its file holds."""
        parts: Mapping[str, Any] = {"head": self.head, "critic": self.critic}
        return {
            f"{part}.{name}": tensor.contiguous()
            for part, module in parts.items()
            for name, tensor in module.state_dict().items()
        }


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What is on disk."""

    folder: Path
    manifest: Manifest

    @property
    def policies(self) -> list[tuple[str, Kind]]:
        """(layout, kind) of every policy, kinds in their own order."""
        names = [name.removesuffix(ENDING) for name in self.manifest.files if name != FITS]
        worlds = dict.fromkeys(name.partition(".")[0] for name in names)
        return [(world, kind) for world in worlds for kind in KINDS if f"{world}.{kind}" in names]

    def load(self, layout: str, kind: str) -> WorldPolicy:
        """One policy. Raises UnknownName or DamagedArtifact."""
        for known_layout, known in self.policies:
            if (known_layout, known) == (layout, kind):
                return read_policy(self.folder / f"{layout}.{kind}{ENDING}", layout, known)
        listed = [".".join(pair) for pair in self.policies]
        raise UnknownName("polynomial policy", f"{layout}.{kind}", listed)

    def fits(self) -> dict[str, Tensor]:
        """λ of every fitted bandit, by ``bandit.basis.order.fit``. Raises DamagedArtifact."""
        return read_tensors(self.folder / FITS)


def open_shelf(root: Path = POLYNOMIAL_DIR) -> Shelf:
    """The shelf, its files checked. Raises DamagedArtifact."""
    manifest = read_manifest(root, kind=KIND, schema=SCHEMA, rebuild=REBUILD)
    return Shelf(folder=root, manifest=manifest)


def read_policy(path: Path, layout: str, kind: Kind) -> WorldPolicy:
    """A policy from its file. Raises DamagedArtifact."""
    arrays, head = read_tensors(path), WORLD_HEADS[kind]()
    critic = mlp(2, 1, last_gain=CRITIC_GAIN)
    parts: Mapping[str, Any] = {"head": head, "critic": critic}
    for part, module in parts.items():
        mine = {n.removeprefix(f"{part}."): a for n, a in arrays.items() if n.startswith(part)}
        try:
            module.load_state_dict(mine)
        except RuntimeError as error:
            raise DamagedArtifact(path, str(error).splitlines()[0], REBUILD) from None
    return WorldPolicy(layout=layout, kind=kind, head=head, critic=critic)


def save_shelf(
    policies: list[WorldPolicy], fits: Mapping[str, Tensor], *, config: dict[str, Any], seed: int,
    root: Path = POLYNOMIAL_DIR,
) -> None:  # fmt: skip
    """Write everything that the app shows."""
    manifest = Manifest(kind=KIND, schema=SCHEMA, rebuild=REBUILD, seed=seed, config=config)
    with write_artifact(root, manifest) as scratch:
        for policy in policies:
            save_file(policy.arrays(), scratch / f"{policy.name}{ENDING}")
        save_file({name: tensor.float() for name, tensor in fits.items()}, scratch / FITS)


def read_tensors(path: Path, rebuild: str = REBUILD) -> dict[str, Tensor]:
    """The arrays of a file. Raises DamagedArtifact."""
    try:
        return load_file(path)
    except (SafetensorError, OSError) as error:
        raise DamagedArtifact(path, str(error), rebuild) from None
