"""Where intermediate artefacts lie."""

from dataclasses import dataclass
from pathlib import Path

from backend.envs.spec import EnvSpec


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Where intermediate artefacts of one environment lie."""

    spec: EnvSpec
    "The environment."
    root: Path = Path("runs")
    "Git-ignored."

    @property
    def folder(self) -> Path:
        """The environment's folder."""
        return self.root / self.spec.name

    @property
    def population(self) -> Path:
        """The population artefact."""
        return self.folder / "population"

    @property
    def dataset(self) -> Path:
        """State-action pairs of the population."""
        return self.folder / "dataset.safetensors"

    def studies(self, seed: int) -> Path:
        """Atlases of a further training seed: evidence for the shipped one, not shipped."""
        return self.folder / "atlases" / f"seed-{seed}"

    def networks(self, run: str) -> Path:
        """Checkpoints of one training run."""
        return self.folder / "networks" / run
