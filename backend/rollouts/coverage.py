"""Exact box filters for the floor: how much of a pixel a stripe, a tile or a numeral covers."""

import numpy as np

from backend.arrays import Array, Bool, Float, Float32

Plane = Float[Array, "floor width"]
Colours = Float32[Array, "3 floor width"]


def mix(first: Array, second: Array, share: Array) -> Array:
    """From the first (share 0) to the second (share 1)."""
    return first + (second - first) * share


def footprint(values: Plane) -> Plane:
    """How far a floor coordinate moves within one pixel."""
    steps = [np.abs(np.gradient(values, axis=axis)) for axis in (0, 1) if values.shape[axis] > 1]
    return np.maximum(np.sum(steps, axis=0), 1e-4) if steps else np.full_like(values, 1e-2)


def rows_of(wanted: Bool[Array, "floor width"]) -> slice:
    """The smallest block of rows that holds all that is wanted."""
    rows = np.flatnonzero(wanted.any(axis=1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def band(value: Plane, span: Plane, centre: float, half: float) -> Plane:
    """Share of a pixel of width ``span`` inside the band ``centre`` +- ``half``."""
    low = np.maximum(value - span / 2, centre - half)
    high = np.minimum(value + span / 2, centre + half)
    return np.clip((high - low) / span, 0, 1)


def stripes(value: Plane, span: Plane, origin: float, period: float, half: float) -> Plane:
    """Coverage by stripes ``2 half`` wide, one every ``period``, for values relative to origin."""
    offset = value + np.float32(origin % period)
    offset -= np.float32(period) * np.round(offset * np.float32(1 / period))
    return band(offset, span, 0.0, half)


def square_wave(value: Plane, span: Plane, origin: float, cell: float) -> Plane:
    """A square wave, -1..1, that turns every ``cell``, averaged over each pixel."""
    phase = np.float32(origin / (2 * cell) % 1.0)
    scaled, half = value * np.float32(0.5 / cell) + phase, span * np.float32(0.25 / cell)
    return (_triangle(scaled - half) - _triangle(scaled + half)) / (2 * half)


def _triangle(turns: Plane) -> Plane:
    """Integral of the square wave: 1/2 at whole turns, 0 half way between."""
    turns -= np.floor(turns)
    turns -= np.float32(0.5)
    return np.abs(turns, out=turns)


def bilinear(
    texture: Float32[Array, "texel_y texel_x"],
    u: Float32[Array, "point"],
    v: Float32[Array, "point"],
) -> Float32[Array, "point"]:
    """Texture between its texels, at column ``u`` and row ``v``."""
    column, row = u.astype(np.int32), v.astype(np.int32)
    a, b = u - np.floor(u), v - np.floor(v)
    top = texture[row, column] * (1 - a) + texture[row, column + 1] * a
    bottom = texture[row + 1, column] * (1 - a) + texture[row + 1, column + 1] * a
    return top * (1 - b) + bottom * b
