"""A renderer that needs no graphics library: MuJoCo casts the rays, NumPy does the rest.

Rays are spent where they matter: one per pixel near the robot, and four more on pixels where
neighbours disagree (silhouettes, one limb over another). Sky, floor and shadows are analytic.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Bool, Float, Float32, Int, UInt8
from backend.envs.model import load_model
from backend.envs.spec import EnvSpec
from backend.rollouts.backdrop import Backdrop
from backend.rollouts.framing import GeomCapsules, View, lens_of, still_view
from backend.rollouts.palette import geom_colours
from backend.rollouts.shadows import KEY_LIGHT, FloorShadows
from backend.rollouts.shapes import BOX, CYLINDER, MESH, PLANE, drawn_geoms, floor_geoms

SUBPIXELS = np.array([(-0.2, -0.4), (0.4, -0.2), (0.2, 0.4), (-0.4, 0.2)])
"Where an edge pixel's further rays go, from its centre: five heights and five columns in all."
SKY_GLOW = np.array([0.50, 0.54, 0.60], np.float32)
FLOOR_GLOW = np.array([0.24, 0.24, 0.25], np.float32)
KEY_GLOW = np.array([0.74, 0.71, 0.66], np.float32)
"Linear light from above, from the floor and from the key light."
GLOSS, GLOSS_POWER, RIM = 0.20, 36, 0.16
"Strength and sharpness of the highlight; strength of the bright edge against the sky."
CREASE = 0.6
"Cosine between neighbouring normals below which a surface has a sharp edge."
KEY = KEY_LIGHT.towards.astype(np.float32)
NO_LIMIT_M = 1e6
"Rays reach this far, metres."


class RaycastRenderer:
    """Frames of one environment at one size, from nothing but MuJoCo and NumPy."""

    def __init__(
        self, spec: EnvSpec, *, width: int, height: int, colour: str | None = None
    ) -> None:
        self._spec, self.width, self.height = spec, width, height
        self.model = load_model(spec)
        self._data = mujoco.MjData(self.model)
        _hide(self.model, floor_geoms(self.model))
        self._capsules = GeomCapsules(self.model, drawn_geoms(self.model))
        self.lens = lens_of(spec.camera, width, height)
        self._backdrop = Backdrop(self.lens, width, height, follows=spec.camera.follows)
        self._shadows = FloorShadows(self.lens, self._backdrop)
        kinds = self.model.geom_type[self._capsules.ids]
        self._creased = bool(np.isin(kinds, (BOX, CYLINDER, MESH)).any())
        self._solid = kinds != PLANE
        self._albedo = geom_colours(self.model, colour) ** np.float32(2.2)

    def render(
        self, qpos: Float[Array, "qpos"], view: View | None = None
    ) -> UInt8[Array, "height width 3"]:
        """One frame; without a view the camera stands where a still of this pose wants it."""
        if view is None:
            view = still_view(self.model, self._spec.camera, self.lens, qpos)
        self._data.qpos[:] = qpos
        mujoco.mj_kinematics(self.model, self._data)
        ends = self._capsules.ends(self._data)
        image = self._backdrop.paint(view)
        solid = self._solid
        shapes = (ends[0][solid], ends[1][solid])
        self._shadows.cast(image, view, shapes, self._capsules.radius[solid])
        self._draw_geoms(image, view, ends)
        frame = np.empty((self.height, self.width, 3), np.uint8)
        for channel, plane in enumerate(image.astype(np.uint8)):
            frame[..., channel] = plane
        return frame

    def _draw_geoms(
        self,
        image: Float32[Array, "3 height width"],
        view: View,
        ends: tuple[Float[Array, "geom 3"], Float[Array, "geom 3"]],
    ) -> None:
        near = self._pixels_near_geoms(view, ends)
        window = _bounds(near)
        near = near[window]
        rows, columns = np.nonzero(near)
        if not len(rows):
            return
        rows, columns = rows + window[0].start, columns + window[1].start
        places = np.stack([columns, rows], axis=1) + 0.5
        geom, normal, rays = self._trace(view, places)
        edge = np.flatnonzero(_disagreeing(near, geom, normal if self._creased else None))
        hit = geom >= 0
        behind = image[:, rows[edge], columns[edge]].T
        image[:, rows[hit], columns[hit]] = self._shade(geom[hit], normal[hit], rays[hit]).T
        total = image[:, rows[edge], columns[edge]].T
        for offset in SUBPIXELS:
            geom, normal, rays = self._trace(view, places[edge] + offset)
            hit, sample = geom >= 0, behind.copy()
            sample[hit] = self._shade(geom[hit], normal[hit], rays[hit])
            total += sample
        image[:, rows[edge], columns[edge]] = total.T / (len(SUBPIXELS) + 1)

    def _pixels_near_geoms(
        self, view: View, ends: tuple[Float[Array, "geom 3"], Float[Array, "geom 3"]]
    ) -> Bool[Array, "height width"]:
        """Pixels within a pixel and a half of any geom's capsule on the screen."""
        near = np.zeros((self.height, self.width), bool)
        per_slope = self.width / (2 * self.lens.tan_x)
        middle = np.array([self.width, self.height]) / 2
        for start, stop, radius in zip(*ends, self._capsules.radius, strict=True):
            offsets = np.stack([start, stop]) - self.lens.eye(view)
            depth = np.maximum(offsets @ self.lens.forward, 2 * radius)
            spots = np.stack([offsets @ self.lens.right, -offsets @ self.lens.up], 1)
            spots = spots / depth[:, None] * per_slope + middle
            reach = float(1.15 * radius * per_slope / (depth.min() - radius) + 1.5)
            _mark_thick_line(near, spots, reach)
        return near

    def _trace(
        self, view: View, places: Float[Array, "ray 2"]
    ) -> tuple[Int[Array, "ray"], Float32[Array, "ray 3"], Float32[Array, "ray 3"]]:
        """(geom id or -1, surface normal, ray direction) at places given in pixels."""
        slopes = (places / (self.width / 2, self.height / 2) - 1) * (
            self.lens.tan_x,
            -self.lens.tan_y,
        )
        rays = self.lens.forward + slopes @ np.stack([self.lens.right, self.lens.up])
        rays /= np.sqrt(np.einsum("ij,ij->i", rays, rays))[:, None]
        count = len(rays)
        geom, distance = np.full(count, -1, np.int32), np.empty(count)
        normal = np.zeros(3 * count)
        if count:
            mujoco.mj_multiRay(
                self.model,
                self._data,
                self.lens.eye(view),
                rays.ravel(),
                None,
                True,
                -1,
                geom,
                distance,
                normal,
                count,
                NO_LIMIT_M,
            )
        return geom, normal.reshape(-1, 3).astype(np.float32), rays.astype(np.float32)

    def _shade(
        self,
        geom: Int[Array, "ray"],
        normal: Float32[Array, "ray 3"],
        rays: Float32[Array, "ray 3"],
    ) -> Float32[Array, "ray 3"]:
        """Colour of the surface each ray meets, sRGB 0..255."""
        facing = np.clip(-np.einsum("ij,ij->i", normal, rays), 0, 1)[:, None]
        above = (0.5 + 0.5 * normal[:, 2:]) ** 1.5
        key = np.clip((normal @ KEY + 0.15) / 1.15, 0, 1)[:, None]
        half = KEY - rays
        half /= np.sqrt(np.einsum("ij,ij->i", half, half))[:, None]
        gloss = np.clip(np.einsum("ij,ij->i", normal, half), 0, 1)[:, None] ** GLOSS_POWER
        light = FLOOR_GLOW + (SKY_GLOW - FLOOR_GLOW) * above + KEY_GLOW * key
        shine = GLOSS * gloss + RIM * (1 - facing) ** 4 * above
        linear = self._albedo[geom] * light * (0.72 + 0.28 * facing) + shine
        return 255 * np.clip(linear, 0, 1) ** np.float32(1 / 2.2)


