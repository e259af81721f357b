"""Soft shadows of capsules on the floor, without rays.

Seen along the light a capsule's shadow is a thick line, whatever the floor's tilt. So floor and
capsules are projected onto the plane across the light, where a pixel's darkness depends only on its
distance to a segment. The edge softens with the capsule's height, as under a lamp of finite size.
"""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32
from backend.rollouts.backdrop import Backdrop, Plate
from backend.rollouts.framing import Lens, View

INK = np.array([46, 56, 78], np.float32)
"Colour the floor takes where no light arrives, sRGB 0..255."
FULLNESS = 1.6
"A capsule thinner than the blurred edge hides this many radii's worth of the lamp."
FAINT = 0.12
"Shadows whose edge is this much wider than the capsule (radius / edge) are left out."


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """A light of finite size, infinitely far away."""

    towards: Float[Array, "3"]
    "Unit vector from the floor to the light."
    strength: float
    "Share of the floor's brightness that a full shadow takes away."
    softness: float
    "Half width of the shadow's edge at floor level, metres."
    spread: float
    "What each metre of height adds to that half width."


_KEY = np.array([-0.34, -0.40, 1.0])
KEY_LIGHT = Lamp(towards=_KEY / np.linalg.norm(_KEY), strength=0.58, softness=0.012, spread=0.15)
"The sun-like light that shapes the robot; its shadow falls to the back and the right."
SKYLIGHT = Lamp(towards=np.array([0.0, 0.0, 1.0]), strength=0.45, softness=0.03, spread=0.9)
"The open sky: darkens only what is close beneath the robot, so that feet look planted."


class FloorShadows:
    """Darkens a backdrop's floor under a robot."""

    def __init__(self, lens: Lens, backdrop: Backdrop) -> None:
        self._lens, self._backdrop = lens, backdrop

    def cast(
        self,
        image: Float32[Array, "3 height width"],
        view: View,
        ends: tuple[Float[Array, "geom 3"], Float[Array, "geom 3"]],
        radius: Float[Array, "geom"],
    ) -> None:
        """Blend the shadow of the robot's capsules into ``image``, in place."""
        floor, plate = image[:, self._backdrop.horizon :], self._backdrop.plate(view)
        if not floor.size:
            return
        light = np.ones(plate.ground.x.shape, np.float32)
        for lamp in (KEY_LIGHT, SKYLIGHT):
            light *= 1 - np.float32(lamp.strength) * self._shade(plate, view, lamp, ends, radius)
        rows, columns = np.flatnonzero((light < 1).any(1)), np.flatnonzero((light < 1).any(0))
        if not len(rows):
            return
        box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        for plane, ink in zip(floor, INK, strict=True):
            plane[box] = ink + (plane[box] - ink) * light[box]

    def _shade(
        self,
        plate: Plate,
        view: View,
        lamp: Lamp,
        ends: tuple[Float[Array, "geom 3"], Float[Array, "geom 3"]],
        radius: Float[Array, "geom"],
    ) -> Float32[Array, "floor width"]:
        """Share of the lamp that the robot hides from each floor pixel."""
        ground = plate.ground
        shade = np.zeros(ground.x.shape, np.float32)
        axes = _plane_across(lamp.towards)
        for start, stop, r in zip(*ends, radius, strict=True):
            segment = np.stack([start, stop])
            blur = lamp.softness + lamp.spread * np.maximum(segment[:, 2] - r, 0)
            if r < FAINT * blur.min():
                continue
            box = self._screen_box(plate, view, lamp, segment, float(r + blur.max()))
            local = segment - (view.target[0], view.target[1], 0.0)
            hidden = _hidden(ground.x[box], ground.y[box], local @ axes, axes[:2], r, blur)
            np.maximum(shade[box], hidden, out=shade[box])
        return shade

    def _screen_box(
        self, plate: Plate, view: View, lamp: Lamp, segment: Float[Array, "2 3"], reach: float
    ) -> tuple[slice, slice]:
        """Floor rows and columns of the picture that the segment's shadow can touch."""
        down = segment - segment[:, 2:] / lamp.towards[2] * lamp.towards
        corners = np.array([[1, 1, 0], [1, -1, 0], [-1, 1, 0], [-1, -1, 0]]) * reach
        spots = (down[:, None] + corners / lamp.towards[2]).reshape(-1, 3) - self._lens.eye(view)
        depth = np.maximum(spots @ self._lens.forward, 0.05)
        rows, columns = plate.ground.x.shape
        height = rows + self._backdrop.horizon
        x = (spots @ self._lens.right / (depth * self._lens.tan_x) + 1) / 2 * columns
        y = (1 - spots @ self._lens.up / (depth * self._lens.tan_y)) / 2 * height
        y -= self._backdrop.horizon
        return _span(y, rows), _span(x, columns)


def _span(values: Float[Array, "point"], size: int) -> slice:
    low, high = np.clip([values.min() - 1, values.max() + 2], 0, size)
    return slice(int(low), int(high))


def _plane_across(direction: Float[Array, "3"]) -> Float[Array, "3 2"]:
    """Two orthonormal axes across a direction, as columns."""
    side = np.cross(direction, [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    return np.stack([side, np.cross(direction, side)], axis=1)


def _hidden(
    x: Float32[Array, "y x"],
    y: Float32[Array, "y x"],
    segment: Float[Array, "2 2"],
    axes: Float[Array, "2 2"],
    radius: float,
    blur: Float[Array, "2"],
) -> Float32[Array, "y x"]:
    """Share of a lamp hidden from floor points by a capsule whose core is ``segment``."""
    (au, av), (bu, bv) = axes.astype(np.float32)
    start, along = segment[0].astype(np.float32), (segment[1] - segment[0]).astype(np.float32)
    u, v = x * au + y * bu - start[0], x * av + y * bv - start[1]
    t = (u * along[0] + v * along[1]) / np.float32(along @ along + 1e-12)
    np.clip(t, 0, 1, out=t)
    u -= t * along[0]
    v -= t * along[1]
    distance = np.sqrt(u * u + v * v)
    width = np.float32(blur[0]) + t * np.float32(blur[1] - blur[0])
    edge = np.clip((np.float32(radius) + width - distance) / (2 * width), 0, 1)
    return edge * edge * (3 - 2 * edge) * np.minimum(1, np.float32(FULLNESS * radius) / width)
