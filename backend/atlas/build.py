"""Build an atlas from a population and a trained representation."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.maps import LatentMap, LinearMap, fit_globe, fit_pca, fit_umap
from backend.envs.spec import EnvSpec
from backend.population.population import Population
from backend.representation.model import Representation
from backend.representation.noise import executed_log_std, fit_spread
from backend.representation.sampling import BatchSampler
from backend.representation.value_heads import fit_value_heads
from backend.rollouts.dataset import OccupancyDataset

NUM_CONTEXTS = 8
"Contexts whose posterior means are averaged into a policy's z."
NUM_ITEMS = 4
"Of those, how many stand in the cloud that tangent spaces are fitted to."
CONTEXT_SIZE = 32


@torch.no_grad()
def posteriors(
    model: Representation, dataset: OccupancyDataset, *, num: int, seed: int
) -> tuple[Float[Array, "policy contexts latent"], Float[Array, "policy contexts latent"]]:
    """Posterior (means, log stds) of ``num`` contexts of every policy."""
    sampler = BatchSampler(dataset, device="cpu", seed=seed)
    obs, action = sampler.contexts(CONTEXT_SIZE, num)
    mean, log_std = model.encode(obs.flatten(0, 1), action.flatten(0, 1))
    shape = (*obs.shape[:2], -1)
    return mean.reshape(shape).double().numpy(), log_std.reshape(shape).double().numpy()


def build_atlas(
    spec: EnvSpec, population: Population, dataset: OccupancyDataset, model: Representation, *,
    seed: int, name: str | None = None, with_umap: bool = True,
) -> Atlas:  # fmt: skip
    """Encode every policy and fit heads, spread and maps, on training policies only."""
    means, log_stds = posteriors(model, dataset, num=NUM_CONTEXTS, seed=seed)
    training = population.is_training
    weight, bias = (tensor.detach().double().numpy() for tensor in model.projectors.stacked())
    items = means[training].reshape(-1, means.shape[-1])
    per_context = np.repeat(population.returns[training], NUM_CONTEXTS, 0)
    heads = fit_value_heads(items, per_context, weight, bias)
    model = deepcopy(model)
    spread = executed_log_std(dataset.subset(training), model.decoder.log_std_bounds)
    fit_spread(model.decoder, items, np.repeat(spread, NUM_CONTEXTS, 0))
    z = means.mean(1)
    return Atlas(
        name=name or spec.name,
        content_hash="",
        spec=spec,
        population=population,
        representation=model,
        heads=heads,
        z=z,
        z_log_std=log_stds.mean(1),
        items=means[training, :NUM_ITEMS].reshape(-1, means.shape[-1]),
        maps=fit_maps(z[training], weight, seed=seed)
        if with_umap
        else {"pca": fit_pca(z[training])},
        globe=fit_globe(z[training], seed=seed) if with_umap else None,
    )


def fit_maps(
    z: Float[Array, "anchor latent"], projector_weight: Array, *, seed: int
) -> dict[str, LatentMap | LinearMap]:
    """The three flat maps of training policies' latents (offline: seconds)."""
    projections = projector_weight.reshape(-1, z.shape[1]).T
    identity = np.eye(z.shape[1])
    maps: dict[str, LatentMap | LinearMap] = {}
    for name, feature_w in (("sheet", projections), ("gaits", identity)):
        anchors = z @ feature_w
        maps[name] = LatentMap(
            feature_w=feature_w, anchors=anchors, xy=fit_umap(anchors, seed=seed)
        )
    maps["pca"] = fit_pca(z)
    return maps


def with_globe(atlas: Atlas, *, seed: int, flat: bool = False) -> Atlas:
    """The atlas with its three-dimensional map fitted; with ``flat``, the flat ones afresh too.

    Nothing is trained and no policy is run: maps come from the training policies' z alone.
    """
    z = atlas.z[atlas.population.is_training]
    maps = atlas.maps
    if flat:
        weight, _ = atlas.representation.projectors.stacked()
        maps = fit_maps(z, weight.detach().double().numpy(), seed=seed)
    return replace(atlas, maps=maps, globe=fit_globe(z, seed=seed))
