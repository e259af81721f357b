"""``steerscape atlas ...``: list, show, verify, build, maps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from backend.artifacts import read_manifest
from backend.atlas.store import ATLAS_DIR, SCHEMA, list_atlases, load_atlas, rebuild_command
from backend.commands.options import JsonOption, Name
from backend.commands.progress import training_progress
from backend.envs.table import env_spec
from backend.errors import UnknownName
from backend.studio import atlas_root


@dataclass(frozen=True, kw_only=True)
class AtlasList(JsonOption):
    """Names of the atlases that exist."""

    def run(self) -> dict[str, Any]:
        """One entry per atlas."""
        return {"atlases": list_atlases(atlas_root())}


@dataclass(frozen=True, kw_only=True)
class AtlasShow(JsonOption):
    """What an atlas holds and what it was made from."""

    name: Name
    "Name of the atlas."

    def run(self) -> dict[str, Any]:
        """Facts of the manifest."""
        root = atlas_root()
        if self.name not in list_atlases(root):
            raise UnknownName("atlas", self.name, list_atlases(root))
        rebuild, folder = rebuild_command(self.name), root / self.name
        manifest = read_manifest(folder, kind="atlas", schema=SCHEMA, rebuild=rebuild)
        size = sum((folder / file).stat().st_size for file in manifest.files)
        return {
            "atlas": self.name, "hash": manifest.hash, "seed": manifest.seed, "rebuild": rebuild,
            "code_version": manifest.code_version, "megabytes": round(size / 1e6, 2),
            "facts": manifest.facts, "parents": manifest.parents,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AtlasVerify(JsonOption):
    """Check every file of an atlas against its hash, and load it."""

    name: Name
    "Name of the atlas."

    def run(self) -> dict[str, Any]:
        """The content hash, when everything is whole."""
        atlas = load_atlas(self.name, atlas_root())
        return {"atlas": self.name, "whole": True, "hash": atlas.content_hash}


@dataclass(frozen=True, kw_only=True)
class AtlasBuild(JsonOption):
    """Train the representation on a trained population and write the atlas."""

    env: Name
    "Environment, e.g. mo-halfcheetah-v5."
    hole: bool = False
    "Leave out every policy in the middle 22.6 % of the first return: the test of synthesis."
    seed: int = 0
    "Seed of the representation; 0 is the shipped atlas, others stay in the runs folder."
    device: str = "cpu"
    "cpu or cuda."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """Name and facts of the new atlas."""
        from backend.pipeline import build
        from backend.workspace import Workspace

        workspace = Workspace(spec=env_spec(self.env), root=self.runs)
        root = ATLAS_DIR if self.seed == 0 else workspace.studies(self.seed)
        with training_progress("representation") as report:
            atlas = build(
                workspace, seed=self.seed, hole=self.hole, device=self.device, root=root,
                report=report,
            )  # fmt: skip
        return {"atlas": atlas.name, "hash": atlas.content_hash, "policies": len(atlas.z)}


@dataclass(frozen=True, kw_only=True)
class AtlasMaps(JsonOption):
    """Fit maps of an atlas from its latents, without training: the one in three dimensions."""

    name: Name
    "Name of the atlas; it is written again in its place."
    flat: bool = False
    "Fit the flat maps again too."

    def run(self) -> dict[str, Any]:
        """Name, new hash and maps of the atlas."""
        from backend.pipeline import refit_maps

        atlas = refit_maps(self.name, atlas_root(), flat=self.flat)
        return {"atlas": atlas.name, "hash": atlas.content_hash, "maps": [*atlas.maps, "globe"]}


@dataclass(frozen=True, kw_only=True)
class AtlasCommand:
    """Atlases: list, show, verify, build, maps."""

    command: (
        Annotated[AtlasList, tyro.conf.subcommand("list")]
        | Annotated[AtlasShow, tyro.conf.subcommand("show")]
        | Annotated[AtlasVerify, tyro.conf.subcommand("verify")]
        | Annotated[AtlasBuild, tyro.conf.subcommand("build")]
        | Annotated[AtlasMaps, tyro.conf.subcommand("maps")]
    )
    "What to do."
