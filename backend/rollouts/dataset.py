"""State-action pairs of many policies: what the representation is trained on."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from backend.arrays import Array, Float, Float32


@dataclass(frozen=True, kw_only=True)
class OccupancyDataset:
    """Pairs drawn evenly from every policy's episodes, kept apart by episode."""

    obs: Float32[Array, "policy episode time obs"]
    "Observations, raw units."
    action: Float32[Array, "policy episode time action"]
    "Actions executed there, noise included where the episode had noise."
    clean_action: Float32[Array, "policy episode time action"]
    "What the policy would have done there without noise: the decoder's target."
    returns: Float[Array, "policy objective"]
    "Label: mean vector return of the deterministic episodes."

    @property
    def num_policies(self) -> int:
        """Rows of the dataset."""
        return len(self.obs)

    def subset(self, rows: Array) -> "OccupancyDataset":
        """The dataset of some policies (index or mask)."""
        return OccupancyDataset(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def save(self, path: Path) -> None:
        """Write as safetensors."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({f.name: np.ascontiguousarray(getattr(self, f.name)) for f in fields(self)}, path)

    @classmethod
    def load(cls, path: Path) -> "OccupancyDataset":
        """Read a dataset written by ``save``."""
        return cls(**load_file(path))
