"""Everything behind the robot: gradient sky, and an anti-aliased floor with distance marks.

The camera follows the robot without turning, so all that depends only on the pixel is computed
once per camera height and distance; per frame only the pattern's phase along x changes.
Unfinished pictures are kept as one plane per colour, which suits NumPy several times better.
"""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float, Float32
from backend.rollouts.framing import Lens, View
from backend.rollouts.lettering import NUMERAL_PX, numeral

SKY_TOP = np.array([168, 195, 222], np.float32)
SKY_HORIZON = np.array([236, 241, 246], np.float32)
FLOOR_LIGHT = np.array([208, 215, 223], np.float32)
FLOOR_DARK = np.array([186, 194, 204], np.float32)
LANE = np.array([172, 181, 193], np.float32)
PAINT = np.array([250, 251, 253], np.float32)
"Colours of the scene, sRGB 0..255."
CELL_M, MAJOR_M = 1.0, 5.0
"Side of a floor tile (and tick spacing), and spacing of the stripes across the lane, metres."
LANE_HALF_M, LINE_HALF_M, TICK_M = 0.42, 0.014, 0.09
"Half the lane's width, half a painted line's width, and a tick's length, metres."
NUMERAL_TOP_M, NUMERAL_TALL_M, NUMERAL_STRETCH = 1.08, 0.56, 1.9
"Where in y the distance numerals end, how tall they are in metres, and tall against wide."
FOG_M = 16.0
"Distance at which the floor has faded by 1 - 1/e."

Plane = Float[Array, "floor width"]
Colours = Float32[Array, "3 floor width"]


@dataclass(frozen=True, kw_only=True)
class Plate:
    """The part of the floor that stays while the camera moves along x; row 0 is the horizon."""

    colour: Colours
    "Floor between the two tile colours, with the lane, its lines, the fog and a dither of 0..1."
    contrast: Colours
    "What the tile pattern, -1..1, adds."
    paint: Colours
    "Colour of paint seen through the fog."
    x: Plane
    "Floor x relative to the camera target, metres."
    y: Plane
    "Floor y, metres."
    span: Plane
    "Width in x that one pixel covers, metres."
    tile_y: Plane
    "The y factor of the checker, -1..1."
    across: Plane
    "Share of the pixel inside the lane, where stripes go."
    tick: Plane
    "Share of the pixel where metre ticks go."
    marks: slice
    "Rows with stripes and ticks."
    numerals: slice
    "Rows with numerals."


class Backdrop:
    """Sky and floor of one picture size."""

    def __init__(self, lens: Lens, width: int, height: int) -> None:
        self._lens, self._shape = lens, (3, height, width)
        columns = lens.tan_x * (2 * (np.arange(width) + 0.5) / width - 1)
        rows = lens.tan_y * (1 - 2 * (np.arange(height) + 0.5) / height)
        rays = lens.forward + columns[:, None] * lens.right + rows[:, None, None] * lens.up
        downward = rays[:, 0, 2] < -2e-3
        self.horizon = int(np.argmax(downward)) if downward.any() else height
        "First row of the picture that shows the floor."
        self._rays = rays[self.horizon :]
        self._dither = np.random.default_rng(0).random((height, width), np.float32)
        rise = np.clip(rays[: self.horizon, :1, 2] / 0.35, 0, 1)
        sky = _mix(SKY_HORIZON[:, None, None], SKY_TOP[:, None, None], rise**0.8)
        self._sky = (sky + self._dither[: self.horizon]).astype(np.float32)
        self._key: tuple[float, float, float] | None = None
        self._plate: Plate | None = None

    def plate(self, view: View) -> Plate:
        """The floor's fixed part for a view; made anew only when y, height or distance change."""
        key = (view.target[1], view.target[2], view.distance)
        if self._plate is None or key != self._key:
            dither = self._dither[self.horizon :]
            self._key, self._plate = key, _make_plate(self._lens, self._rays, view, dither)
        return self._plate

    def paint(self, view: View) -> Float32[Array, "3 height width"]:
        """The scene without the robot, sRGB 0..256 before rounding down."""
        image = np.empty(self._shape, np.float32)
        image[:, : self.horizon] = self._sky
        if self.horizon < self._shape[1]:
            floor, plate = image[:, self.horizon :], self.plate(view)
            tiles = _tile_factor(plate.x, plate.span, view.target[0])
            tiles *= plate.tile_y
            np.multiply(plate.contrast, tiles, out=floor)
            floor += plate.colour
            _paint_marks(floor, plate, view.target[0])
            _paint_numerals(floor, plate, view.target[0])
        return image


