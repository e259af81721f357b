"""Frames: the robot whole and moving, the same pose the same pixels, whatever the machine."""

from dataclasses import replace
from itertools import pairwise

import mujoco
import numpy as np
import pytest

from backend.envs.single import SingleEnv
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.errors import InvalidValue
from backend.rollouts.framing import clip_views, robot_extent
from backend.rollouts.palette import geom_colours, parse_colour
from backend.rollouts.raycast import RaycastRenderer
from backend.rollouts.render import Picture, clip_frames, make_renderer, num_frames, resample
from backend.rollouts.simulate import simulate
from tests.toys import Limp

SPEC = env_spec("mo-halfcheetah-v5")
PHASES = np.array([0, -1.0, -1.6, 2.6, 1.6, 0.6])
SIZES = [(320, 240), (480, 270)]


def gait(kind: str, num_steps: int = 60) -> np.ndarray:
    """Real states under an open-loop policy."""
    env, rng = SingleEnv(SPEC), np.random.default_rng(1)
    env.reset(0)
    poses = [env.data.qpos.copy()]
    for step in range(num_steps - 1):
        wave = np.sin(2 * np.pi * 3 * step * SPEC.time_step + PHASES)
        action = {"gait": 0.45 * wave, "flip": np.sign(wave), "flail": rng.uniform(-1, 1, 6)}[kind]
        env.data.ctrl[:] = action
        mujoco.mj_step(env.model, env.data, nstep=SPEC.frame_skip)
        poses.append(env.data.qpos.copy())
    return np.array(poses)


def upside_down() -> np.ndarray:
    pose = np.zeros(9)
    pose[1:3] = 0.9, np.pi
    return pose[None].repeat(8, 0)


def leap() -> np.ndarray:
    poses = np.zeros((40, 9))
    poses[:, 0] = np.linspace(0, 12, 40) ** 1.1
    poses[:, 1] = 2.5 * np.sin(np.linspace(0, np.pi, 40))
    poses[:, 2] = np.linspace(0, 7, 40)
    return poses


TRAJECTORIES = {
    "gait": gait("gait"),
    "flip": gait("flip"),
    "flail": gait("flail"),
    "upside down": upside_down(),
    "leap": leap(),
}


def robot_pixels(width: int, height: int, poses: np.ndarray, frame: int) -> np.ndarray:
    """Where the picture depends on the robot's colour."""
    shots = []
    for colour in ("#ff0000", "#0000ff"):
        renderer = RaycastRenderer(SPEC, width=width, height=height, colour=colour)
        view = clip_views(renderer.model, SPEC.camera, renderer.lens, poses, 20.0)[frame]
        shots.append(renderer.render(poses[frame], view).astype(int))
    return np.abs(shots[0] - shots[1]).max(-1) > 0


