"""The atlas: one row per policy, its latent, returns and place; everything a steer needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.geometry import LatentCloud
from backend.atlas.maps import LatentMap, LinearMap, value_plane
from backend.envs.spec import EnvSpec
from backend.errors import UnknownName
from backend.population.population import Population
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.representation.model import Representation
from backend.representation.value_heads import ValueHeads


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """Row i of every per-policy array is ``population.members[i]``."""

    name: str
    "Name of the atlas; its environment's id for the shipped ones."
    content_hash: str
    "Hash of the files it was loaded from: the first part of every cache key."
    spec: EnvSpec
    "The environment."
    population: Population
    "Policies with measured returns, and their networks."
    representation: Representation
    "Encoder, projectors and decoder."
    heads: ValueHeads
    "Affine value heads."
    z: Float[Array, "policy latent"]
    "Mean of the posterior means over several contexts."
    z_log_std: Float[Array, "policy latent"]
    "Mean log standard deviation of those posteriors."
    items: Float[Array, "item latent"]
    "Posterior means of single contexts of the training policies: the local tangent spaces' data."
    maps: Mapping[str, LatentMap | LinearMap]
    "Pictures of the latent space."
    globe: LatentMap | None = None
    "A picture of z in three dimensions, where it was fitted: places are (x, y, z)."

    @cached_property
    def cloud(self) -> LatentCloud:
        """The training policies' latents."""
        return LatentCloud(self.z[self.population.is_training])

    @cached_property
    def training_rows(self) -> Array:
        """Rows of the policies that were fitted to."""
        return np.flatnonzero(self.population.is_training)

    @cached_property
    def decoder_weights(self) -> DecoderWeights:
        """The decoder, folded to numpy."""
        return DecoderWeights.fold(self.representation)

    @cached_property
    def returns_low(self) -> Float[Array, "objective"]:
        """Smallest measured return of a training policy, per objective."""
        return self.population.returns[self.training_rows].min(0)

    @cached_property
    def returns_high(self) -> Float[Array, "objective"]:
        """Largest measured return of a training policy, per objective."""
        return self.population.returns[self.training_rows].max(0)

    @property
    def returns_extent(self) -> Float[Array, "objective"]:
        """The range that every "% of range" refers to."""
        return self.returns_high - self.returns_low

    @cached_property
    def predicted(self) -> Float[Array, "policy objective"]:
        """What the value heads say of each policy's z."""
        return self.heads.predict(self.z)

    @cached_property
    def pictures(self) -> Mapping[str, LatentMap | LinearMap]:
        """All maps, and the value plane of every two objectives, named like *forward × energy*."""
        names = self.spec.objective_names
        planes = {
            f"{first} × {second}": value_plane(self.heads, (i, i + 1 + j))
            for i, first in enumerate(names)
            for j, second in enumerate(names[i + 1 :])
        }
        return {**self.maps, **planes}

    def decode(self, z: Float[Array, "rows latent"]) -> DecodedPolicy:
        """The policies of some latents, one row each."""
        return DecodedPolicy(self.decoder_weights, z)

    def place(self, map_name: str, z: Float[Array, "batch latent"]) -> Float[Array, "batch xy"]:
        """Where latents stand on a map or value plane. Raises UnknownName."""
        if map_name not in self.pictures:
            raise UnknownName("map", map_name, self.pictures)
        return self.pictures[map_name].place(z)

    def objective(self, name: str) -> int:
        """Index of an objective. Raises UnknownName."""
        names = self.spec.objective_names
        if name not in names:
            raise UnknownName("objective", name, names)
        return names.index(name)
