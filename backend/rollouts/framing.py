"""Where the camera stands: one distance per clip, and a target that follows the robot smoothly.

The robot is kept whole in the picture by construction: every geom is enclosed in a capsule, and the
distance is the smallest one, from the environment's own upwards, at which all capsules of all
frames lie inside the picture's margins.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Sequence
from dataclasses import dataclass

import mujoco
import numpy as np

from backend.arrays import Array, Float, Int
from backend.envs.spec import Camera
from backend.rollouts.shapes import (
    BOX,
    CAPSULE,
    CYLINDER,
    ELLIPSOID,
    MESH,
    PLANE,
    SPHERE,
    mesh_vertices,
    plane_half_sides,
    robot_geoms,
)

TAN_HALF_WIDTH = np.tan(np.radians(37.0) / 2) * 4 / 3
"Tangent of half the horizontal field of view; every picture shape shows the same width."
MARGIN = 0.92
"Share of the half width and half height that the robot may use."
MOST_HEAD = 0.2
"In a tiny picture a caption may rather touch the robot than make it tiny."
SMOOTHING_S = 0.35
"Standard deviation, in seconds, of the Gaussian that smooths the tracked position."


@dataclass(frozen=True, kw_only=True)
class View:
    """One camera pose; the angles are the environment's own."""

    target: tuple[float, float, float]
    "World point in the middle of the picture, metres."
    distance: float
    "Metres from the camera to the target."


@dataclass(frozen=True, kw_only=True)
class Lens:
    """Axes and opening of the camera, the same for every frame."""

    forward: Float[Array, "3"]
    "Unit vector into the scene."
    right: Float[Array, "3"]
    "Unit vector to the right of the picture; horizontal."
    up: Float[Array, "3"]
    "Unit vector to the top of the picture."
    tan_x: float
    "Tangent of half the horizontal field of view."
    tan_y: float
    "Tangent of half the vertical field of view."

    def eye(self, view: View) -> Float[Array, "3"]:
        """Where the camera stands, metres."""
        return np.asarray(view.target) - view.distance * self.forward


def lens_of(camera: Camera, width: int, height: int) -> Lens:
    """The lens of an environment's camera for a picture of this shape."""
    azimuth, elevation = np.radians(camera.azimuth), np.radians(camera.elevation)
    forward = np.array(
        [
            np.cos(elevation) * np.cos(azimuth),
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
        ]
    )
    right = np.array([np.sin(azimuth), -np.cos(azimuth), 0.0])
    tan_x = float(TAN_HALF_WIDTH)
    return Lens(
        forward=forward,
        right=right,
        up=np.cross(right, forward),
        tan_x=tan_x,
        tan_y=tan_x * height / width,
    )


@dataclass(frozen=True, kw_only=True)
class _Capsule:
    """A capsule in a geom's own frame, metres."""

    axis: int = 2
    half_length: float = 0.0
    radius: float
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)


class GeomCapsules:
    """Capsules that enclose geoms; exact for capsules and spheres, else tight."""

    def __init__(self, model: mujoco.MjModel, ids: Int[Array, "geom"]) -> None:
        self.ids = ids
        shapes = [_capsule(model, geom) for geom in ids.tolist()]
        self.axis = np.array([shape.axis for shape in shapes])
        self.half_length = np.array([shape.half_length for shape in shapes])
        self.radius = np.array([shape.radius for shape in shapes])
        self._centre = np.array([shape.centre for shape in shapes])

    def ends(self, data: mujoco.MjData) -> tuple[Float[Array, "geom 3"], Float[Array, "geom 3"]]:
        """Both end points of every capsule's core segment, for kinematics already computed."""
        rotations = data.geom_xmat[self.ids].reshape(-1, 3, 3)
        axes = rotations[np.arange(len(self.ids)), :, self.axis] * self.half_length[:, None]
        centres = data.geom_xpos[self.ids] + np.einsum("gij,gj->gi", rotations, self._centre)
        return centres - axes, centres + axes


