"""The value field of a map: predicted returns as a landscape, its iso-lines, its way up.

At a place x of the picture's unit square, policies i at x_i with predicted return v_i are fitted by
the plane a + g · (x_i − x) that minimises Σ_i w_i (v_i − a − g · (x_i − x))², with weights
w_i = exp(−|x_i − x|² / 2h²): local linear regression, exact where returns are linear on the map.
a is the value and g the gradient there. Nothing is said outside the crowd.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import pairwise, sketched
from backend.atlas.ground import Crowd
from backend.atlas.isolines import isolines

GRID = 44
"Nodes along either axis for iso-lines."
ARROW_GRID = 17
"Arrows along either axis."
NUM_LEVELS = 8
"Iso-lines, about."
RIDGE = 1e-3
"Keeps the plane level in a direction in which the policies around do not spread."
ARROW_LENGTH = 0.8 / ARROW_GRID
"Of the steepest arrow, as a share of the picture: it stays within its cell."
STEP = 0.008
"Of the ball, as a share of the picture."
MAX_STEPS = 400
BUMP = 12
"Steps after which a ball that found nothing higher has stopped."
FLAT = 0.02
"A slope below this share of the field's steepest is level ground."


Ending = Literal["top", "edge", "steps"]


@dataclass(frozen=True)
class Landscape:
    """One predicted return over the crowd of one map."""

    crowd: Crowd
    predicted: Float[Array, "policy"]
    "Predicted return of every policy of the crowd."

    def plane(
        self, unit: Float[Array, "batch xy"]
    ) -> tuple[Float[Array, "batch"], Float[Array, "batch xy"]]:
        """Value, and gradient per width and height of the picture, at places of the unit square."""
        squared = pairwise(unit, self.crowd.unit) ** 2
        nearest = squared.min(1, keepdims=True)  # keeps the weights above zero far from everybody
        weight = np.exp((nearest - squared) / (2 * self.crowd.scale**2))
        weight /= weight.sum(1, keepdims=True)
        moments = weight @ self._moments
        mean, centre = moments[:, 0], moments[:, 1:3]
        lean = moments[:, 3:5] - mean[:, None] * centre
        spread = moments[:, 5:].reshape(-1, 2, 2) - centre[:, :, None] * centre[:, None]
        spread += RIDGE * self.crowd.scale**2 * np.eye(2)
        gradient = np.linalg.solve(spread, lean[..., None])[..., 0]
        return mean + (gradient * (unit - centre)).sum(1), gradient

    @cached_property
    def _moments(self) -> Float[Array, "policy moment"]:
        """v, x, v x, x xᵀ of every policy: their weighted means make the plane."""
        v, x = self.predicted[:, None], self.crowd.unit
        return np.concatenate([v, x, v * x, (x[:, :, None] * x[:, None]).reshape(-1, 4)], axis=1)

    @cached_property
    def steepest(self) -> float:
        """The 95th percentile of the slope where the policies are."""
        return float(np.percentile(np.linalg.norm(self.plane(self.crowd.unit)[1], axis=1), 95))


@dataclass(frozen=True, kw_only=True)
class Isoline:
    """Where the predicted return has one value."""

    level: float
    "Predicted return, in the objective's unit."
    lines: tuple[Float[Array, "_ xy"], ...]
    "In map units."


@dataclass(frozen=True, kw_only=True)
class Field:
    """The landscape of one objective's *predicted* return on one map."""

    map_name: str
    objective: str
    arrows: Float[Array, "arrow tail_and_way"]
    "x, y, dx, dy in map units: uphill, as long as it is steep; the steepest spans most of a cell."
    isolines: tuple[Isoline, ...]
    "At round values, lowest first."


@dataclass(frozen=True, kw_only=True)
class Ball:
    """A ball that climbs the field."""

    xy: Float[Array, "step xy"]
    "Its way, in map units."
    predicted: Float[Array, "step"]
    "Value of the field on the way."
    ended: Ending
    "``top`` (level ground), ``edge`` (the crowd ends) or ``steps`` (still rolling)."


