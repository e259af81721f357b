"""What each of our changes to the published method buys: one more of them from step to step."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from backend.atlas.atlas import Atlas
from backend.atlas.build import posteriors
from backend.evaluation.evidence import Rows
from backend.evaluation.reconstruction import reconstruction
from backend.evaluation.spaces import NUM_CONTEXTS
from backend.evaluation.steering import DEFAULT, Variant
from backend.representation.model import Representation
from backend.representation.training import TrainingConfig
from backend.rollouts.dataset import OccupancyDataset
from backend.steering.correction import CorrectionConfig
from backend.steering.descent import PAPER

STEPS: Mapping[str, Variant] = {
    "the paper’s procedure": Variant(
        method="tangent", start="random", procedure="paper", descent=PAPER, margin=False
    ),
    "a start near the goal": Variant(
        method="tangent", procedure="paper", descent=PAPER, margin=False
    ),
    "longer steps, multipliers that decay": Variant(method="tangent", margin=False),
    "a margin on bounds": Variant(method="tangent"),
    "verified and corrected by rollouts": Variant(
        method="tangent", corrected=True, correction=CorrectionConfig(num_plain=0)
    ),
    "the nearest policies tried as they are": DEFAULT,
}
"Each has what the ones before it have."


@dataclass(frozen=True, kw_only=True)
class DecoderTraining:
    """How a decoder's training differs from the atlas'."""

    training: TrainingConfig = TrainingConfig()
    noisy_targets: bool = False
    "Whether it imitates the actions that were executed, exploration noise included."

    def data(self, dataset: OccupancyDataset) -> OccupancyDataset:
        """What it is trained on."""
        return replace(dataset, clean_action=dataset.action) if self.noisy_targets else dataset


ALL = "noise-free targets and DAgger"
_NO_DAGGER = TrainingConfig(dagger_steps=())
DECODERS: Mapping[str, DecoderTraining] = {
    "neither: executed actions, no DAgger": DecoderTraining(
        training=_NO_DAGGER, noisy_targets=True
    ),
    "noise-free targets": DecoderTraining(training=_NO_DAGGER),
    "DAgger": DecoderTraining(noisy_targets=True),
}
"Beside the atlas' own, which has both."


def decoders(
    atlas: Atlas, models: Mapping[str, Representation], dataset: OccupancyDataset, *,
    num_episodes: int, seed: int,
) -> Rows:  # fmt: skip
    """Reconstruction of held-out policies by each of ``models`` and by the atlas' own."""
    rows: Rows = []
    for name, model in ({**models, ALL: None}).items():
        its = atlas
        if model is not None:
            z = posteriors(model, dataset, num=NUM_CONTEXTS, seed=seed)[0].mean(1)
            its = replace(atlas, representation=model, z=z.astype(np.float64))
        measured = reconstruction(its, num_episodes=num_episodes, seed=seed)
        rows += [{"decoder": name, **row} for row in measured if row["mode"] == "deterministic"]
    return rows
