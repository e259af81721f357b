"""The map room: what may be asked about one atlas' maps, groups and walks.

``Studio.survey(name)`` gives it. Every answer is frozen numpy, and says what is *predicted* and
what was *measured*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.field import Ball, Field, Isoline, ball, value_field
from backend.atlas.front import hypervolume, pareto_front
from backend.atlas.ground import Settler, settle
from backend.atlas.groups import Contrast, Group, contrast, group, lassoed
from backend.atlas.quality import MapQuality, map_qualities
from backend.errors import InvalidValue
from backend.steering.walks import (
    Walk,
    data_walk,
    direction_walk,
    neutral_walk,
    num_neutral_ways,
    straight_walk,
)

__all__ = [
    "Ball", "Contrast", "Dominated", "Field", "Group", "Isoline", "MapQuality", "Settler", "Survey",
    "Walk", "Walked",
]  # fmt: skip

Route = Literal["straight", "data"]
PolicyOrLatent = str | Float[Array, "latent"]
"An existing policy's id, or a latent."


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A walk with its places on every map and value plane."""

    walk: Walk
    places: Mapping[str, Float[Array, "step xy"]]


@dataclass(frozen=True, kw_only=True)
class Dominated:
    """What the front of two objectives' *measured* returns dominates."""

    front: Float[Array, "front 2"]
    "Returns nobody beats in both, in order of the first."
    reference: Float[Array, "2"]
    "The lowest measured return of any policy in either objective."
    hypervolume: float
    "Area between the two, in the product of the objectives' units."
    share: float
    "The same as a share of the box from the reference to the best return in either objective."


@dataclass(frozen=True)
class Survey:
    """Questions about one atlas. Nothing is mutated, so threads may share it."""

    atlas: Atlas

    def qualities(self) -> tuple[MapQuality, ...]:
        """Trustworthiness and continuity of every map and value plane."""
        return map_qualities(self.atlas)

    def settler(self, map_name: str, xy: Float[Array, "xy"]) -> Settler:
        """Who would live at a place of a map, and how far from the data. Raises UnknownName."""
        return settle(self.atlas, map_name, xy)

    def field(self, map_name: str, objective: str) -> Field:
        """Arrows and iso-lines of a *predicted* return on a map. Raises UnknownName."""
        return value_field(self.atlas, map_name, objective)

    def ball(self, map_name: str, objective: str, start: Float[Array, "xy"]) -> Ball:
        """A ball that climbs a *predicted* return from a place. Raises UnknownName."""
        return ball(self.atlas, map_name, objective, start)

    def lassoed(self, map_name: str, polygon: Float[Array, "vertex xy"]) -> tuple[str, ...]:
        """Ids of the policies inside an outline on a map. Raises UnknownName, InvalidValue."""
        return lassoed(self.atlas, map_name, polygon)

    def group(self, ids: Sequence[str]) -> Group:
        """What some policies have in common. Raises InvalidValue, UnknownName."""
        return group(self.atlas, ids)

    def contrast(self, these: Sequence[str], those: Sequence[str] | None = None) -> Contrast:
        """These minus those (everybody else, if None). Raises InvalidValue, UnknownName."""
        if those is None:
            those = [policy for policy in self.atlas.population.ids if policy not in set(these)]
        return contrast(self.atlas, these, those)

    def walk(self, start: PolicyOrLatent, end: PolicyOrLatent, route: Route = "data") -> Walked:
        """From A to B, straight in z or on the data. Raises UnknownName."""
        go = data_walk if route == "data" else straight_walk
        return self._placed(go(self.atlas, self.latent(start), self.latent(end)))

    def neutral(self, start: PolicyOrLatent, way: int = 0) -> Walked:
        """To both sides with every *predicted* return kept. Raises UnknownName, InvalidValue."""
        return self._placed(neutral_walk(self.atlas, self.latent(start), way=way))

    def num_neutral_ways(self, start: PolicyOrLatent) -> int:
        """How many values ``way`` may have at a policy; 0 where all that varies is the returns."""
        return num_neutral_ways(self.atlas, self.latent(start))

    def along(self, start: PolicyOrLatent, direction: Float[Array, "latent"]) -> Walked:
        """To both sides along a direction such as a contrast's, on the data."""
        return self._placed(direction_walk(self.atlas, self.latent(start), direction))

    def dominated(self, pair: tuple[int, int]) -> Dominated:
        """Front, reference point and hypervolume of two objectives' *measured* returns."""
        returns = self.atlas.population.returns[:, list(pair)]
        front, low, box = pareto_front(returns), returns.min(0), float(np.ptp(returns, 0).prod())
        area = hypervolume(front, low)
        return Dominated(front=front, reference=low, hypervolume=area,
                         share=area / box if box > 0 else 0.0)  # fmt: skip

    def globe(self) -> Float[Array, "policy xyz"] | None:
        """Places of all policies on the three-dimensional map, where the atlas carries one."""
        return None if self.atlas.globe is None else self.atlas.globe.place(self.atlas.z)

    def latent(self, policy: PolicyOrLatent) -> Float[Array, "latent"]:
        """z of a policy given by id or as a latent. Raises UnknownName, InvalidValue."""
        if isinstance(policy, str):
            return self.atlas.z[self.atlas.population.row(policy)]
        if policy.shape != self.atlas.z.shape[1:] or not np.isfinite(policy).all():
            raise InvalidValue("latent", f"shape {policy.shape}",
                               f"{self.atlas.z.shape[1]} finite numbers")  # fmt: skip
        return policy

    def _placed(self, walk: Walk) -> Walked:
        places = {name: self.atlas.place(name, walk.z) for name in self.atlas.pictures}
        return Walked(walk=walk, places=places)
