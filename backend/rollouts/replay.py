"""Packs rollouts for the browser player: body poses by forward kinematics, as a few bytes each.

Layout, little-endian: a uint32 header length, the JSON header (padded with spaces so that the
payload starts on a multiple of 8), then for each track three blocks, each starting on a multiple
of 8 and addressed in the header relative to the payload:

- ``root``    float32 ``(time, 3)``: world position of the root body, in metres;
- ``pose``    int16 ``(time, body, 7)``: position relative to the root, scaled per axis over the
  track's range, then the world quaternion (w, x, y, z) times 32767;
- ``reward``  float32 ``(step, objective)``: the vector reward of each step of the episode.

After a fall there are more poses than steps: the robot is shown until it lies.

Keeping the distance run apart in ``root`` makes the pose exact to a fraction of a millimetre
however far the robot runs; int16 over the whole distance would be off by 2 mm at 250 m.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import json
import struct
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

Role = Literal["start", "steered", "nearest"]
"A track's part in the comparison."

_ROOT_BODY = 1
"Body 0 is the world; the robots of the table are rooted in body 1."
_FULL_SCALE = 32767
_ALIGN = 8
_NUM_MEASURED = 100
"Poses at which a robot's extent is measured: enough, as limbs swing slowly."
_SHAPES = {
    mujoco.mjtGeom.mjGEOM_SPHERE: "sphere",
    mujoco.mjtGeom.mjGEOM_CAPSULE: "capsule",
    mujoco.mjtGeom.mjGEOM_ELLIPSOID: "ellipsoid",
    mujoco.mjtGeom.mjGEOM_CYLINDER: "cylinder",
    mujoco.mjtGeom.mjGEOM_BOX: "box",
}
_DEFAULT_RGBA = (0.5, 0.5, 0.5, 1.0)


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


def pack(spec: EnvSpec, tracks: Sequence[Track]) -> bytes:
    """The player's payload. Raises InvalidValue for shapes or geoms it cannot show."""
    if not tracks:
        raise InvalidValue("replay tracks", "none", "at least one")
    model = _model(spec)
    blocks: list[bytes] = []
    rows: list[dict[str, Any]] = []
    position = 0
    for track in tracks:
        _check(spec, model, track)
        row, arrays = _pack_track(model, track)
        for name, array in arrays.items():
            block = array.tobytes()
            block += b"\0" * (-len(block) % _ALIGN)
            row[f"{name}_offset"] = position
            position += len(block)
            blocks.append(block)
        rows.append(row)
    header = json.dumps(_header(spec, rows), separators=(",", ":")).encode()
    header += b" " * (-(len(header) + 4) % _ALIGN)
    return b"".join([struct.pack("<I", len(header)), header, *blocks])


def _header(spec: EnvSpec, tracks: list[dict[str, Any]]) -> dict[str, Any]:
    camera = spec.camera
    return {
        "env": spec.name,
        "title": spec.title,
        "dt": spec.time_step,
        "num_bodies": _model(spec).nbody - _ROOT_BODY,
        "geoms": _geoms(spec),
        "rest": _extent(_model(spec), _model(spec).qpos0[None]),
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
        "tracks": tracks,
    }


def _pack_track(model: mujoco.MjModel, track: Track) -> tuple[dict[str, Any], dict[str, Array]]:
    poses = track.qpos
    if track.aftermath is not None:
        poses = np.concatenate([poses, track.aftermath])
    position, quaternion = body_poses(model, poses)
    root = position[:, 0]
    relative = position - root[:, None]
    low, high = relative.min((0, 1)), relative.max((0, 1))
    offset, scale = (low + high) / 2, np.maximum((high - low) / 2, 1e-9) / _FULL_SCALE
    pose = np.empty((*relative.shape[:2], 7), "<i2")
    pose[..., :3] = np.rint((relative - offset) / scale)
    pose[..., 3:] = np.rint(quaternion * _FULL_SCALE)
    row = {
        "label": track.label,
        "role": track.role,
        "num_frames": len(root),
        "num_steps": len(track.reward),
        "fell": track.aftermath is not None,
        "offset": offset.tolist(),
        "scale": scale.tolist(),
        "extent": _extent(model, track.qpos),
        "fallen_extent": None if track.aftermath is None else _extent(model, track.aftermath),
    }
    return row, {"root": root.astype("<f4"), "pose": pose, "reward": track.reward.astype("<f4")}


def _extent(model: mujoco.MjModel, poses: Float[Array, "time qpos"]) -> dict[str, Any]:
    """Room every geom needs: ``low`` and ``high`` around the root, ``top`` above the floor."""
    rows = np.unique(np.linspace(0, len(poses) - 1, _NUM_MEASURED).round().astype(int))
    points, radius = robot_extent(model, poses[rows])
    around = points - body_poses(model, poses[rows])[0][:, :1]
    low, high = (around - radius[:, None]).min((0, 1)), (around + radius[:, None]).max((0, 1))
    top = float((points[..., 2] + radius).max())
    return {"low": _rounded(low), "high": _rounded(high), "top": round(top, 6)}


def body_poses(
    model: mujoco.MjModel, qpos: Float[Array, "time qpos"]
) -> tuple[Float[Array, "time body 3"], Float[Array, "time body 4"]]:
    """World position and quaternion (w, x, y, z) of every body but the world."""
    data = mujoco.MjData(model)
    num_bodies = model.nbody - _ROOT_BODY
    position = np.empty((len(qpos), num_bodies, 3))
    quaternion = np.empty((len(qpos), num_bodies, 4))
    state, xpos, xquat = data.qpos, data.xpos[_ROOT_BODY:], data.xquat[_ROOT_BODY:]
    for row, frame in enumerate(qpos):
        state[:] = frame
        mujoco.mj_kinematics(model, data)
        position[row] = xpos
        quaternion[row] = xquat
    return position, quaternion


def _geoms(spec: EnvSpec) -> list[dict[str, Any]]:
    """Every geom the player draws; ``body`` counts from the root, and −1 is the world."""
    model = _model(spec)
    rows = []
    for geom in range(model.ngeom):
        kind = mujoco.mjtGeom(model.geom_type[geom])
        if kind == mujoco.mjtGeom.mjGEOM_PLANE:
            continue
        if kind not in _SHAPES:
            raise InvalidValue(
                f"geom {model.geom(geom).name or geom!r} of {spec.name}",
                kind.name,
                "one of " + ", ".join(_SHAPES.values()),
            )
        rows.append(
            {
                "type": _SHAPES[kind],
                "size": _rounded(model.geom_size[geom]),
                "body": int(model.geom_bodyid[geom]) - _ROOT_BODY,
                "pos": _rounded(model.geom_pos[geom]),
                "quat": _rounded(model.geom_quat[geom]),
                "rgba": _rounded(_rgba(model, geom)),
            }
        )
    return rows


def _rgba(model: mujoco.MjModel, geom: int) -> Float[Array, "4"]:
    """The geom's own colour; its material's where MuJoCo's default was left in place."""
    rgba, material = model.geom_rgba[geom], model.geom_matid[geom]
    if material >= 0 and np.allclose(rgba, _DEFAULT_RGBA):
        return model.mat_rgba[material]
    return rgba


def _rounded(values: Array) -> list[float]:
    return [round(float(value), 6) for value in values]


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
