"""``steerscape evaluate``: the papers' claims, measured on an environment's atlases."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from backend.commands.options import JsonOption, Name
from backend.envs.table import env_spec
from backend.errors import InvalidValue

COMPRESSION, POLYNOMIAL = "compression", "polynomial"
SEEDS = (0, 1, 2)
"Of every training of the systems, unless polynomial's are said."
ATLAS_TABLES = ("reconstruction", "geometry", "steering", "hole")
ATLAS_ONLY = ("requests", "episodes", "all_corrected", "afresh", "into")
"Options that no system knows: they write to assets, and train afresh in another --runs folder."
TAKES = {
    COMPRESSION: "--runs (`steerscape compression build` has --seeds and --workers)",
    POLYNOMIAL: "--tables, --seeds, --workers and --runs (another folder trains afresh)",
}


@dataclass(frozen=True, kw_only=True)
class Evaluate(JsonOption):
    """Reconstruction, geometry, steering and the studies beyond the paper; writes the evidence."""

    env: Name
    "Environment, e.g. mo-halfcheetah-v5; or a system, three seeds: compression, polynomial."
    tables: tuple[str, ...] = ()
    """Studies: reconstruction, geometry, steering, hole (these, if none is named), extrapolation,
    tangents, sampling, changes, decoder. Of polynomial: worlds, robots, bandits, throughput,
    quadrature (all)."""
    seeds: tuple[int, ...] = ()
    """Training seeds of the representation; 0, the shipped atlas, if none is said. Rows of others
    stay. Of polynomial: 0, 1, 2; its tables hold no others."""
    requests: int = 100
    "Steering requests per training seed and region."
    episodes: int = 3
    "Fresh episodes per measured policy."
    all_corrected: bool = False
    "Verify and correct every method's answers, not only ours."
    afresh: bool = False
    "Measure again what the evidence or ``runs`` holds already."
    workers: int = 2
    "Trainings of polynomial policies side by side, one core each."
    runs: Path = Path("runs")
    "Folder of intermediate artefacts."
    into: Path = Path("assets/evidence")
    "Folder the evidence is written to."

    def run(self) -> dict[str, Any]:
        """The figures of every study with their intervals."""
        from backend.evaluation.run import Size, evaluate
        from backend.evaluation.summary import as_numbers, summarise
        from backend.workspace import Workspace

        for name in ("requests", "episodes"):
            if getattr(self, name) < 1:
                raise InvalidValue(f"--{name}", getattr(self, name), "a number of at least 1")
        began = time.perf_counter()
        if self.env == COMPRESSION:
            return {**self._compression(), "seconds": time.perf_counter() - began}
        if self.env == POLYNOMIAL:
            return {**self._polynomial(), "seconds": time.perf_counter() - began}
        found = evaluate(
            Workspace(spec=env_spec(self.env), root=self.runs),
            studies=self.tables or ATLAS_TABLES, seeds=self.seeds or (0,), root=self.into,
            afresh=self.afresh,
            size=Size(
                num_requests=self.requests, num_episodes=self.episodes,
                all_corrected=self.all_corrected,
            ),
            report=lambda line: tqdm.write(line, file=sys.stderr),
        )  # fmt: skip
        return {
            "env": self.env,
            **{evidence.table: as_numbers(summarise(evidence)) for evidence in found},
            "seconds": time.perf_counter() - began,
        }

    def _compression(self) -> dict[str, Any]:
        from backend.commands.compression import CompressionBuild
        from backend.compression.environments import ENVIRONMENTS

        self._refuse("tables", "seeds", "workers", *ATLAS_ONLY)
        return {name: CompressionBuild(env=name, runs=self.runs).run() for name in ENVIRONMENTS}

    def _polynomial(self) -> dict[str, Any]:
        from backend.action_latents.polynomial.evidence import TABLES, measure_all
        from backend.commands.progress import counted_progress

        self._refuse(*ATLAS_ONLY)
        with counted_progress("trainings", "trainings") as report:
            return measure_all(
                self.runs / POLYNOMIAL, seeds=self.seeds or SEEDS, num_workers=self.workers,
                tables=self.tables or TABLES, report=report,
            )  # fmt: skip

    def _refuse(self, *options: str) -> None:
        """Raises InvalidValue for one that would go unheard."""
        for name in options:
            came = getattr(self, name)
            if came != getattr(Evaluate, name):
                option = f"--{name.replace('_', '-')}"
                raise InvalidValue(f"evaluate {self.env}", f"{option} {came}", TAKES[self.env])
