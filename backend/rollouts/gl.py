"""The optional OpenGL renderer, for machines with a graphics card; render process only."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import mujoco
import numpy as np

from backend.arrays import Array, Float, Float32, UInt8
from backend.envs.model import load_model
from backend.envs.spec import EnvSpec
from backend.errors import RenderFailure
from backend.rollouts.backdrop import FLOOR_DARK, FLOOR_LIGHT, SKY_HORIZON, SKY_TOP
from backend.rollouts.framing import View, lens_of, still_view
from backend.rollouts.palette import geom_colours

SAMPLES = 4
"Multisampling; without it limbs are jagged at small sizes."


class GlRenderer:
    """Frames from ``mujoco.Renderer`` with the same camera; no shadows, no reflections.

    Lives in one thread of the render process. Raises RenderFailure if no context can be made.
    """

    def __init__(
        self, spec: EnvSpec, *, width: int, height: int, colour: str | None = None
    ) -> None:
        self._spec, self.model = spec, load_model(spec)
        self.width, self.height = width, height
        self.lens = lens_of(spec.camera, width, height)
        _paint_model(self.model, geom_colours(self.model, colour))
        self.model.vis.global_.fovy = np.degrees(2 * np.arctan(self.lens.tan_y))
        self.model.vis.quality.offsamples = SAMPLES
        self.model.vis.global_.offwidth, self.model.vis.global_.offheight = width, height
        self._data, self._camera = mujoco.MjData(self.model), mujoco.MjvCamera()
        self._camera.azimuth, self._camera.elevation = spec.camera.azimuth, spec.camera.elevation
        try:
            self._renderer = mujoco.Renderer(self.model, height, width, max_geom=500)
        except (mujoco.FatalError, ImportError, AttributeError, RuntimeError) as error:
            raise RenderFailure(f"OpenGL is not usable here: {error}") from error
        self._renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = 0
        self._renderer.scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = 0

    def render(
        self, qpos: Float[Array, "qpos"], view: View | None = None
    ) -> UInt8[Array, "height width 3"]:
        """One frame; without a view the camera stands where a still of this pose wants it."""
        if view is None:
            view = still_view(self.model, self._spec.camera, self.lens, qpos)
        self._data.qpos[:] = qpos
        mujoco.mj_kinematics(self.model, self._data)
        mujoco.mj_comPos(self.model, self._data)
        mujoco.mj_camlight(self.model, self._data)
        self._camera.lookat[:], self._camera.distance = view.target, view.distance
        self._renderer.update_scene(self._data, self._camera)
        return self._renderer.render().copy()

    def close(self) -> None:
        """Free the OpenGL context."""
        self._renderer.close()


def _paint_model(model: mujoco.MjModel, colours: Float32[Array, "geom 3"]) -> None:
    """Give lights, robot, floor and sky the colours that the ray caster uses."""
    model.vis.headlight.ambient[:], model.vis.headlight.diffuse[:] = 0.6, 0.35
    model.light_diffuse[:], model.light_specular[:] = 0.25, 0.1
    model.mat_reflectance[:], model.mat_specular[:] = 0, 0
    robot = np.flatnonzero(model.geom_bodyid > 0)
    model.geom_matid[robot] = -1
    model.geom_rgba[robot, :3] = colours[robot]
    model.geom_rgba[model.geom_bodyid == 0] = 1
    for texture in range(model.ntex):
        start = int(model.tex_adr[texture])
        stop = start + int(model.tex_height[texture] * model.tex_width[texture]) * 3
        pixels = model.tex_data[start:stop].reshape(-1, 3)
        bright = pixels.max(1, keepdims=True) / 255
        if model.tex_type[texture] == mujoco.mjtTexture.mjTEXTURE_SKYBOX:
            pixels[:] = SKY_HORIZON + (SKY_TOP - SKY_HORIZON) * bright
        elif model.tex_type[texture] == mujoco.mjtTexture.mjTEXTURE_2D:
            pixels[:] = np.where(bright > 0.4, FLOOR_LIGHT, FLOOR_DARK)
