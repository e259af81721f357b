"""All studies of an environment, over every training seed whose atlas exists."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.artifacts import as_json
from backend.atlas.atlas import Atlas
from backend.atlas.store import ATLAS_DIR, HOLE_SUFFIX, load_atlas
from backend.errors import InvalidValue, UnknownName
from backend.evaluation import regions
from backend.evaluation.evidence import (
    EVIDENCE_DIR,
    Evidence,
    Rows,
    load_evidence,
    of_seed,
    save_evidence,
)
from backend.evaluation.geometry import geometry
from backend.evaluation.ledger import Ledger
from backend.evaluation.reconstruction import reconstruction
from backend.evaluation.requests import Questions
from backend.evaluation.sampling import sampling
from backend.evaluation.spaces import RAW, TRAINED, raw_space, train_space
from backend.evaluation.steering import CORRECTED, DEFAULT, SINGLE_SHOTS, Judging, Variant
from backend.population.store import load_population
from backend.rollouts.dataset import OccupancyDataset
from backend.steering.correction import CorrectionConfig
from backend.steering.descent import PAPER
from backend.threads import one_thread
from backend.workspace import Workspace

Report = Callable[[str], None]
"Told what begins."


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large the studies are."""

    num_requests: int = 100
    "Steering requests per training seed and region."
    num_episodes: int = 3
    "Fresh episodes per measured policy."
    all_corrected: bool = False
    "Whether every method is corrected too, or only ours and the nearest policy: hours against one."


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where one environment's studies find what they measure."""

    workspace: Workspace
    seed: int
    "Training seed of the representation."
    size: Size
    atlas_root: Path = ATLAS_DIR
    "Shipped atlases, of training seed 0."
    ledger: Ledger = field(default_factory=Ledger)
    "Answers of a study that is under way."

    def atlas(self, *, hole: bool = False) -> Atlas:
        """The atlas of this training seed. Raises InvalidValue naming the command that makes it."""
        name = self.workspace.spec.name + (HOLE_SUFFIX if hole else "")
        root = self.atlas_root if self.seed == 0 else self.workspace.studies(self.seed)
        if not (root / name).exists():
            flags = f"--seed {self.seed}" + (" --hole" if hole else "")
            command = f"`steerscape atlas build {self.workspace.spec.name} {flags}` first"
            raise InvalidValue("atlas", f"nothing in {root / name}", command)
        return load_atlas(name, root)

    def dataset(self) -> OccupancyDataset:
        """State-action pairs of the population. Raises InvalidValue if they are not there."""
        path = self.workspace.dataset
        if not path.exists():
            command = f"`steerscape population train {self.workspace.spec.name}` first"
            raise InvalidValue("dataset", f"nothing at {path}", command)
        return OccupancyDataset.load(path)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Ways to answer in the steering studies."""
        return SINGLE_SHOTS + (CORRECTED if self.size.all_corrected else (DEFAULT,))

    @property
    def questions(self) -> Questions:
        """Requests of their own for each training seed."""
        return Questions(num_requests=self.size.num_requests, seed=self.seed)

    @property
    def judging(self) -> Judging:
        """Fresh episodes; latents are kept for the shipped atlas, so that they can be shown."""
        return Judging(
            num_episodes=self.size.num_episodes, seed=self.seed, keep_latents=self.seed == 0,
            ledger=self.ledger,
        )  # fmt: skip


def _reconstruction(bench: Bench) -> Rows:
    return reconstruction(bench.atlas(), num_episodes=bench.size.num_episodes, seed=bench.seed)


def _geometry(bench: Bench) -> Rows:
    spec, dataset = bench.workspace.spec, bench.dataset()
    population, _ = load_population(spec, bench.workspace.population)
    training = population.is_training
    spaces = {RAW: raw_space(dataset, training)}
    for name in TRAINED:
        file = f"{'-'.join(name.lower().split())}-seed{bench.seed}.safetensors"
        spaces[name] = train_space(
            spec, dataset, np.flatnonzero(training), name, seed=bench.seed,
            path=bench.workspace.folder / "spaces" / file,
        )  # fmt: skip
    return [
        {"space": name, **row}
        for name, space in spaces.items()
        for row in geometry(
            space, population.returns, training, spec.objective_names, seed=bench.seed
        )
    ]


def _steering(bench: Bench) -> Rows:
    rows = regions.inside(bench.atlas(), bench.questions, bench.judging, bench.variants)
    return [{"region": "inside", **row} for row in rows]


def _hole(bench: Bench) -> Rows:
    rows = regions.into_hole(bench.atlas(hole=True), bench.questions, bench.judging, bench.variants)
    return [{"region": "hole", **row} for row in rows]


def _extrapolation(bench: Bench) -> Rows:
    return regions.extrapolation(bench.atlas(), bench.questions, bench.judging)


def _tangents(bench: Bench) -> Rows:
    return regions.tangents(bench.atlas(), bench.questions, bench.judging)


def _sampling(bench: Bench) -> Rows:
    return sampling(bench.atlas(), bench.dataset(), seed=bench.seed)


STUDIES: Mapping[str, Callable[[Bench], Rows]] = {
    "reconstruction": _reconstruction,
    "geometry": _geometry,
    "steering": _steering,
    "hole": _hole,
    "extrapolation": _extrapolation,
    "tangents": _tangents,
    "sampling": _sampling,
}


def evaluate(
    workspace: Workspace, *, studies: Sequence[str], seeds: Sequence[int], size: Size,
    root: Path = EVIDENCE_DIR, atlas_root: Path = ATLAS_DIR, report: Report = lambda _: None,
) -> list[Evidence]:  # fmt: skip
    """Run studies and write their evidence. What is measured of each seed is kept in ``runs/``.

    Raises UnknownName for a study that does not exist, InvalidValue for an atlas that is missing.
    """
    for name in studies:
        if name not in STUDIES:
            raise UnknownName("study", name, STUDIES)
    found = []
    for name in studies:
        parts = []
        for seed in seeds:
            report(f"{name}, training seed {seed}")
            bench = Bench(workspace=workspace, seed=seed, size=size, atlas_root=atlas_root)
            parts.append(_measured(name, bench))
        found.append(_join(name, workspace, parts, seeds, size))
        save_evidence(found[-1], root)
    return found


def _measured(name: str, bench: Bench) -> Evidence:
    """One seed's rows: kept from an earlier run if neither atlas nor sizes nor solver changed."""
    root = bench.workspace.folder / "evidence" / f"seed-{bench.seed}"
    solver = {"paper": as_json(PAPER), "correction": as_json(CorrectionConfig())}
    parameters = {**asdict(bench.size), "seed": bench.seed, "solver": solver}
    atlas = bench.atlas(hole=name == "hole")
    hashes = {f"{atlas.name}, seed {bench.seed}": atlas.content_hash}
    try:
        kept = load_evidence(name, bench.workspace.spec.name, root)
        if (kept.parameters, kept.atlases) == (parameters, hashes):
            return kept
    except UnknownName:
        pass
    began, ledger = time.process_time(), Ledger(root / f"{name}.ledger")
    with one_thread():
        rows = STUDIES[name](replace(bench, ledger=ledger))
    evidence = Evidence(
        table=name, env=bench.workspace.spec.name, rows=rows, command="", atlases=hashes,
        parameters=parameters,
        seconds=time.process_time() - began + ledger.seconds_saved,
    )  # fmt: skip
    save_evidence(evidence, root)
    ledger.forget()
    return evidence


def _join(
    name: str, workspace: Workspace, parts: Sequence[Evidence], seeds: Sequence[int], size: Size
) -> Evidence:
    flags = f"--tables {name} --seeds {' '.join(map(str, seeds))} --requests {size.num_requests}"
    flags += " --all-corrected" if size.all_corrected else ""
    parameters: dict[str, Any] = {**asdict(size), "seeds": list(seeds)}
    return Evidence(
        table=name, env=workspace.spec.name, rows=of_seed([p.rows for p in parts], seeds),
        command=f"steerscape evaluate {workspace.spec.name} {flags}",
        atlases={key: value for part in parts for key, value in part.atlases.items()},
        parameters=parameters, seconds=sum(part.seconds for part in parts),
    )  # fmt: skip
