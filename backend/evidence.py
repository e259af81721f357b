"""The façade of the evidence: every study as people read it. Nothing is trained or rolled out here.

Files are read again when their time or size changes, so what is shown is what lies on disk.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from backend.artifacts import read_manifest
from backend.atlas.store import ATLAS_DIR, HOLE_SUFFIX, SCHEMA, list_atlases, rebuild_command
from backend.envs.table import ENVIRONMENTS
from backend.errors import DamagedArtifact, StudioError, UnknownName
from backend.evaluation.calibration import Promises, Region, promises, regions
from backend.evaluation.cases import NUM_WORST, Case, worst_answers, worst_decoded
from backend.evaluation.changes import STEPS
from backend.evaluation.evidence import (
    EVIDENCE_DIR,
    Evidence,
    Rows,
    list_evidence,
    load_evidence,
)
from backend.evaluation.headline import (
    ANSWERS,
    HEADLINES,
    OURS,
    Figures,
    headline,
    is_variant,
    times_lower,
)
from backend.evaluation.intervals import Estimate
from backend.evaluation.published import COUNTING, GOALS, PAPER, PUBLISHED, Goal, Published
from backend.evaluation.steering import DEFAULT, PROTOCOL, Variant
from backend.evaluation.summary import FIGURES, OUTCOMES, sampling_law, summarise
from backend.steering.correction import CorrectionConfig
from backend.steering.descent import DescentConfig

__all__ = [
    "ANSWERS", "COUNTING", "DECODER", "DEFAULT", "GOALS", "HEADLINES", "LAST_STEP",
    "NUM_CORRECTIONS", "NUM_WORST", "OURS",
    "OUTCOMES", "PAPER", "PUBLISHED", "SHIPPED_SEED", "STUDIES", "TANGENT", "Case", "Estimate",
    "Figures", "Goal", "Headline", "Library", "Promises", "Provenance", "Published", "Region",
    "Rows", "Study", "Variant", "evidence_root", "regions",
]  # fmt: skip

EVIDENCE_VARIABLE = "STEERSCAPE_EVIDENCE"
"Environment variable that may name another folder of evidence."
DECODER = "decoder"
"The study of the decoder's training, shown beside that of changes to the solver."
UNJUDGED = "geometry"
"The study without rollouts, which no protocol of judging can age."
LAST_STEP = [*STEPS][-1]
"The change after which it is what the app does."
STUDIES = tuple(FIGURES)
"Names of the studies."
NUM_CORRECTIONS = CorrectionConfig().num_rounds
"Corrections the app makes at most."
TANGENT = (DescentConfig().num_neighbours, DescentConfig().variance_kept)
"Neighbours and share of variance of the app's tangent spaces."
SHIPPED_SEED = 0
"Training seed of the shipped atlases; only its latents are kept."


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a study came to be."""

    command: str
    "What to run to get it again."
    seeds: tuple[int, ...]
    "Training seeds."
    num_requests: int
    "Steering requests per training seed."
    num_episodes: int
    "Fresh episodes per measured policy."
    num_rows: int
    "Measurements."
    cpu_seconds: float | None
    "What it took, if somebody counted."
    other_builds: tuple[str, ...]
    "Atlases that were measured but are not the ones shipped now."
    former_protocol: bool = False
    "Whether questions or judgement have changed since."


