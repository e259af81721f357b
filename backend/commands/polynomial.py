"""``steerscape polynomial``: train policies of polynomial density and their rivals; show them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import tyro

from backend.commands.chunks import PolynomialChunks
from backend.commands.options import JsonOption
from backend.commands.progress import counted_progress

RUNS = "polynomial"
"Subfolder of the runs folder."


@dataclass(frozen=True, kw_only=True)
class PolynomialBuild(JsonOption):
    """Train the shipped policies of Smooth World, fit the bandits; write the shelf; resumes.

    Under half an hour on two cores.
    """

    workers: int = 2
    "Trainings side by side, one core each."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."

    def run(self) -> dict[str, Any]:
        """What is on the shelf."""
        from backend.action_latents.polynomial.evidence import build

        with counted_progress("policies and fits", "steps") as report:
            return build(self.runs / RUNS, num_workers=self.workers, report=report)


@dataclass(frozen=True, kw_only=True)
class PolynomialShow(JsonOption):
    """What is on the shelf."""

    def run(self) -> dict[str, Any]:
        """Policies and fits, files verified."""
        from backend.action_latents.polynomial.evidence import SHELF_DIR
        from backend.action_latents.polynomial.store import open_shelf

        shelf = open_shelf(SHELF_DIR)
        return {
            "hash": shelf.manifest.hash, "rebuild": shelf.manifest.rebuild,
            "policies": [".".join(pair) for pair in shelf.policies],
            "fits": sorted(shelf.fits()),
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PolynomialCommand:
    """Policies of polynomial density: build, show, chunks.

    ``steerscape evaluate polynomial`` measures the first; ``chunks`` itself, of a robot's actions.
    """

    command: (
        Annotated[PolynomialBuild, tyro.conf.subcommand("build")]
        | Annotated[PolynomialShow, tyro.conf.subcommand("show")]
        | Annotated[PolynomialChunks, tyro.conf.subcommand("chunks")]
    )
    "What to do."
