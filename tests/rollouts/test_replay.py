"""The packed replay holds what was simulated, to a twentieth of a millimetre, far down the track.

What the player makes of it is compared with MuJoCo in ``tests/browser/test_skeleton.py``.
"""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import mujoco
import numpy as np
import pytest

from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.model import load_model
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.errors import InvalidValue
from backend.rollouts import replay
from backend.rollouts.replay import MAX_TRACKS, UNIT, Role, Track, pack
from backend.rollouts.shapes import NAMES
from backend.rollouts.simulate import simulate
from tests.rollouts.zoo import SHOWN, zoo_spec, zoo_track
from tests.toys import Limp

NUM_FRAMES = 60


def make_track(start_x: float = 0.0, role: Role = "start", num_frames: int = NUM_FRAMES) -> Track:
    model = load_model(HALFCHEETAH)
    data = mujoco.MjData(model)
    data.qpos[0] = start_x
    qpos, reward = [], []
    for step in range(num_frames):
        qpos.append(data.qpos.copy())
        data.ctrl[:] = np.sin(0.7 * step + np.arange(6.0))
        mujoco.mj_step(model, data, nstep=HALFCHEETAH.frame_skip)
        reward.append([data.qvel[0], -np.square(data.ctrl).sum()])
    return Track(label="policy 7", role=role, qpos=np.array(qpos), reward=np.array(reward))


def unpack(content: bytes) -> tuple[dict[str, Any], list[dict[str, np.ndarray]]]:
    """The player's decoder, in numpy."""
    (length,) = struct.unpack_from("<I", content)
    header = json.loads(content[4 : 4 + length])
    inflated = payload(content)
    num_objectives = len(header["objectives"])
    tracks = []
    for row in header["tracks"]:
        time, steps = row["num_frames"], row["num_steps"]
        assert row["qpos_offset"] % 8 == row["reward_offset"] % 8 == 0
        size = 4 * header["num_positions"] * time
        planes = np.frombuffer(inflated, "u1", size, row["qpos_offset"]).reshape(4, -1, time)
        zigzag = (planes.astype(np.int64) * np.array([1, 2**8, 2**16, 2**24])[:, None, None]).sum(0)
        changes = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2)
        reward = np.frombuffer(inflated, "<f4", num_objectives * steps, row["reward_offset"])
        tracks.append(
            {
                "qpos": header["unit"] * np.cumsum(changes, axis=1).T,
                "reward": reward.reshape(steps, num_objectives),
            }
        )
    return header, tracks


@pytest.mark.parametrize("start_x", [0.0, -250.0])
def test_joint_positions_come_back(start_x: float) -> None:
    track = make_track(start_x)
    _, (decoded,) = unpack(pack(HALFCHEETAH, [track]))
    np.testing.assert_allclose(decoded["qpos"], track.qpos, atol=UNIT / 2 + 1e-9)


def test_a_thousand_steps_of_two_robots_are_small() -> None:
    """The goal for a whole message is 150 kB; rewards and everything else need room too."""
    tracks = [make_track(num_frames=1000), make_track(role="steered", num_frames=1000)]
    assert len(pack(HALFCHEETAH, tracks)) < 80_000


def test_header_says_what_the_player_needs() -> None:
    header, tracks = unpack(pack(HALFCHEETAH, [make_track(), make_track(role="steered")]))
    assert [row["role"] for row in header["tracks"]] == ["start", "steered"]
    assert header["dt"] == HALFCHEETAH.time_step
    assert header["camera"]["distance"] == HALFCHEETAH.camera.distance
    assert [o["name"] for o in header["objectives"]] == list(HALFCHEETAH.objective_names)
    assert header["objectives"][0]["unit"] == "m/s"
    assert {geom["type"] for geom in header["geoms"]} == {"capsule"}
    np.testing.assert_allclose(tracks[0]["reward"], make_track().reward, rtol=1e-6)


def test_tracks_may_differ_in_length() -> None:
    tracks = [make_track(num_frames=31), make_track(role="steered", num_frames=17)]
    header, decoded = unpack(pack(HALFCHEETAH, tracks))
    assert [row["num_frames"] for row in header["tracks"]] == [31, 17]
    np.testing.assert_allclose(decoded[1]["reward"], tracks[1].reward, rtol=1e-6)


