"""What the render process does with a job: a clip, a strip or a still, as the bytes of a file."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import imageio.v3 as imageio
import numpy as np

from backend.arrays import Array, Float, UInt8
from backend.envs.spec import EnvSpec
from backend.envs.table import env_spec
from backend.rollouts.lettering import Readout
from backend.rollouts.render import (
    Engine,
    FrameRenderer,
    Picture,
    clip_frames,
    make_renderer,
    strip_image,
)
from backend.rollouts.video import encode_gif, encode_mp4

PNG_COMPRESSION = 3
"Low: time counts for more than bytes."

_renderers: dict[tuple[object, ...], FrameRenderer] = {}
"The renderer used last: most calls come in series."


def draw(engine: Engine, job: dict[str, Any], body: bytes) -> bytes:
    """The answer to a job of ``render_request``. Raises StudioError."""
    spec, picture = env_spec(job["env"]), Picture(**job["picture"])
    qpos, times = np.frombuffer(body).reshape(job["shape"]), np.array(job["times"])
    if job["kind"] == "strip":
        image = strip_image(_renderer(engine, spec, picture, picture.height), spec, qpos, times)
        return _png(image)
    if job["kind"] == "still":
        return _png(next(_frames(engine, job, picture, qpos, times)))
    frames, fps = _frames(engine, job, picture, qpos, times), job["fps"]
    return encode_mp4(frames, fps=fps) if job["kind"] == "mp4" else encode_gif([*frames], fps=fps)


def _frames(
    engine: Engine, job: dict[str, Any], picture: Picture, qpos: Float[Array, "time qpos"],
    times: Float[Array, "frame"],
) -> Iterator[UInt8[Array, "height width 3"]]:  # fmt: skip
    """The part of the clip that the job asks for, over its readout if it has one."""
    spec, readings = env_spec(job["env"]), job.get("readout")
    readout = Readout(readings, picture.width, picture.height) if readings else None
    height = picture.height - (readout.height if readout else 0)
    renderer, part = _renderer(engine, spec, picture, height), slice(*job["part"])
    scenes = clip_frames(renderer, spec, qpos, times=times, part=part, caption=picture.caption)
    for frame, scene in enumerate(scenes, start=part.start):
        yield np.concatenate([scene, readout.band(frame)]) if readout else scene


def _renderer(engine: Engine, spec: EnvSpec, picture: Picture, height: int) -> FrameRenderer:
    key = (spec.name, picture.width, height, picture.colour)
    if key not in _renderers:
        for old in _renderers.values():
            getattr(old, "close", lambda: None)()
        _renderers.clear()
        _renderers[key] = make_renderer(spec, replace(picture, height=height), engine)
    return _renderers[key]


def _png(image: UInt8[Array, "height width 3"]) -> bytes:
    return imageio.imwrite("<bytes>", image, extension=".png", compress_level=PNG_COMPRESSION)
