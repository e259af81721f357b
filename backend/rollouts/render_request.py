"""What a clip or a still may be asked for, checked where it enters."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from backend.arrays import Array, Float
from backend.envs.model import load_model
from backend.envs.table import env_spec
from backend.errors import InvalidValue
from backend.rollouts.palette import parse_colour
from backend.rollouts.render import num_frames
from backend.rollouts.video import check_size

FPS_LIMITS, SECONDS_LIMITS = (1.0, 60.0), (0.1, 60.0)
"Smallest and largest accepted values."
MAX_CAPTION = 120
"Characters."


@dataclass(frozen=True, kw_only=True, eq=False)
class StillRequest:
    """One picture of one pose."""

    env: str
    "Environment, a name of the table."
    qpos: Float[Array, "qpos"]
    "The pose."
    width: int = 480
    "Pixels, even, 16 to 1920."
    height: int = 360
    "Pixels, even, 16 to 1920."
    colour: str | None = None
    "Robot colour as #rrggbb; None keeps the model's own."
    caption: str | None = None
    "One line drawn into the upper left corner; None for none."


@dataclass(frozen=True, kw_only=True, eq=False)
class RenderRequest:
    """A clip of one trajectory, played in real time."""

    env: str
    "Environment, a name of the table."
    qpos: Float[Array, "time qpos"]
    "One pose per control step."
    width: int = 480
    "Pixels, even, 16 to 1920."
    height: int = 360
    "Pixels, even, 16 to 1920."
    fps: float = 40.0
    "Frames per second, 1 to 60; poses between control steps are interpolated."
    seconds: float = 5.0
    "Length of the clip, 0.1 to 60 s; a shorter trajectory makes a shorter clip."
    colour: str | None = None
    "Robot colour as #rrggbb; None keeps the model's own."
    caption: str | None = None
    "One line drawn into the upper left corner; None for none."


@dataclass(frozen=True, kw_only=True)
class Job:
    """A checked request, as the render process reads it."""

    header: dict
    "JSON-ready fields."
    body: bytes
    "The poses, float64, row by row."
    num_frames: int
    "Frames of the whole clip."

    def part(self, start: int, stop: int) -> dict:
        """The header of a job that draws only some of the frames."""
        return self.header | {"part": (start, stop)}

    def megapixels(self, frames: int) -> float:
        """Work in ``frames`` frames of this job."""
        picture = self.header["picture"]
        return frames * picture["width"] * picture["height"] / 1e6


def clip_job(request: RenderRequest) -> Job:
    """Check a clip request. Raises InvalidValue or UnknownName."""
    _check_range("fps", request.fps, FPS_LIMITS)
    _check_range("seconds", request.seconds, SECONDS_LIMITS)
    time_step = env_spec(request.env).time_step
    count = num_frames(len(request.qpos), time_step, request.fps, request.seconds)
    return _job("clip", request, request.qpos, count, request.fps)


def still_job(request: StillRequest) -> Job:
    """Check a still request. Raises InvalidValue or UnknownName."""
    return _job("still", request, request.qpos[None], 1, 1.0)


def _job(
    kind: str,
    request: RenderRequest | StillRequest,
    qpos: Float[Array, "time qpos"],
    count: int,
    fps: float,
) -> Job:
    check_size(request.width, request.height)
    if request.colour is not None:
        parse_colour(request.colour)
    if request.caption is not None and len(request.caption) > MAX_CAPTION:
        raise InvalidValue("caption", f"{len(request.caption)} characters", f"up to {MAX_CAPTION}")
    expected = _pose_length(request.env)
    if qpos.ndim != 2 or qpos.shape[1] != expected or not len(qpos):
        raise InvalidValue("qpos shape", qpos.shape, f"one row or more of {expected} numbers")
    if not np.isfinite(qpos).all():
        raise InvalidValue("qpos", "NaN or infinity", "finite numbers")
    picture = {name: getattr(request, name) for name in ("width", "height", "colour", "caption")}
    header = {
        "kind": kind,
        "env": request.env,
        "picture": picture,
        "shape": qpos.shape,
        "fps": fps,
        "count": count,
        "part": (0, count),
    }
    body = np.ascontiguousarray(qpos, np.float64).tobytes()
    return Job(header=header, body=body, num_frames=count)


def _check_range(name: str, value: float, limits: tuple[float, float]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise InvalidValue(name, value, f"a number from {limits[0]:g} to {limits[1]:g}")


@lru_cache(maxsize=8)
def _pose_length(env: str) -> int:
    return load_model(env_spec(env)).nq
