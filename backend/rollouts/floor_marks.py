"""What is painted on the floor so that motion can be read: a lane along x, or coordinates.

Marks depend on where the camera's target is along the axes it follows, so they are drawn per frame.
"""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32
from backend.rollouts.coverage import Colours, Plane, band, bilinear, rows_of, stripes
from backend.rollouts.lettering import NUMERAL_PX, numeral

TICK_SPACING_M, MAJOR_M = 1.0, 5.0
"Spacing of the ticks along the lane, and of the stripes across it and of the coordinate lines."
LANE_HALF_M, LINE_HALF_M, TICK_M = 0.42, 0.014, 0.09
"Half the lane's width, half a painted line's width, and a tick's length, metres."
NUMERAL_TOP_M, NUMERAL_TALL_M, NUMERAL_STRETCH = 1.08, 0.56, 1.9
"Where in y the lane's numerals end, how tall numerals are in metres, and tall against wide."
COORDINATE_TALL_M, COORDINATE_STRETCH, COORDINATE_GAP_M = 0.34, 1.3, 0.12
"The same for coordinates, and their distance from the crossing they name."
NUMERAL_STRENGTH = 0.9
"How much of the floor a numeral hides."

Strip = Float[Array, "row width"]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The floor as seen from one camera height and distance; row 0 is the horizon."""

    x: Plane
    "Floor x relative to the camera target, metres."
    y: Plane
    "Floor y relative to the camera target, metres."
    span_x: Plane
    "Width in x that one pixel covers, metres."
    span_y: Plane
    "The same in y."
    paint: Colours
    "Colour of paint seen through the fog."


class LaneMarks:
    """Ticks every metre along the lane's edges, a stripe across it and a numeral every five."""

    def __init__(self, ground: Ground, target_y: float) -> None:
        y = ground.y + np.float32(target_y)
        edge = np.abs(y)
        self._ground = ground
        self.across = band(y, ground.span_y, 0.0, LANE_HALF_M)
        "Share of the pixel inside the lane."
        self.lines = band(edge, ground.span_y, LANE_HALF_M, LINE_HALF_M)
        "Share of the pixel under the lane's edges."
        self._tick = band(edge, ground.span_y, LANE_HALF_M - TICK_M / 2, TICK_M / 2)
        self._rows = rows_of(self.across > 0)
        self._y = y
        self._numerals = rows_of((y < NUMERAL_TOP_M) & (y > NUMERAL_TOP_M - NUMERAL_TALL_M))

    def paint(self, floor: Colours, target: tuple[float, float]) -> None:
        """Draw onto the floor, in place."""
        rows, ground = self._rows, self._ground
        x, span = ground.x[rows], ground.span_x[rows]
        ticks = stripes(x, span, target[0], TICK_SPACING_M, LINE_HALF_M)
        major = stripes(x, span, target[0], MAJOR_M, LINE_HALF_M)
        coverage = np.maximum(self._tick[rows] * ticks, self.across[rows] * major)
        floor[:, rows] += coverage * (ground.paint[:, rows] - floor[:, rows])
        self._paint_numerals(floor, target[0])

    def _paint_numerals(self, floor: Colours, target_x: float) -> None:
        rows, ground = self._numerals, self._ground
        if rows.stop == rows.start:
            return
        lettering = Lettering(NUMERAL_TALL_M, NUMERAL_STRETCH, ground, rows)
        x, down = ground.x[rows], np.float32(NUMERAL_TOP_M) - self._y[rows]
        for metres in _multiples(x, target_x):
            lettering.write(f"{metres:.0f}", x - np.float32(metres - target_x), down, floor)


class GridMarks:
    """Lines every five metres along both axes, and coordinates at their crossings."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def paint(self, floor: Colours, target: tuple[float, float]) -> None:
        """Draw onto the floor, in place."""
        ground = self._ground
        along = stripes(ground.x, ground.span_x, target[0], MAJOR_M, 2 * LINE_HALF_M)
        across = stripes(ground.y, ground.span_y, target[1], MAJOR_M, 2 * LINE_HALF_M)
        floor += np.maximum(along, across) * (ground.paint - floor)
        for y in _multiples(ground.y, target[1]):
            self._paint_row(floor, target, y)

    def _paint_row(self, floor: Colours, target: tuple[float, float], y: float) -> None:
        """The coordinates of the crossings at one y, just above and to the right of each."""
        ground, top = self._ground, y + COORDINATE_GAP_M + COORDINATE_TALL_M - target[1]
        down = np.float32(top) - ground.y
        rows = rows_of((down > 0) & (down < COORDINATE_TALL_M))
        if rows.stop == rows.start:
            return
        lettering = Lettering(COORDINATE_TALL_M, COORDINATE_STRETCH, ground, rows)
        x = ground.x[rows]
        for metres in _multiples(x, target[0]):
            text = f"{metres:.0f}, {y:.0f}".replace("-", "\u2013")
            middle = metres - target[0] + COORDINATE_GAP_M + lettering.half_width(text)
            lettering.write(text, x - np.float32(middle), down[rows], floor)


class Lettering:
    """Texts of one size on some rows of the floor."""

    def __init__(self, tall: float, stretch: float, ground: Ground, rows: slice) -> None:
        self._rows, self._paint = rows, ground.paint[:, rows]
        self._texel = tall / NUMERAL_PX
        self._texel_x = self._texel / stretch
        span = float(np.median(ground.span_x[rows]))
        self._blur = max(1, round(span / self._texel_x)), _rows_per_texel(rows)

    def half_width(self, text: str) -> float:
        """Half of a text's width, metres, without its margins."""
        return numeral(text, *self._blur).shape[1] / 2 * self._texel_x

    def write(self, text: str, x: Strip, down: Strip, floor: Colours) -> None:
        """Paint a text whose middle is at ``x`` 0 and whose top is at ``down`` 0, metres."""
        texture = numeral(text, *self._blur)
        pad = (len(texture) - NUMERAL_PX) / 2
        u = x / np.float32(self._texel_x) + np.float32(texture.shape[1] / 2 - 0.5)
        v = down / np.float32(self._texel) + np.float32(pad - 0.5)
        inside = (u > 0) & (u < texture.shape[1] - 1) & (v > 0) & (v < texture.shape[0] - 1)
        strip = floor[:, self._rows]
        amount = np.float32(NUMERAL_STRENGTH) * _sample(texture, u[inside], v[inside])
        strip[:, inside] += amount * (self._paint[:, inside] - strip[:, inside])


def _sample(
    texture: Float32[Array, "texel_y texel_x"], u: Float[Array, "point"], v: Float[Array, "point"]
) -> Float32[Array, "point"]:
    return bilinear(texture, u.astype(np.float32), v.astype(np.float32))


def _rows_per_texel(rows: slice) -> int:
    return max(1, round(NUMERAL_PX / (rows.stop - rows.start)))


def _multiples(relative: Strip, target: float) -> list[float]:
    """Multiples of the major spacing within half a spacing of the visible range."""
    low, high = target + relative.min() - MAJOR_M / 2, target + relative.max() + MAJOR_M / 2
    first, last = int(np.ceil(low / MAJOR_M)), int(np.floor(high / MAJOR_M))
    return [index * MAJOR_M for index in range(first, last + 1)]
