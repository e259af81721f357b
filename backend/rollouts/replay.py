"""Packs rollouts for the browser player, which does the kinematics: joint positions and rewards.

Layout, little-endian: a uint32 header length, the JSON header (with the robot's bodies, joints and
geoms), then a zlib stream. What it inflates to has two blocks for each track, each starting on a
multiple of 8 and addressed in the header:

- ``qpos``    generalised positions as whole numbers of ``UNIT`` (metres, radians, or of a
  quaternion), each number's history after the other's, as zigzag differences from step to step,
  all first bytes before all second ones and so on: joints move smoothly, and most of it deflates
  away;
- ``reward``  float32 ``(step, objective)``: the vector reward of each step of the episode.

Meshes follow: ``vertices`` float32 ``(vertex, 3)``, metres, and ``faces`` uint32 ``(face, 3)``,
each stored once and addressed by the geoms that show it.

After a fall there are more poses than steps: the robot is shown until it lies.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.envs.model import load_model
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue
from backend.rollouts.framing import robot_extent
from backend.rollouts.shapes import pack_geoms, rounded
from backend.rollouts.skeleton import pack_bodies

Role = Literal["start", "steered", "nearest", "other"]
"A track's part in the comparison."
MAX_TRACKS = 4
"Robots that one scene can show and a person can still tell apart."

UNIT = 1e-4
"A tenth of a millimetre, or of a milliradian: finer ones would only fatten the message."
_ROOT_BODY = 1
"Body 0 is the world; the robots of the table are rooted in body 1."
_ALIGN = 8
_DEFLATE_LEVEL = 1
"Higher levels take ten times as long and save a twentieth."
_NUM_MEASURED = 100
"Poses at which a robot's extent is measured: enough, as limbs swing slowly."


@dataclass(frozen=True, kw_only=True)
class Track:
    """One robot in the scene."""

    label: str
    "What a person calls it, e.g. the policy's id."
    role: Role
    "Its part in the comparison; decides colour and lane."
    qpos: Float[Array, "time qpos"]
    "State at each step, before the action."
    reward: Float[Array, "time objective"]
    "Vector reward of the same steps."
    aftermath: Float[Array, "after qpos"] | None = None
    "What follows a fall; None if the episode ran its course."
    name: str = ""
    "What is written over it; empty for its role's name."


class Blocks:
    """The payload behind the header: arrays one after the other, each aligned."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._length = 0

    def store(self, array: Array) -> int:
        """Append an array; returns its offset in the payload."""
        block = array.tobytes()
        block += b"\0" * (-len(block) % _ALIGN)
        self._blocks.append(block)
        self._length += len(block)
        return self._length - len(block)

    def after(self, header: dict[str, Any]) -> bytes:
        """Header and deflated payload as one message."""
        text = json.dumps(header, separators=(",", ":")).encode()
        payload = zlib.compress(b"".join(self._blocks), _DEFLATE_LEVEL)
        return b"".join([struct.pack("<I", len(text)), text, payload])


def pack(spec: EnvSpec, tracks: Sequence[Track]) -> bytes:
    """The player's payload. Raises InvalidValue for shapes or geoms it cannot show."""
    if not 1 <= len(tracks) <= MAX_TRACKS:
        raise InvalidValue("replay tracks", len(tracks), f"1 to {MAX_TRACKS}")
    model, blocks = _model(spec), Blocks()
    rows: list[dict[str, Any]] = []
    for track in tracks:
        _check(spec, model, track)
        row, arrays = _pack_track(model, track)
        rows.append(row | {f"{name}_offset": blocks.store(a) for name, a in arrays.items()})
    geoms = pack_geoms(model, blocks.store)
    return blocks.after(header(spec, model) | {"geoms": geoms, "tracks": rows})


def header(spec: EnvSpec, model: mujoco.MjModel) -> dict[str, Any]:
    """What the player must know of a robot, whatever it does."""
    camera = spec.camera
    return {
        "env": spec.name,
        "title": spec.title,
        "dt": spec.time_step,
        "unit": UNIT,
        "num_positions": model.nq,
        "bodies": pack_bodies(model),
        "rest": extent(model, model.qpos0[None]),
        "camera": {
            "distance": camera.distance,
            "elevation": camera.elevation,
            "azimuth": camera.azimuth,
            "height": camera.height,
            "follows": camera.follows,
        },
        "objectives": [
            {"name": o.name, "title": o.title, "unit": o.step_unit} for o in spec.objectives
        ],
    }


def _pack_track(model: mujoco.MjModel, track: Track) -> tuple[dict[str, Any], dict[str, Array]]:
    poses = track.qpos
    if track.aftermath is not None:
        poses = np.concatenate([poses, track.aftermath])
    row = {
        "label": track.label,
        "name": track.name,
        "role": track.role,
        "num_frames": len(poses),
        "num_steps": len(track.reward),
        "fell": track.aftermath is not None,
        "extent": extent(model, track.qpos),
        "fallen_extent": None if track.aftermath is None else extent(model, track.aftermath),
    }
    return row, {"qpos": _differences(poses), "reward": track.reward.astype("<f4")}


def _differences(qpos: Float[Array, "time qpos"]) -> Array:
    """Changes from step to step in ``UNIT``, zigzag, as bytes (4, number × time): lowest first."""
    numbers = np.rint(qpos / UNIT).astype(np.int64)
    changes = np.diff(numbers, axis=0, prepend=np.zeros_like(numbers[:1])).T.ravel()
    zigzag = ((changes << 1) ^ (changes >> 63)).astype("<u4")  # small whatever the sign
    return zigzag.view("u1").reshape(-1, 4).T.copy()


def extent(model: mujoco.MjModel, poses: Float[Array, "time qpos"]) -> dict[str, Any]:
    """Room every geom needs: ``low`` and ``high`` around the root, ``top`` above the floor."""
    rows = np.unique(np.linspace(0, len(poses) - 1, _NUM_MEASURED).round().astype(int))
    points, radius = robot_extent(model, poses[rows])
    around = points - _root_places(model, poses[rows])[:, None]
    low, high = (around - radius[:, None]).min((0, 1)), (around + radius[:, None]).max((0, 1))
    top = float((points[..., 2] + radius).max())
    return {"low": rounded(low), "high": rounded(high), "top": round(top, 6)}


def _root_places(model: mujoco.MjModel, qpos: Float[Array, "time qpos"]) -> Float[Array, "time 3"]:
    data = mujoco.MjData(model)
    places = np.empty((len(qpos), 3))
    for row, pose in enumerate(qpos):
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        places[row] = data.xpos[_ROOT_BODY]
    return places


def _check(spec: EnvSpec, model: mujoco.MjModel, track: Track) -> None:
    expected = f"(time, {model.nq}) and (time, {spec.num_objectives}), time at least 1"
    came = f"{track.qpos.shape} and {track.reward.shape}"
    num_frames = len(track.qpos)
    fits = track.qpos.shape == (num_frames, model.nq)
    fits &= track.reward.shape == (num_frames, spec.num_objectives)
    if not fits or num_frames == 0:
        raise InvalidValue(f"qpos and reward of track {track.label!r}", came, expected)
    after = () if track.aftermath is None else (track.aftermath,)
    arrays = (track.qpos, track.reward, *after)
    if not all(np.isfinite(array).all() for array in arrays):
        raise InvalidValue(f"track {track.label!r}", "nan or infinity", "finite numbers")


@lru_cache
def _model(spec: EnvSpec) -> mujoco.MjModel:
    return load_model(spec)
