"""Latent spaces to compare: ours, the paper's baselines, and plain statistics of the pairs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.artifacts import as_json
from backend.atlas.atlas import Atlas
from backend.atlas.build import posteriors
from backend.checkpoints import fingerprint
from backend.envs.spec import EnvSpec
from backend.policies.policy import Policy
from backend.representation.encoder import EncoderConfig
from backend.representation.model import Representation, RepresentationConfig
from backend.representation.training import (
    TrainingConfig,
    architecture_for,
    train_representation,
)
from backend.rollouts.dataset import OccupancyDataset

STUDY_TRAINING = TrainingConfig(num_steps=3000, num_queries=8, dagger_steps=())
"Short and without DAgger, the same for every space: only the geometry is compared."
NUM_CONTEXTS = 8


@dataclass(frozen=True, kw_only=True)
class Space:
    """Where one method puts every policy."""

    z: Float[Array, "policy latent"]
    "Latents: mean of the posterior means of eight contexts."
    u: Float[Array, "objective policy projection"] | None
    "Projections, for methods that have them."


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a space differs from ours."""

    training: TrainingConfig = STUDY_TRAINING
    architecture: Callable[[RepresentationConfig], RepresentationConfig] = lambda config: config


def _mean_pool(config: RepresentationConfig) -> RepresentationConfig:
    return replace(config, encoder=EncoderConfig(pooling="mean"))


def _mlp_projectors(config: RepresentationConfig) -> RepresentationConfig:
    return replace(config, projector="mlp")


TRAINED: dict[str, Recipe] = {
    "ours (VAE + Rank-N-Contrast)": Recipe(),
    "VAE": Recipe(training=replace(STUDY_TRAINING, contrast="none")),
    "VAE + InfoNCE": Recipe(training=replace(STUDY_TRAINING, contrast="info-nce")),
    "AE + Rank-N-Contrast": Recipe(
        training=replace(STUDY_TRAINING, kl_weight=0.0, sample_latent=False)
    ),
    "mean-pool encoder": Recipe(architecture=_mean_pool),
    "MLP projectors": Recipe(architecture=_mlp_projectors),
}
APP = "the app’s atlas"
"Our space as it is shipped: trained three times as long, and on what its decoder met."
RAW = "raw feature means"
"Mean and standard deviation of each observation and action entry: no learning at all."


def train_space(
    spec: EnvSpec, dataset: OccupancyDataset, training: Array, name: str, *, seed: int,
    folder: Path,
) -> Space:  # fmt: skip
    """The space of a method: trained on the training policies, or what ``folder`` kept of that."""
    recipe = TRAINED[name]
    model = kept_model(
        spec, dataset.subset(training), [], recipe.training, name=name, seed=seed, folder=folder,
        architecture=recipe.architecture(architecture_for(spec)),
    )  # fmt: skip
    z = posteriors(model, dataset, num=NUM_CONTEXTS, seed=seed)[0].mean(1)
    return Space(z=z, u=_projected(model, z) if recipe.training.contrast == "rank-n" else None)


def kept_model(
    spec: EnvSpec, data: OccupancyDataset, sources: Sequence[Policy], training: TrainingConfig, *,
    name: str, seed: int, folder: Path, architecture: RepresentationConfig | None = None,
) -> Representation:  # fmt: skip
    """A representation trained for a study, or what ``folder`` kept of that very training."""
    architecture = architecture or architecture_for(spec)
    made_from = fingerprint(as_json(training), as_json(architecture), seed, *vars(data).values())
    path = folder / f"{'-'.join(name.lower().split())}-{made_from[:12]}.safetensors"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        model = train_representation(
            spec, data, sources, training, seed=seed, architecture=architecture
        )
        model.save(path)
    return Representation.load(path, rebuild=f"`rm {path}`, then the study once more")


def atlas_space(atlas: Atlas) -> Space:
    """The space that the app steers in."""
    return Space(z=atlas.z, u=_projected(atlas.representation, atlas.z))


@torch.no_grad()
def _projected(model: Representation, z: Array) -> Array:
    return model.projectors(torch.from_numpy(z).float()).double().numpy()


def raw_space(dataset: OccupancyDataset, training: Array) -> Space:
    """Standardised first and second moments of each policy's pairs."""
    pairs = np.concatenate([dataset.obs, dataset.action], -1)
    pairs = pairs.reshape(len(pairs), -1, pairs.shape[-1])
    features = np.concatenate([pairs.mean(1), pairs.std(1)], -1).astype(np.float64)
    mean, std = features[training].mean(0), features[training].std(0) + 1e-9
    return Space(z=(features - mean) / std, u=None)