def test_a_fall_is_shown_to_its_end_but_paid_no_more() -> None:
    upright, after = make_track(num_frames=20), make_track(start_x=1.0, num_frames=9).qpos
    header, (decoded, _) = unpack(pack(HALFCHEETAH, [replace(upright, aftermath=after), upright]))
    fallen, standing = header["tracks"]
    assert (fallen["num_frames"], fallen["num_steps"], fallen["fell"]) == (29, 20, True)
    assert (standing["num_frames"], standing["num_steps"], standing["fell"]) == (20, 20, False)
    assert standing["fallen_extent"] is None
    assert len(decoded["reward"]) == 20
    np.testing.assert_allclose(decoded["qpos"][20:], after, atol=UNIT)
    with pytest.raises(InvalidValue, match="finite"):
        pack(HALFCHEETAH, [replace(upright, aftermath=np.full_like(after, np.nan))])


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_robot_of_the_table_fits_its_room(env: str) -> None:
    """Geoms complete, and none outside the box the camera is told of."""
    spec = env_spec(env)
    film = simulate(spec, Limp(spec.action_dim), 0, num_steps=60)
    track = Track(
        label="limp", role="start", qpos=film.qpos, reward=film.reward, aftermath=film.aftermath
    )
    header, _ = unpack(pack(spec, [track]))
    model, camera = load_model(spec), header["camera"]
    data = mujoco.MjData(model)
    planes = int((model.geom_type == mujoco.mjtGeom.mjGEOM_PLANE).sum())
    assert len(header["geoms"]) == model.ngeom - planes
    assert camera["follows"] == spec.camera.follows
    extent = header["tracks"][0]["extent"]
    own = np.flatnonzero(model.geom_bodyid > 0)
    for qpos in film.qpos[:: max(1, len(film.qpos) // 7)]:
        data.qpos[:] = qpos
        mujoco.mj_kinematics(model, data)
        around = data.geom_xpos[own] - data.xpos[1]
        assert (around > np.array(extent["low"]) - 0.02).all()
        assert (around < np.array(extent["high"]) + 0.02).all()
        assert data.geom_xpos[own, 2].max() < extent["top"]


def test_same_rollout_gives_the_same_bytes() -> None:
    assert pack(HALFCHEETAH, [make_track()]) == pack(HALFCHEETAH, [make_track()])


def test_bad_tracks_are_named() -> None:
    track = make_track()
    with pytest.raises(InvalidValue, match="1 to 4"):
        pack(HALFCHEETAH, [])
    with pytest.raises(InvalidValue, match="policy 7"):
        pack(HALFCHEETAH, [replace(track, qpos=track.qpos[:, :5])])
    with pytest.raises(InvalidValue, match="finite"):
        pack(HALFCHEETAH, [replace(track, reward=np.full_like(track.reward, np.nan))])


def test_every_kind_of_geom_is_packed_once_and_a_mesh_with_its_corners(tmp_path: Path) -> None:
    spec = zoo_spec(tmp_path)
    content = pack(spec, [zoo_track()])
    header, _ = unpack(content)
    model = load_model(spec)
    rows = dict(zip(model_names(model, header), header["geoms"], strict=True))
    assert set(rows) == SHOWN
    assert {row["type"] for row in rows.values()} == {*NAMES.values()}
    assert [rows[name]["body"] for name in ("wall", "step", "capsule")] == [-1, -1, 0]
    assert rows["wall"]["size"] == [0.9, 0.4]
    mesh, inflated = rows["mesh"], payload(content)
    vertices = np.frombuffer(
        inflated, "<f4", 3 * mesh["num_vertices"], mesh["vertices_offset"]
    ).reshape(-1, 3)
    faces = np.frombuffer(inflated, "<u4", 3 * mesh["num_faces"], mesh["faces_offset"])
    assert (len(vertices), set(faces.tolist())) == (6, set(range(6)))
    placed = np.empty((6, 3))
    for place, vertex in zip(placed, vertices.astype(float), strict=True):
        mujoco.mju_rotVecQuat(place, vertex, np.array(mesh["quat"]))
    placed += mesh["pos"]
    np.testing.assert_allclose(placed.min(0), 0, atol=1e-5)
    np.testing.assert_allclose(placed.max(0), [0.3, 0.2, 0.2], atol=1e-5)


def model_names(model: mujoco.MjModel, header: dict[str, Any]) -> list[str]:
    """Which geom of the model each row is, told by its place and size."""
    names = []
    for row in header["geoms"]:
        here = np.isclose(model.geom_pos, row["pos"], atol=1e-5).all(1)
        here &= np.isclose(model.geom_size[:, :2], row["size"][:2], atol=1e-5).all(1)
        (geom,) = np.flatnonzero(here)
        names.append(model.geom(int(geom)).name)
    return names


def payload(content: bytes) -> bytes:
    (length,) = struct.unpack_from("<I", content)
    return zlib.decompress(content[4 + length :])


def test_an_unknown_geom_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_model(HALFCHEETAH)
    model.geom_type[1] = mujoco.mjtGeom.mjGEOM_SDF
    monkeypatch.setattr(replay, "_model", lambda spec: model)
    with pytest.raises(InvalidValue, match=r"torso.*capsule.*SDF"):
        pack(HALFCHEETAH, [make_track()])


def test_no_more_robots_than_can_be_told_apart() -> None:
    with pytest.raises(InvalidValue, match="1 to 4"):
        pack(HALFCHEETAH, [make_track(num_frames=3)] * (MAX_TRACKS + 1))
