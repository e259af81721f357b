"""What a clip, a strip or a still may be asked for, checked where it enters."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.envs.model import load_model
from backend.envs.table import env_spec
from backend.errors import InvalidValue
from backend.rollouts.palette import parse_colour
from backend.rollouts.render import num_frames
from backend.rollouts.stride import key_times
from backend.rollouts.video import check_size, gif_fps

FPS_LIMITS, SECONDS_LIMITS = (1.0, 60.0), (0.1, 60.0)
"Smallest and largest accepted values."
MAX_CAPTION = 120
"Characters."
LEAST_READOUT_HEIGHT = 120
"Pixels of a picture below which a readout would leave no room for the robot."
STRIP_POSES = (2, 16)
"Fewest and most poses of a strip."
Format = Literal["mp4", "gif"]
"What a clip may be."
DEFAULT_FPS: dict[Format, float] = {"mp4": 40.0, "gif": 20.0}
"Frames per second where nobody asks for another number."


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
class StripRequest:
    """Key poses of one trajectory side by side, each with its time."""

    env: str
    "Environment, a name of the table."
    qpos: Float[Array, "time qpos"]
    "One pose per control step."
    num: int = 8
    "Poses, 2 to 16; ``stride.key_times`` says which."
    fall: float | None = None
    "Seconds after which the robot falls, which then is what is shown; None if it does not."
    width: int = 240
    "Pixels of each picture, even, 16 to 1920."
    height: int = 200
    "Pixels of each picture, even, 16 to 1920."
    colour: str | None = None
    "Robot colour as #rrggbb; None keeps the model's own."


@dataclass(frozen=True, kw_only=True, eq=False)
class Tally:
    """A sum over the steps played so far."""

    title: str
    "What is counted."
    unit: str
    "Of what is summed."
    values: Float[Array, "time"]
    "After 0, 1, 2, ... control steps; the last one stays."


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
    fps: float | None = None
    "Frames per second, 1 to 60, None for 40 of an MP4 and 20 of a GIF; poses are interpolated."
    seconds: float = 5.0
    "Length of the clip, 0.1 to 60 s; a shorter trajectory makes a shorter clip."
    colour: str | None = None
    "Robot colour as #rrggbb; None keeps the model's own."
    caption: str | None = None
    "One line drawn into the upper left corner; None for none."
    format: Format = "mp4"
    "A GIF's frames last whole hundredths of a second: its fps is the nearest that allows."
    readout: Sequence[Tally] = ()
    "Numbers shown in a band below the scene, inside ``height``; none, no band."


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

    def having(self, **fields: object) -> "Job":
        """The same job with more in its header."""
        return replace(self, header=self.header | fields)

    def megapixels(self, frames: int) -> float:
        """Work in ``frames`` frames of this job."""
        picture = self.header["picture"]
        return frames * picture["width"] * picture["height"] / 1e6


def clip_job(request: RenderRequest) -> Job:
    """Check a clip request. Raises InvalidValue or UnknownName."""
    fps = DEFAULT_FPS[request.format] if request.fps is None else request.fps
    _check_range("fps", fps, FPS_LIMITS)
    _check_range("seconds", request.seconds, SECONDS_LIMITS)
    if request.readout and request.height < LEAST_READOUT_HEIGHT:
        expected = f"{LEAST_READOUT_HEIGHT} or more with a readout"
        raise InvalidValue("height", request.height, expected)
    fps = gif_fps(fps) if request.format == "gif" else fps
    time_step = env_spec(request.env).time_step
    count = num_frames(len(request.qpos), time_step, fps, request.seconds)
    job = _job(request.format, request, request.qpos, np.arange(count) / fps)
    steps = np.arange(count) / (fps * time_step)
    return job.having(fps=fps, readout=[_reading(tally, steps) for tally in request.readout])


def strip_job(request: StripRequest) -> Job:
    """Check a strip request and choose its poses. Raises InvalidValue or UnknownName."""
    low, high = STRIP_POSES
    if not low <= request.num <= high:
        raise InvalidValue("poses of a strip", request.num, f"{low} to {high}")
    _check_poses(request.env, request.qpos)
    spec = env_spec(request.env)
    times = key_times(
        _model(request.env), request.qpos, spec.time_step, request.num, fall=request.fall
    )
    return _job("strip", request, request.qpos, times)


def still_job(request: StillRequest) -> Job:
    """Check a still request. Raises InvalidValue or UnknownName."""
    return _job("still", request, request.qpos[None], np.zeros(1))


def _reading(tally: Tally, steps: Float[Array, "frame"]) -> dict:
    """A tally as the worker draws it: the number in each frame."""
    if not len(tally.values) or not np.isfinite(tally.values).all():
        raise InvalidValue(f"values of {tally.title!r}", "none or no numbers", "finite numbers")
    done = np.minimum((steps + 1e-6).astype(int), len(tally.values) - 1)
    return {"title": tally.title, "unit": tally.unit, "values": tally.values[done].tolist()}


def _job(
    kind: str,
    request: RenderRequest | StripRequest | StillRequest,
    qpos: Float[Array, "time qpos"],
    times: Float[Array, "frame"],
) -> Job:
    check_size(request.width, request.height)
    if request.colour is not None:
        parse_colour(request.colour)
    caption = None if isinstance(request, StripRequest) else request.caption
    if caption is not None and len(caption) > MAX_CAPTION:
        raise InvalidValue("caption", f"{len(caption)} characters", f"up to {MAX_CAPTION}")
    _check_poses(request.env, qpos)
    size = {"width": request.width, "height": request.height}
    header = {
        "kind": kind,
        "env": request.env,
        "picture": size | {"colour": request.colour, "caption": caption},
        "shape": qpos.shape,
        "times": times.tolist(),
        "part": (0, len(times)),
    }
    body = np.ascontiguousarray(qpos, np.float64).tobytes()
    return Job(header=header, body=body, num_frames=len(times))


def _check_poses(env: str, qpos: Float[Array, "time qpos"]) -> None:
    expected = _model(env).nq
    if qpos.ndim != 2 or qpos.shape[1] != expected or not len(qpos):
        raise InvalidValue("qpos shape", qpos.shape, f"one row or more of {expected} numbers")
    if not np.isfinite(qpos).all():
        raise InvalidValue("qpos", "NaN or infinity", "finite numbers")


def _check_range(name: str, value: float, limits: tuple[float, float]) -> None:
    if not limits[0] <= value <= limits[1]:
        raise InvalidValue(name, value, f"a number from {limits[0]:g} to {limits[1]:g}")


@lru_cache(maxsize=8)
def _model(env: str) -> mujoco.MjModel:
    return load_model(env_spec(env))