def landscape(atlas: Atlas, map_name: str, objective: str) -> Landscape:
    """Predicted returns of the policies on a map. Raises UnknownName."""
    rows = sketched(len(atlas.z))
    places = atlas.place(map_name, atlas.z[rows])
    return Landscape(Crowd(places), atlas.predicted[rows, atlas.objective(objective)])


def value_field(atlas: Atlas, map_name: str, objective: str) -> Field:
    """Arrows and iso-lines of one objective on one map. Raises UnknownName."""
    land = landscape(atlas, map_name, objective)
    low, high = land.predicted.min(), land.predicted.max()
    return Field(
        map_name=map_name, objective=objective, arrows=_arrows(land),
        isolines=_isolines(land, round_levels(float(low), float(high))),
    )  # fmt: skip


def ball(atlas: Atlas, map_name: str, objective: str, start: Float[Array, "xy"]) -> Ball:
    """Follow the gradient uphill from a place until it is level or the crowd ends.

    A bump of a few steps does not stop it; one that finds nothing higher ends at its highest.
    """
    land = landscape(atlas, map_name, objective)
    places, values, ended = _roll(land, land.crowd.to_unit(start))
    if ended == "top":
        highest = int(np.argmax(values)) + 1
        places, values = places[:highest], values[:highest]
    return Ball(xy=land.crowd.to_map(np.array(places)), predicted=np.array(values), ended=ended)


def _roll(land: Landscape, place: Float[Array, "xy"]) -> tuple[list[Array], list[float], Ending]:
    places, values = [place], [float(land.plane(place[None])[0][0])]
    while len(places) < MAX_STEPS:
        if not land.crowd.holds(places[-1][None])[0]:
            inside = max(1, len(places) - 1)  # a ball dropped outside stays where it is
            return places[:inside], values[:inside], "edge"
        gradient = land.plane(places[-1][None])[1][0]
        slope = np.linalg.norm(gradient)
        if slope <= FLAT * land.steepest or len(values) - int(np.argmax(values)) > BUMP:
            return places, values, "top"
        places.append(places[-1] + STEP * gradient / slope)
        values.append(float(land.plane(places[-1][None])[0][0]))
    return places, values, "steps"


def round_levels(low: float, high: float, num: int = NUM_LEVELS) -> Float[Array, "level"]:
    """Multiples of 1, 2, 2.5 or 5 · 10ⁿ strictly between two values, about ``num`` of them."""
    if not high > low:
        return np.array([])
    rough = (high - low) / num
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 2.5, 5, 10), key=lambda s: abs(np.log(s * power / rough)))
    levels = step * np.arange(np.floor(low / step) + 1, np.ceil(high / step))
    return levels[(levels > low) & (levels < high)]


def _grid(num: int) -> tuple[Array, Float[Array, "node xy"]]:
    axis = (np.arange(num) + 0.5) / num * 1.04 - 0.02
    return axis, np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def _arrows(land: Landscape) -> Float[Array, "arrow tail_and_way"]:
    _, nodes = _grid(ARROW_GRID)
    nodes = nodes[land.crowd.holds(nodes)]
    _, gradient = land.plane(nodes)
    slope = np.linalg.norm(gradient, axis=1, keepdims=True)
    way = gradient / np.maximum(slope, max(land.steepest, 1e-300)) * ARROW_LENGTH
    tail = land.crowd.to_map(nodes - way / 2)
    return np.concatenate([tail, way * land.crowd.extent], axis=1)


def _isolines(land: Landscape, levels: Sequence[float] | Array) -> tuple[Isoline, ...]:
    axis, nodes = _grid(GRID)
    value, inside = np.full(len(nodes), np.nan), land.crowd.holds(nodes)
    value[inside] = land.plane(nodes[inside])[0]
    found = []
    for level in levels:
        lines = [
            line
            for line in isolines(axis, axis, value.reshape(GRID, GRID), float(level))
            if len(line) > 2
        ]
        if lines:
            lines = tuple(land.crowd.to_map(line) for line in lines)
            found.append(Isoline(level=float(level), lines=lines))
    return tuple(found)