def _make_plate(
    lens: Lens, rays: Float[Array, "floor width 3"], view: View, dither: Plane
) -> Plate:
    eye = lens.eye(view)
    depth = -max(float(eye[2]), 0.05) / rays[..., 2]
    x = depth * rays[..., 0] + (eye[0] - view.target[0])
    y = depth * rays[..., 1] + eye[1]
    span, span_y = _footprint(x), _footprint(y)
    across = _coverage(y, span_y, 0.0, LANE_HALF_M)
    lines = _coverage(np.abs(y), span_y, LANE_HALF_M, LINE_HALF_M)
    fog = 1 - np.exp(-((np.linalg.norm(rays, axis=-1) * depth / FOG_M) ** 1.5))
    light, dark, lane, paint, haze = (
        tone[:, None, None] for tone in (FLOOR_LIGHT, FLOOR_DARK, LANE, PAINT, SKY_HORIZON)
    )
    middle = _mix(_mix(_mix((light + dark) / 2, lane, across), paint, lines), haze, fog)
    planes = {
        "colour": middle + dither,
        "contrast": (light - dark) / 2 * (1 - across) * (1 - lines) * (1 - fog),
        "paint": _mix(paint, haze, fog),
        "x": x,
        "y": y,
        "span": span,
        "tile_y": _tile_factor(y, span_y, 0.0),
        "across": across,
        "tick": _coverage(np.abs(y), span_y, LANE_HALF_M - TICK_M / 2, TICK_M / 2),
    }
    return Plate(
        **{name: np.ascontiguousarray(plane, np.float32) for name, plane in planes.items()},
        marks=_rows(across > 0),
        numerals=_rows((y < NUMERAL_TOP_M) & (y > NUMERAL_TOP_M - NUMERAL_TALL_M)),
    )


def _mix(first: Array, second: Array, share: Array) -> Array:
    return first + (second - first) * share


def _footprint(values: Plane) -> Plane:
    """How far a floor coordinate moves within one pixel."""
    steps = [np.abs(np.gradient(values, axis=axis)) for axis in (0, 1) if values.shape[axis] > 1]
    return np.maximum(np.sum(steps, axis=0), 1e-4) if steps else np.full_like(values, 1e-2)


def _rows(wanted: Bool[Array, "floor width"]) -> slice:
    rows = np.flatnonzero(wanted.any(axis=1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def _coverage(value: Plane, span: Plane, centre: float, half: float) -> Plane:
    """Share of a pixel of width ``span`` inside the band ``centre`` +- ``half``."""
    low = np.maximum(value - span / 2, centre - half)
    high = np.minimum(value + span / 2, centre + half)
    return np.clip((high - low) / span, 0, 1)


def _tile_factor(value: Plane, span: Plane, origin: float) -> Plane:
    """A square wave of period two tiles, -1..1, averaged over each pixel (box filter, exact)."""
    phase = np.float32(origin / (2 * CELL_M) % 1.0)
    scaled, half = value * np.float32(0.5 / CELL_M) + phase, span * np.float32(0.25 / CELL_M)
    return (_triangle(scaled - half) - _triangle(scaled + half)) / (2 * half)


def _triangle(turns: Plane) -> Plane:
    """Integral of the square wave: 1/2 at whole turns, 0 half way between."""
    turns -= np.floor(turns)
    turns -= np.float32(0.5)
    return np.abs(turns, out=turns)


def _paint_marks(floor: Colours, plate: Plate, target_x: float) -> None:
    """Ticks every metre along the lane's edges, a stripe across it every five."""
    rows = plate.marks
    x, span = plate.x[rows], plate.span[rows]
    coverage = plate.tick[rows] * _periodic(x, span, target_x, CELL_M)
    stripe = plate.across[rows] * _periodic(x, span, target_x, MAJOR_M)
    floor[:, rows] += np.maximum(coverage, stripe) * (plate.paint[:, rows] - floor[:, rows])


def _periodic(x: Plane, span: Plane, target_x: float, period: float) -> Plane:
    """Coverage by lines across x, one every ``period`` metres."""
    offset = x + np.float32(target_x % period)
    offset -= np.float32(period) * np.round(offset * np.float32(1 / period))
    return _coverage(offset, span, 0.0, LINE_HALF_M)


def _paint_numerals(floor: Colours, plate: Plate, target_x: float) -> None:
    """The distance in metres, painted beside the lane at every stripe."""
    rows = plate.numerals
    if rows.stop == rows.start:
        return
    x, y, texel = plate.x[rows], plate.y[rows], NUMERAL_TALL_M / NUMERAL_PX
    texel_x = texel / NUMERAL_STRETCH
    blur_x = max(1, round(float(np.median(plate.span[rows])) / texel_x))
    blur_y = max(1, round(NUMERAL_PX / (rows.stop - rows.start)))
    reach = MAJOR_M / 2
    first, last = (target_x + x.min() - reach) / MAJOR_M, (target_x + x.max() + reach) / MAJOR_M
    for index in range(int(np.ceil(first)), int(np.floor(last)) + 1):
        texture = numeral(f"{index * MAJOR_M:.0f}", blur_x, blur_y)
        pad = (len(texture) - NUMERAL_PX) / 2
        u = (x - np.float32(index * MAJOR_M - target_x)) / texel_x + texture.shape[1] / 2 - 0.5
        v = (NUMERAL_TOP_M - y) / texel + pad - 0.5
        inside = (u > 0) & (u < texture.shape[1] - 1) & (v > 0) & (v < texture.shape[0] - 1)
        band, paint = floor[:, rows], plate.paint[:, rows]
        amount = np.float32(0.9) * _bilinear(texture, u[inside], v[inside])
        band[:, inside] += amount * (paint[:, inside] - band[:, inside])


def _bilinear(
    texture: Float32[Array, "texel_y texel_x"],
    u: Float32[Array, "point"],
    v: Float32[Array, "point"],
) -> Float32[Array, "point"]:
    column, row = u.astype(np.int32), v.astype(np.int32)
    a, b = u - np.floor(u), v - np.floor(v)
    top = texture[row, column] * (1 - a) + texture[row, column + 1] * a
    bottom = texture[row + 1, column] * (1 - a) + texture[row + 1, column + 1] * a
    return top * (1 - b) + bottom * b