def _capsule(model: mujoco.MjModel, geom: int) -> _Capsule:
    """A capsule around one geom."""
    kind, size = int(model.geom_type[geom]), model.geom_size[geom]
    if kind in (CAPSULE, CYLINDER):
        return _Capsule(half_length=float(size[1]), radius=float(size[0]))
    if kind == SPHERE:
        return _Capsule(radius=float(size[0]))
    if kind in (BOX, ELLIPSOID):
        axis = int(np.argmax(size))
        others = np.delete(size, axis)
        radius = np.linalg.norm(others) if kind == BOX else others.max()
        return _Capsule(axis=axis, half_length=float(size[axis]), radius=float(radius))
    if kind == PLANE:
        sides = plane_half_sides(model, geom)
        axis = int(np.argmax(sides))
        return _Capsule(axis=axis, half_length=float(sides[axis]), radius=float(sides[1 - axis]))
    if kind == MESH:
        return _mesh_capsule(mesh_vertices(model, geom))
    return _Capsule(radius=float(model.geom_rbound[geom]))


def _mesh_capsule(vertices: Float[Array, "vertex 3"]) -> _Capsule:
    """Along the longest side of the mesh's box, as thick as its farthest vertex needs."""
    low, high = vertices.min(0), vertices.max(0)
    centre, axis = (low + high) / 2, int(np.argmax(high - low))
    radius = np.linalg.norm(np.delete(vertices - centre, axis, axis=1), axis=1).max()
    x, y, z = centre.tolist()
    length = float(high[axis] - low[axis])
    return _Capsule(axis=axis, half_length=length / 2, radius=float(radius), centre=(x, y, z))


def robot_extent(
    model: mujoco.MjModel, qpos: Float[Array, "time qpos"]
) -> tuple[Float[Array, "time point 3"], Float[Array, "point"]]:
    """Points and radii whose balls enclose the robot: both ends of every geom's capsule."""
    capsules, data = GeomCapsules(model, robot_geoms(model)), mujoco.MjData(model)
    points = np.empty((len(qpos), 2 * len(capsules.ids), 3))
    for frame, pose in enumerate(qpos):
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        points[frame] = np.concatenate(capsules.ends(data))
    return points, np.tile(capsules.radius, 2)


def clip_views(
    model: mujoco.MjModel, camera: Camera, lens: Lens, qpos: Float[Array, "time qpos"], fps: float,
    *, head: float = 0.0,
) -> Sequence[View]:  # fmt: skip
    """One view per frame of a clip shot at ``fps`` frames a second; 0 for unrelated poses.

    The robot keeps out of the upper ``head``, a share of the picture's height, as far as
    ``MOST_HEAD`` allows.
    """
    points, radius = robot_extent(model, qpos)
    low = (points - radius[:, None]).min(1)
    high = (points + radius[:, None]).max(1)
    target = _smooth((low + high) / 2, SMOOTHING_S * fps)
    if camera.follows == "x":  # a lane is watched from beside it: straying from it stays visible
        target[:, 1] = target[:, 1].mean()
    if camera.follows == "nothing":  # what is bolted down shows itself moving
        target[:, :2] = 0
    target[:, 2] = max(camera.height, 0.48 * float(high[:, 2].max()))
    needed = _needed_distance(lens, points - target[:, None], radius, min(head, MOST_HEAD))
    distance = max(camera.distance, needed)
    return [View(target=(x, y, z), distance=distance) for x, y, z in target.tolist()]


def still_view(
    model: mujoco.MjModel, camera: Camera, lens: Lens, qpos: Float[Array, "qpos"]
) -> View:
    """The view of a single picture."""
    return clip_views(model, camera, lens, qpos[None], 1.0)[0]


def _smooth(track: Float[Array, "time 3"], sigma: float) -> Float[Array, "time 3"]:
    """Gaussian smoothing without lag; beyond its ends the motion goes on point-symmetrically."""
    reach = min(int(3 * sigma), len(track) - 1)
    if reach < 1:
        return track.copy()
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel /= kernel.sum()
    padded = np.pad(track, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return np.stack([np.convolve(axis, kernel, mode="valid") for axis in padded.T], axis=1)


def _needed_distance(
    lens: Lens, offsets: Float[Array, "time point 3"], radius: Float[Array, "point"], head: float
) -> float:
    """Smallest distance at which balls at ``offsets`` from the target lie inside the margins."""
    depth = offsets @ lens.forward
    needed = 0.0
    for axis, tangent in (
        (lens.right, lens.tan_x),
        (-lens.right, lens.tan_x),
        (lens.up, lens.tan_y * (1 - 2 * head)),
        (-lens.up, lens.tan_y),
    ):
        slope = MARGIN * tangent
        across = offsets @ axis + radius * np.sqrt(1 + slope**2)
        needed = max(needed, float((across / slope - depth).max()))
    return needed
