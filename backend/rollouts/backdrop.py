"""Everything behind the robot: gradient sky, and an anti-aliased floor with distance marks.

The camera follows the robot without turning, so all that depends only on the pixel is computed
once per camera height and distance; per frame only the phases of pattern and marks change.
Unfinished pictures are kept as one plane per colour, which suits NumPy several times better.
"""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32
from backend.rollouts.coverage import Colours, Plane, footprint, mix, square_wave
from backend.rollouts.floor_marks import GridMarks, Ground, LaneMarks
from backend.rollouts.framing import Lens, View

SKY_TOP = np.array([168, 195, 222], np.float32)
SKY_HORIZON = np.array([236, 241, 246], np.float32)
FLOOR_LIGHT = np.array([208, 215, 223], np.float32)
FLOOR_DARK = np.array([186, 194, 204], np.float32)
LANE = np.array([172, 181, 193], np.float32)
PAINT = np.array([250, 251, 253], np.float32)
"Colours of the scene, sRGB 0..255."
CELL_M = 1.0
"Side of a floor tile, metres."
FOG_M = 16.0
"Distance at which the floor has faded by 1 - 1/e."


@dataclass(frozen=True, kw_only=True)
class Plate:
    """The part of the floor that stays while the camera moves along the axes it follows."""

    ground: Ground
    "Where each pixel meets the floor."
    marks: LaneMarks | GridMarks | None
    "What is painted on it, where the camera moves."
    colour: Colours
    "Floor between the two tile colours, with the lane, its lines, the fog and a dither of 0..1."
    contrast: Colours
    "What the tile pattern, -1..1, adds."


class Backdrop:
    """Sky and floor of one picture size, for a camera that follows x, xy or nothing."""

    def __init__(self, lens: Lens, width: int, height: int, *, follows: str = "x") -> None:
        self._lens, self._shape, self._follows = lens, (3, height, width), follows
        columns = lens.tan_x * (2 * (np.arange(width) + 0.5) / width - 1)
        rows = lens.tan_y * (1 - 2 * (np.arange(height) + 0.5) / height)
        rays = lens.forward + columns[:, None] * lens.right + rows[:, None, None] * lens.up
        downward = rays[:, 0, 2] < -2e-3
        self.horizon = int(np.argmax(downward)) if downward.any() else height
        "First row of the picture that shows the floor."
        self._rays = rays[self.horizon :]
        self._dither = np.random.default_rng(0).random((height, width), np.float32)
        rise = np.clip(rays[: self.horizon, :1, 2] / 0.35, 0, 1)
        sky = mix(SKY_HORIZON[:, None, None], SKY_TOP[:, None, None], rise**0.8)
        self._sky = (sky + self._dither[: self.horizon]).astype(np.float32)
        self._key: tuple[float, ...] | None = None
        self._plate: Plate | None = None

    def plate(self, view: View) -> Plate:
        """The floor's fixed part for a view: of a height, a distance and, on a lane, a y."""
        y = view.target[1] if self._follows == "x" else 0.0
        key = (y, view.target[2], view.distance)
        if self._plate is None or key != self._key:
            dither = self._dither[self.horizon :]
            self._key, self._plate = key, self._make_plate(view, dither)
        return self._plate

    def paint(self, view: View) -> Float32[Array, "3 height width"]:
        """The scene without the robot, sRGB 0..256 before rounding down."""
        image = np.empty(self._shape, np.float32)
        image[:, : self.horizon] = self._sky
        if self.horizon < self._shape[1]:
            floor, plate = image[:, self.horizon :], self.plate(view)
            ground, (x, y, _) = plate.ground, view.target
            tiles = square_wave(ground.x, ground.span_x, x, CELL_M)
            tiles *= square_wave(ground.y, ground.span_y, y, CELL_M)
            np.multiply(plate.contrast, tiles, out=floor)
            floor += plate.colour
            if plate.marks is not None:
                plate.marks.paint(floor, (x, y))
        return image

    def _make_plate(self, view: View, dither: Plane) -> Plate:
        rays = self._rays
        eye = self._lens.eye(view) - (view.target[0], view.target[1], 0.0)
        depth = -max(float(eye[2]), 0.05) / rays[..., 2]
        x, y = depth * rays[..., 0] + eye[0], depth * rays[..., 1] + eye[1]
        fog = 1 - np.exp(-((np.linalg.norm(rays, axis=-1) * depth / FOG_M) ** 1.5))
        light, dark, lane, paint, haze = (
            tone[:, None, None] for tone in (FLOOR_LIGHT, FLOOR_DARK, LANE, PAINT, SKY_HORIZON)
        )
        ground = Ground(
            x=_packed(x), y=_packed(y), span_x=_packed(footprint(x)), span_y=_packed(footprint(y)),
            paint=_packed(mix(paint, haze, fog)),
        )  # fmt: skip
        colour, contrast = (light + dark) / 2, (light - dark) / 2 * (1 - fog)
        marks: LaneMarks | GridMarks | None = GridMarks(ground) if self._follows == "xy" else None
        if self._follows == "x":
            marks = LaneMarks(ground, view.target[1])
            colour = mix(mix(colour, lane, marks.across), paint, marks.lines)
            contrast = contrast * (1 - marks.across) * (1 - marks.lines)
        colour = _packed(mix(colour, haze, fog) + dither)
        return Plate(ground=ground, marks=marks, colour=colour, contrast=_packed(contrast))


def _packed(plane: Float[Array, "*colour floor width"]) -> Float32[Array, "*colour floor width"]:
    return np.ascontiguousarray(plane, np.float32)
