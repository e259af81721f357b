"""Pictures of a trajectory: which renderer draws them, and which poses a clip shows when.

The ray caster is the default: it needs no graphics library, draws shadows and distance marks, and
on a machine without a graphics card it is as fast as OpenGL in software. ``gl`` is for real cards.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import mujoco
import numpy as np

from backend.arrays import Array, Float, UInt8
from backend.envs.spec import EnvSpec
from backend.errors import RenderFailure
from backend.rollouts.framing import Lens, View, clip_views
from backend.rollouts.lettering import Caption
from backend.rollouts.raycast import RaycastRenderer

Engine = Literal["raycast", "gl"]
"The two ways to make pixels."
GUTTER_PX = 2
"White between two poses of a strip."
LOG = logging.getLogger(__name__)


@runtime_checkable
class FrameRenderer(Protocol):
    """Draws poses of one environment at one size."""

    model: mujoco.MjModel
    lens: Lens
    width: int
    height: int

    def render(
        self, qpos: Float[Array, "qpos"], view: View | None = None
    ) -> UInt8[Array, "height width 3"]:
        """One frame; without a view the camera stands where a still of this pose wants it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Picture:
    """What every frame of a clip, or a still, has in common."""

    width: int
    "Pixels."
    height: int
    "Pixels."
    colour: str | None = None
    "Robot colour as #rrggbb; None keeps the model's own."
    caption: str | None = None
    "One line drawn into the upper left corner; None for none."


def make_renderer(spec: EnvSpec, picture: Picture, engine: Engine = "raycast") -> FrameRenderer:
    """The engine's renderer, or the ray caster where OpenGL cannot be had."""
    size = {"width": picture.width, "height": picture.height}
    if engine == "gl":
        from backend.rollouts.gl import GlRenderer

        try:
            return GlRenderer(spec, **size, colour=picture.colour)
        except RenderFailure as failure:
            LOG.warning("%s; using the ray caster", failure)
    return RaycastRenderer(spec, **size, colour=picture.colour)


def num_frames(num_poses: int, time_step: float, fps: float, seconds: float) -> int:
    """Frames of a clip of ``seconds``, or of the whole trajectory where that is shorter."""
    return max(1, round(min(seconds, num_poses * time_step) * fps))


def resample(
    model: mujoco.MjModel, qpos: Float[Array, "time qpos"], steps: Float[Array, "frame"]
) -> Float[Array, "frame qpos"]:
    """Poses at fractional control steps, interpolated on the joints (quaternions stay unit)."""
    steps = np.clip(steps, 0, len(qpos) - 1)
    before = np.minimum(steps.astype(int), max(len(qpos) - 2, 0))
    poses, velocity = qpos[before].astype(np.float64), np.empty(model.nv)
    for pose, index, share in zip(poses, before, steps - before, strict=True):
        if share > 0:
            mujoco.mj_differentiatePos(model, velocity, 1.0, qpos[index], qpos[index + 1])
            mujoco.mj_integratePos(model, pose, velocity, share)
    return poses


def clip_frames(
    renderer: FrameRenderer,
    spec: EnvSpec,
    qpos: Float[Array, "time qpos"],
    *,
    times: Float[Array, "frame"],
    part: slice = slice(None),
    caption: str | None = None,
) -> Iterator[UInt8[Array, "height width 3"]]:
    """The frames ``part`` of a clip that shows the poses at evenly spaced ``times``, seconds.

    The camera's path is that of the whole clip, whichever part is drawn; the robot keeps out of
    the caption.
    """
    poses = resample(renderer.model, qpos, times / spec.time_step)
    fps = 1 / (times[1] - times[0]) if len(times) > 1 else 1.0
    label = Caption(caption, renderer.width, renderer.height) if caption else None
    head = label.height / renderer.height if label else 0.0
    views = clip_views(renderer.model, spec.camera, renderer.lens, poses, fps, head=head)
    for pose, view in zip(poses[part], views[part], strict=True):
        frame = renderer.render(pose, view)
        if label:
            label.stamp(frame)
        yield frame


def strip_image(
    renderer: FrameRenderer,
    spec: EnvSpec,
    qpos: Float[Array, "time qpos"],
    times: Float[Array, "pose"],
) -> UInt8[Array, "height width 3"]:
    """The poses at ``times``, seconds, side by side, each captioned with its time.

    All are seen from the same distance, each from beside where it is.
    """
    poses = resample(renderer.model, qpos, times / spec.time_step)
    views = clip_views(renderer.model, spec.camera, renderer.lens, poses, fps=0.0)
    pictures = []
    for pose, view, time in zip(poses, views, times, strict=True):
        frame = renderer.render(pose, view)
        Caption(f"{time:.2f} s", renderer.width, renderer.height).stamp(frame)
        if pictures:
            frame[:, :GUTTER_PX] = 255
        pictures.append(frame)
    return np.concatenate(pictures, axis=1)
