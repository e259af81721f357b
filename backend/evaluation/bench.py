"""Where one environment's studies find what they measure, and how large they are."""

from dataclasses import dataclass, field
from pathlib import Path

from backend.atlas.atlas import Atlas
from backend.atlas.store import ATLAS_DIR, HOLE_SUFFIX, load_atlas
from backend.errors import InvalidValue
from backend.evaluation.ledger import Ledger
from backend.evaluation.requests import Questions
from backend.evaluation.steering import CORRECTED, DEFAULT, SINGLE_SHOTS, Judging, Variant
from backend.rollouts.dataset import OccupancyDataset
from backend.workspace import Workspace

HOLES = {"hole": (True,), "changes": (False, True)}
"Studies that do not measure the whole atlas alone: whether each atlas they do is one with a hole."


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large the studies are."""

    num_requests: int = 100
    "Steering requests per training seed and region."
    num_episodes: int = 3
    "Fresh episodes per measured policy."
    all_corrected: bool = False
    "Whether every method's answers are verified and corrected too, or only the app's."


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
        name, root = self._place(hole=hole)
        if not (root / name).exists():
            flags = f"--seed {self.seed}" + (" --hole" if hole else "")
            command = f"`steerscape atlas build {self.workspace.spec.name} {flags}` first"
            raise InvalidValue("atlas", f"nothing in {root / name}", command)
        return load_atlas(name, root)

    def hashes(self, study: str) -> dict[str, str]:
        """Name and training seed of a study's atlases -> content hash, of those that are there."""
        places = [self._place(hole=hole) for hole in HOLES.get(study, (False,))]
        return {
            f"{name}, seed {self.seed}": load_atlas(name, root).content_hash
            for name, root in places
            if (root / name).exists()
        }

    def _place(self, *, hole: bool) -> tuple[str, Path]:
        """(name, root) of the atlas."""
        name = self.workspace.spec.name + (HOLE_SUFFIX if hole else "")
        return name, self.atlas_root if self.seed == 0 else self.workspace.studies(self.seed)

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