@dataclass(frozen=True, kw_only=True)
class Study:
    """One study of one environment, summarised."""

    env: str
    name: str
    figures: Rows
    "One row per group: its keys, then ``Estimate``s."
    provenance: Provenance


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One environment at first sight."""

    env: str
    title: str
    figures: Mapping[str, Figures] = field(default_factory=dict)
    "Study -> its figures; studies that are missing or damaged have none."
    damaged: Mapping[str, str] = field(default_factory=dict)
    "Study -> what is wrong with its file and what mends it."
    made: Mapping[str, Provenance] = field(default_factory=dict)
    "Study -> how it came to be."

    @property
    def other_builds(self) -> bool:
        """Whether something was measured of atlases that are not the ones shipped now."""
        return any(provenance.other_builds for provenance in self.made.values())

    @property
    def former_protocol(self) -> bool:
        """Whether something was asked or judged differently than now."""
        return any(provenance.former_protocol for provenance in self.made.values())


def evidence_root() -> Path:
    """Where evidence is read from: ``STEERSCAPE_EVIDENCE`` if set, else the shipped folder."""
    return Path(os.environ.get(EVIDENCE_VARIABLE) or EVIDENCE_DIR)


class Library:
    """All the evidence of a folder. Safe to call from several threads: nothing is mutated."""

    def __init__(self, root: Path | None = None, atlas_root: Path = ATLAS_DIR) -> None:
        self.root = root or evidence_root()
        self.atlas_root = atlas_root
        self._evidence = lru_cache(maxsize=8)(self._load)
        self._about = lru_cache(maxsize=256)(self._describe)
        self._study = lru_cache(maxsize=256)(self._summarise)
        self._figures = lru_cache(maxsize=256)(self._headline)

    def environments(self) -> list[str]:
        """Every environment of the table, in its order, then others that have evidence."""
        found = {env for envs in list_evidence(self.root).values() for env in envs}
        return [*ENVIRONMENTS, *sorted(found - set(ENVIRONMENTS))]

    def title(self, env: str) -> str:
        """The robot's name."""
        return ENVIRONMENTS[env].title if env in ENVIRONMENTS else env

    def studies(self, env: str) -> list[str]:
        """Studies of an environment whose files exist."""
        found = list_evidence(self.root)
        return [name for name in STUDIES if env in found.get(name, ())]

    def command(self, env: str, *studies: str) -> str:
        """What makes studies of an environment (all, if none is named)."""
        return f"steerscape evaluate {env} --tables {' '.join(studies or STUDIES)}"

    def atlas(self, env: str, study: str) -> str:
        """Name of the atlas that a study of an environment measures."""
        return env + (HOLE_SUFFIX if study == "hole" else "")

    def study(self, env: str, name: str, seeds: tuple[int, ...] = ()) -> Study:
        """One study over some of its training seeds (all, if none is named).

        Raises UnknownName (listing what exists) or DamagedArtifact (naming what mends it).
        """
        return self._study(env, name, self._stamp(env, name), seeds)

    def provenance(self, env: str, name: str) -> Provenance:
        """How a study came to be. Raises as ``study`` does."""
        about, num_rows = self._about(env, name, self._stamp(env, name))
        return Provenance(
            command=about.command, seeds=tuple(about.parameters["seeds"]),
            num_requests=int(about.parameters["num_requests"]),
            num_episodes=int(about.parameters["num_episodes"]),
            num_rows=num_rows, cpu_seconds=about.seconds, other_builds=self._other_builds(about),
            former_protocol=name != UNJUDGED and about.parameters.get("protocol") != PROTOCOL,
        )  # fmt: skip

    def headline(self, env: str) -> Headline:
        """The figures of the first sight; a damaged study takes only its own figures with it."""
        figures, damaged, made = {}, {}, {}
        for name in self.studies(env):
            if name not in HEADLINES:
                continue
            try:
                figures[name] = self._figures(env, name, self._stamp(env, name))
                made[name] = self.provenance(env, name)
            except StudioError as error:
                damaged[name] = str(error)
        return Headline(env=env, title=self.title(env), figures=figures, damaged=damaged, made=made)

    def rows(self, env: str, name: str, seeds: tuple[int, ...] = ()) -> Rows:
        """The measurements of a study at their finest grain. Raises as ``study`` does."""
        return _of_seeds(self._read(env, name), seeds).rows

    def promises(self, env: str, name: str, variant: Variant, seeds: Sequence[int]) -> Promises:
        """Predicted and measured returns of one way to answer. Raises as ``study`` does."""
        return promises(self._answers(self._read(env, name), variant, seeds))

    def worst(self, env: str, name: str, variant: Variant, seeds: Sequence[int]) -> list[Case]:
        """The cases of a study that miss most, worst first. Raises as ``study`` does.

        ``variant`` says whose answers; reconstruction has none to choose from.
        """
        evidence = self._read(env, name)
        if name == "reconstruction":
            return worst_decoded(evidence, seeds=seeds)
        return worst_answers(evidence, self._answers(evidence, variant, seeds))

    def law(self, env: str, num_episodes: int, seeds: tuple[int, ...] = ()) -> tuple[float, float]:
        """(floor, R²) of the latent error's fall with context size. Raises as ``study`` does."""
        return sampling_law(self.rows(env, "sampling", seeds), num_episodes)

    def times_lower(self, env: str, seeds: tuple[int, ...] = ()) -> Figures:
        """Space -> how many times lower our probe's squared error is. Raises as ``study`` does."""
        return times_lower(pd.DataFrame(self.rows(env, "geometry", seeds)))

    def _read(self, env: str, name: str) -> Evidence:
        return self._evidence(env, name, self._stamp(env, name))

    def _stamp(self, env: str, name: str) -> tuple[int, ...]:
        """Changes whenever a file of a study does. Raises UnknownName, listing what exists."""
        path = self.root / env / f"{name}.parquet"
        if name not in self.studies(env):
            known = [f"{e}/{n}" for n, envs in list_evidence(self.root).items() for e in envs]
            raise UnknownName("evidence", f"{env}/{name}", known)
        stamp: list[int] = []
        for file in (path, path.with_suffix(".json")):
            stat = file.stat() if file.exists() else None
            stamp += [stat.st_mtime_ns, stat.st_size] if stat else [0, 0]
        return tuple(stamp)

    def _load(self, env: str, name: str, _stamp: tuple[int, ...]) -> Evidence:
        evidence = load_evidence(name, env, self.root)
        if not {"seeds", "num_requests", "num_episodes"} <= set(evidence.parameters):
            raise self._damaged(env, name, "does not say how it was made")
        return evidence

    def _describe(self, env: str, name: str, stamp: tuple[int, ...]) -> tuple[Evidence, int]:
        """Evidence without its rows, and how many there are: light enough to be kept."""
        evidence = self._evidence(env, name, stamp)
        return replace(evidence, rows=[]), len(evidence.rows)

    def _summarise(
        self, env: str, name: str, stamp: tuple[int, ...], seeds: tuple[int, ...]
    ) -> Study:
        evidence = _of_seeds(self._evidence(env, name, stamp), seeds)
        try:
            figures = summarise(evidence)
        except (KeyError, ValueError) as error:
            raise self._damaged(env, name, f"lacks rows or columns ({error})") from None
        return Study(env=env, name=name, figures=figures, provenance=self.provenance(env, name))

    def _headline(self, env: str, name: str, stamp: tuple[int, ...]) -> Figures:
        try:
            return headline(self._evidence(env, name, stamp))
        except (KeyError, ValueError) as error:
            raise self._damaged(env, name, f"lacks rows or columns ({error})") from None

    def _damaged(self, env: str, name: str, problem: str) -> DamagedArtifact:
        path = self.root / env / f"{name}.parquet"
        return DamagedArtifact(path, problem, self.command(env, name))

    def _answers(self, evidence: Evidence, variant: Variant, seeds: Sequence[int]) -> Rows:
        frame = pd.DataFrame(evidence.rows)
        chosen = is_variant(frame, variant) & frame["seed"].isin(list(seeds))
        return [evidence.rows[i] for i in chosen.to_numpy().nonzero()[0]]

    def _other_builds(self, evidence: Evidence) -> tuple[str, ...]:
        """Measured atlases of the shipped seed whose content is not that of the shipped ones."""
        ending = f", seed {SHIPPED_SEED}"
        measured = {key.removesuffix(ending): h for key, h in evidence.atlases.items()
                    if key.endswith(ending)}  # fmt: skip
        return tuple(name for name, value in measured.items() if self._shipped(name) != value)

    def _shipped(self, name: str) -> str | None:
        """Content hash of a shipped atlas, None where there is none that can be read."""
        if name not in list_atlases(self.atlas_root):
            return None
        folder, rebuild = self.atlas_root / name, rebuild_command(name)
        try:
            return read_manifest(
                folder, kind="atlas", schema=SCHEMA, rebuild=rebuild, verify=False
            ).hash
        except DamagedArtifact:
            return None


def _of_seeds(evidence: Evidence, seeds: tuple[int, ...]) -> Evidence:
    if not seeds:
        return evidence
    return replace(evidence, rows=[row for row in evidence.rows if row["seed"] in seeds])
