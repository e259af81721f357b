"""The ground of a map: where its crowd of policies is, and who would live at a place."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.arrays import Array, Bool, Float
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import pairwise, sketched

NUM_HOSTS = 8
"Policies whose barycentre lives at a place."
FAMILY = 1.5
"Hosts are of one family within so many spacings of the nearest one."
NUM_FELLOWS = 8
"The crowd's scale is how far a policy's eighth fellow typically is."
REACH = 1.0
"The crowd ends this many scales from the last policy."


@dataclass(frozen=True, kw_only=True)
class Settler:
    """The policy that would live at a place of a map."""

    asked: Float[Array, "xy"]
    "The place."
    z: Float[Array, "latent"]
    "Barycentre of the policies of one gait that are nearest to the place."
    xy: Float[Array, "xy"]
    "Where the map puts that z: not always where it was asked for."
    predicted: Float[Array, "objective"]
    distance_to_data: float
    "From z to the nearest training latent, in that one's spacings: 1 is one policy apart."
    off_crowd: float
    "From the place to the nearest policy on the map, in the crowd's scale: above 1 it is empty."


@dataclass(frozen=True)
class Crowd:
    """The policies on one map, in the unit square of the picture.

    UMAP's coordinates have no unit and the panel stretches either axis to fit, so distances and
    slopes are taken in the picture: each axis divided by its extent.
    """

    xy: Float[Array, "policy xy"]

    @cached_property
    def extent(self) -> Float[Array, "xy"]:
        """Width and height of the map, in its own units."""
        extent = np.ptp(self.xy, axis=0)
        return np.where(extent > 0, extent, 1.0)

    @cached_property
    def unit(self) -> Float[Array, "policy xy"]:
        """Places in the unit square."""
        return self.to_unit(self.xy)

    @cached_property
    def scale(self) -> float:
        """Median distance to the eighth nearest fellow, in the unit square."""
        distance = np.sort(pairwise(self.unit, self.unit), axis=1)
        eighth = float(np.median(distance[:, min(NUM_FELLOWS, len(distance) - 1)]))
        return max(eighth, 1e-9)

    def to_unit(self, xy: Float[Array, "*batch xy"]) -> Float[Array, "*batch xy"]:
        """Map units to the unit square."""
        return (xy - self.xy.min(0)) / self.extent

    def to_map(self, unit: Float[Array, "*batch xy"]) -> Float[Array, "*batch xy"]:
        """The unit square to map units."""
        return unit * self.extent + self.xy.min(0)

    def gap(self, unit: Float[Array, "batch xy"]) -> Float[Array, "batch"]:
        """Distance from places of the unit square to the nearest policy, in scales."""
        return pairwise(unit, self.unit).min(1) / self.scale

    def holds(self, unit: Float[Array, "batch xy"]) -> Bool[Array, "batch"]:
        """Whether places of the unit square are inside the crowd."""
        return self.gap(unit) <= REACH


def settle(atlas: Atlas, map_name: str, xy: Float[Array, "xy"]) -> Settler:
    """The barycentre of training policies that would live at a place. Raises UnknownName.

    Hosts weigh 1 / d² · exp(−|z − z₀|² / 2 (1.5 s₀)²), with d their distance on the map, z₀ the
    nearest of them and s₀ its spacing: a map puts different gaits side by side, and the mean of two
    gaits is neither. On the shipped atlases this halves the distance to the data, and the settler
    stands as near to the click.
    """
    cloud = atlas.cloud
    rows = sketched(len(cloud.z))
    crowd = Crowd(atlas.place(map_name, cloud.z[rows]))
    squared = ((crowd.unit - crowd.to_unit(xy)) ** 2).sum(1)
    nearest = np.argsort(squared)[:NUM_HOSTS]
    hosts = rows[nearest]
    family = ((cloud.z[hosts] - cloud.z[hosts[0]]) ** 2).sum(1)
    reach = 2 * (FAMILY * cloud.spacing[hosts[0]]) ** 2
    weight = np.exp(-family / reach) / (squared[nearest] + 1e-12)
    z = (cloud.z[hosts] * weight[:, None]).sum(0) / weight.sum()
    return Settler(
        asked=xy, z=z, xy=atlas.place(map_name, z[None])[0], predicted=atlas.heads.predict(z),
        distance_to_data=float(cloud.distance(z[None])[0]),
        off_crowd=float(crowd.gap(crowd.to_unit(xy)[None])[0]),
    )  # fmt: skip