@pytest.mark.parametrize("name", TRAJECTORIES)
@pytest.mark.parametrize("size", SIZES)
def test_robot_is_whole_and_inside_a_margin(name: str, size: tuple[int, int]) -> None:
    poses, (width, height) = TRAJECTORIES[name], size
    for frame in {0, len(poses) // 3, int(poses[:, 1].argmax()), len(poses) - 1}:
        rows, columns = np.nonzero(robot_pixels(width, height, poses, frame))
        margin = 0.03
        assert len(rows) > 0.003 * width * height
        assert margin * width <= columns.min() <= columns.max() < (1 - margin) * width
        assert margin * height <= rows.min() <= rows.max() < (1 - margin) * height


def test_standing_robot_fills_about_half_the_width() -> None:
    columns = np.nonzero(robot_pixels(480, 360, TRAJECTORIES["gait"], 40))[1]
    assert 0.45 < np.ptp(columns) / 480 < 0.65


def test_robot_inside_for_any_pose() -> None:
    renderer = RaycastRenderer(SPEC, width=320, height=240)
    rng = np.random.default_rng(0)
    poses = rng.uniform(-1, 1, (40, 9)) * [5, 1.5, 4, 1, 1, 1, 1, 1, 1]
    views = clip_views(renderer.model, SPEC.camera, renderer.lens, poses, 20.0)
    points, radius = robot_extent(renderer.model, poses)
    for view, ends in zip(views, points, strict=True):
        offsets = ends - renderer.lens.eye(view)
        depth = offsets @ renderer.lens.forward - radius
        for axis, tangent in (
            (renderer.lens.right, renderer.lens.tan_x),
            (renderer.lens.up, renderer.lens.tan_y),
        ):
            assert ((np.abs(offsets @ axis) + radius) / depth / tangent).max() < 1.0


def test_camera_moves_smoothly_and_keeps_pace() -> None:
    poses = TRAJECTORIES["leap"]
    renderer = RaycastRenderer(SPEC, width=320, height=240)
    views = clip_views(renderer.model, SPEC.camera, renderer.lens, poses, 20.0)
    track = np.array([view.target[0] for view in views])
    assert len({(view.distance, view.target[2]) for view in views}) == 1
    assert np.abs(np.diff(track, 2)).max() < 0.05
    assert np.abs(track - poses[:, 0]).max() < 0.6


def test_pictures_follow_the_robot_and_nothing_else() -> None:
    renderer = make_renderer(SPEC, Picture(width=160, height=120))
    poses = TRAJECTORIES["gait"]
    frames = list(clip_frames(renderer, SPEC, poses, times=np.arange(6) / 20))
    assert all((before != after).any() for before, after in pairwise(frames))
    again = make_renderer(SPEC, Picture(width=160, height=120))
    assert (again.render(poses[9]) == renderer.render(poses[9])).all()
    assert (again.render(poses[9]) == renderer.render(poses[9])).all()


def test_a_part_of_a_clip_equals_that_part_of_the_whole() -> None:
    renderer = make_renderer(SPEC, Picture(width=96, height=64))
    shot = {"times": np.arange(12) / 40, "caption": "aimed 6000 · measured 5950 ± 40"}
    whole = list(clip_frames(renderer, SPEC, TRAJECTORIES["flail"], **shot))
    part = list(clip_frames(renderer, SPEC, TRAJECTORIES["flail"], part=slice(7, 12), **shot))
    assert len(whole) == 12
    assert (np.array(whole[7:]) == np.array(part)).all()


def test_far_down_the_track_looks_like_the_start() -> None:
    renderer = make_renderer(SPEC, Picture(width=160, height=120))
    pose = TRAJECTORIES["gait"][20]
    here, shift = renderer.render(pose), np.eye(9)[0]
    there = renderer.render(pose + 1000 * shift)
    changed = (np.abs(here.astype(int) - there) > 2).any(-1)
    assert changed.mean() < 0.03  # the numeral


def test_feet_cast_a_shadow() -> None:
    poses = TRAJECTORIES["gait"]
    renderer = make_renderer(SPEC, Picture(width=320, height=240))
    frame = renderer.render(poses[8]).astype(int)
    gone = np.zeros(9)
    gone[1] = 60.0  # the camera target stays, the robot is far above
    view = clip_views(renderer.model, SPEC.camera, renderer.lens, poses[8][None], 1.0)[0]
    empty = renderer.render(gone, view).astype(int)
    robot = robot_pixels(320, 240, poses[8][None], 0)
    darker = (empty - frame).max(-1)
    assert (darker[~robot] > 25).sum() > 100
    assert (frame - empty)[~robot].max() <= 0


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_robot_of_the_table_is_whole_and_large_enough(env: str) -> None:
    spec = env_spec(env)
    film = simulate(spec, Limp(spec.action_dim), 0, num_steps=40)
    shots = []
    for colour in ("#ff0000", "#0000ff"):
        renderer = make_renderer(spec, Picture(width=320, height=240, colour=colour))
        views = clip_views(renderer.model, spec.camera, renderer.lens, film.qpos, 20.0)
        shots.append(renderer.render(film.qpos[0], views[0]).astype(int))
    rows, columns = np.nonzero(np.abs(shots[0] - shots[1]).max(-1) > 0)
    assert rows.min() > 7 < columns.min()
    assert rows.max() < 233
    assert columns.max() < 313
    assert max(np.ptp(rows) / 240, np.ptp(columns) / 320) > 0.45, "not tiny"


def test_a_lane_stays_where_it_is_and_a_grid_moves_with_its_robot() -> None:
    """Who strays from a lane is seen to; who goes anywhere is followed anywhere."""
    sideways = np.zeros((30, 15))
    sideways[:, 1], sideways[:, 2], sideways[:, 3] = np.linspace(0, 2, 30), 0.75, 1
    spec = env_spec("mo-ant-2obj-v5")
    renderer = make_renderer(spec, Picture(width=160, height=120))
    followed = clip_views(renderer.model, spec.camera, renderer.lens, sideways, 20.0)
    assert np.ptp([view.target[1] for view in followed]) > 1.5
    lane = replace(spec.camera, follows="x")
    watched = clip_views(renderer.model, lane, renderer.lens, sideways, 20.0)
    assert np.ptp([view.target[1] for view in watched]) == 0


@pytest.mark.parametrize("axis", [0, 1])
def test_the_grid_names_every_fifth_metre_along_both_axes(axis: int) -> None:
    renderer = make_renderer(env_spec("mo-ant-2obj-v5"), Picture(width=160, height=120))
    pose = np.zeros(15)
    pose[2], pose[3] = 0.75, 1
    here, shift = renderer.render(pose).astype(int), 10 * np.eye(15)[axis]
    there = renderer.render(pose + shift).astype(int)
    half = renderer.render(pose + shift / 4).astype(int)
    changed = [(np.abs(here - other) > 2).any(-1).mean() for other in (there, half)]
    assert 0 < changed[0] < 0.06, "ten metres on, only the coordinates differ"
    assert changed[1] > 0.1, "half a grid cell on, the tiles differ"


def test_a_captioned_robot_keeps_out_of_its_caption() -> None:
    """Also one that hops as high as the camera sees."""
    spec = env_spec("mo-hopper-v5")
    poses = np.zeros((20, 6))
    poses[:, 1] = 1.25 + 0.8 * np.sin(np.linspace(0, np.pi, 20))
    tops = []
    for head in (0.0, 0.15):
        rows = []
        for colour in ("#ff0000", "#0000ff"):
            renderer = RaycastRenderer(spec, width=160, height=120, colour=colour)
            view = clip_views(renderer.model, spec.camera, renderer.lens, poses, 20.0, head=head)
            rows.append(renderer.render(poses[9], view[9]).astype(int))
        tops.append(np.nonzero(np.abs(rows[0] - rows[1]).max(-1))[0].min())
    assert tops[0] < 0.15 * 120 < tops[1]


def test_resampling_keeps_control_steps_and_halves_between() -> None:
    model = make_renderer(SPEC, Picture(width=16, height=16)).model
    poses = TRAJECTORIES["gait"][:5]
    twice = resample(model, poses, np.arange(10) / 2)
    np.testing.assert_array_equal(twice[:9:2], poses)
    np.testing.assert_allclose(twice[1:8:2], (poses[1:] + poses[:-1]) / 2)
    np.testing.assert_array_equal(twice[9], poses[-1])
    assert num_frames(100, 0.05, 40.0, 5.0) == 200
    assert num_frames(20, 0.05, 40.0, 5.0) == 40


def test_colours() -> None:
    model = make_renderer(SPEC, Picture(width=16, height=16)).model
    torso = int(np.flatnonzero(model.geom_bodyid > 0)[0])
    np.testing.assert_allclose(geom_colours(model, "#ff5c39")[torso], np.array([255, 92, 57]) / 255)
    np.testing.assert_allclose(geom_colours(model, None)[torso], [0.8, 0.6, 0.4], atol=1e-6)
    for text in ("red", "#ff5c3", "ff5c39"):
        with pytest.raises(InvalidValue):
            parse_colour(text)