def _hide(model: mujoco.MjModel, geoms: Int[Array, "hidden"]) -> None:
    """Make geoms invisible to rays."""
    model.geom_matid[geoms] = -1
    model.geom_rgba[geoms, 3] = 0


def _mark_thick_line(
    mask: Bool[Array, "height width"], spots: Float[Array, "2 2"], reach: float
) -> None:
    """Set the pixels within ``reach`` of the segment between two (x, y) spots."""
    low = np.clip(np.floor(spots.min(0) - reach), 0, mask.shape[::-1]).astype(int)
    high = np.clip(np.ceil(spots.max(0) + reach) + 1, 0, mask.shape[::-1]).astype(int)
    x = np.arange(low[0], high[0]) + 0.5 - spots[0, 0]
    y = (np.arange(low[1], high[1]) + 0.5 - spots[0, 1])[:, None]
    along = spots[1] - spots[0]
    t = np.clip((x * along[0] + y * along[1]) / (along @ along + 1e-9), 0, 1)
    inside = (x - t * along[0]) ** 2 + (y - t * along[1]) ** 2 < reach**2
    mask[low[1] : high[1], low[0] : high[0]] |= inside


def _bounds(mask: Bool[Array, "height width"]) -> tuple[slice, slice]:
    """The smallest window around all that is set."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _disagreeing(
    near: Bool[Array, "y x"],
    geom: Int[Array, "ray"],
    normal: Float32[Array, "ray 3"] | None,
) -> Bool[Array, "ray"]:
    """Which rays have a neighbour that met another geom or, given normals, a sharp crease of it."""
    ids = np.full(near.shape, -1, np.int32)
    ids[near] = geom
    across, down = ids[:, 1:] != ids[:, :-1], ids[1:] != ids[:-1]
    if normal is not None:
        normals = np.zeros((*near.shape, 3), np.float32)
        normals[near] = normal
        sky = ids < 0
        turn = np.einsum("yxi,yxi->yx", normals[:, 1:], normals[:, :-1])
        across |= (turn < CREASE) & ~sky[:, 1:]
        turn = np.einsum("yxi,yxi->yx", normals[1:], normals[:-1])
        down |= (turn < CREASE) & ~sky[1:]
    edge = np.zeros(near.shape, bool)
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return edge[near]
