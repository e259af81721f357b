"""Every kind of geom is drawn, whole, where MuJoCo has it; the floor and the invisible are not."""

from pathlib import Path

import mujoco
import numpy as np
import pytest

from backend.envs.model import load_model
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.rollouts.framing import GeomCapsules
from backend.rollouts.raycast import RaycastRenderer
from backend.rollouts.shapes import drawn_geoms, floor_geoms, robot_geoms
from tests.rollouts.zoo import ROBOT, SHOWN, zoo_spec, zoo_track


def names(model: mujoco.MjModel, geoms: np.ndarray) -> set[str]:
    return {model.geom(int(geom)).name for geom in geoms}


def test_floor_scenery_and_robot_are_told_apart(tmp_path: Path) -> None:
    model = load_model(zoo_spec(tmp_path))
    assert names(model, floor_geoms(model)) == {"floor"}
    assert names(model, drawn_geoms(model)) == SHOWN
    assert names(model, robot_geoms(model)) == ROBOT


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_environment_has_one_floor_and_all_else_is_robot(env: str) -> None:
    model = load_model(env_spec(env))
    assert len(floor_geoms(model)) == 1
    np.testing.assert_array_equal(drawn_geoms(model), robot_geoms(model))


def test_every_geom_lies_inside_its_capsule(tmp_path: Path) -> None:
    model = load_model(zoo_spec(tmp_path))
    data = mujoco.MjData(model)
    data.qpos[2:] = 0.3, 0.5, -0.4, 0.8
    mujoco.mj_kinematics(model, data)
    capsules = GeomCapsules(model, drawn_geoms(model))
    rng = np.random.default_rng(0)
    for geom, start, stop, radius in zip(
        capsules.ids, *capsules.ends(data), capsules.radius, strict=True
    ):
        name, along = model.geom(int(geom)).name, stop - start
        only = np.full(model.ngeom, -1, np.int32)  # one geom at a time: the others step aside
        model.geom_rgba[:, 3] = 0
        model.geom_rgba[geom, 3] = 1
        hits = 0
        for outward in rng.normal(size=(300, 3)):
            outward /= np.linalg.norm(outward)
            origin = (start + stop) / 2 + 3 * outward
            reach = mujoco.mj_ray(model, data, origin, -outward, None, 1, -1, only[:1])
            if reach < 0:
                continue
            hits += 1
            surface = origin - reach * outward
            t = np.clip((surface - start) @ along / (along @ along + 1e-12), 0, 1)
            assert np.linalg.norm(surface - start - t * along) < radius + 1e-6, name
        assert hits > 100, name


def test_every_geom_shows_in_the_film(tmp_path: Path) -> None:
    """Repainting one geom changes the picture, whatever its kind."""
    spec = zoo_spec(tmp_path)
    pose = zoo_track().qpos[3]
    renderer = RaycastRenderer(spec, width=320, height=240)
    plain = renderer.render(pose).astype(int)
    for geom in drawn_geoms(load_model(spec)):
        other = RaycastRenderer(spec, width=320, height=240)
        other._albedo[geom] = 0, 1, 0
        changed = np.abs(other.render(pose) - plain).max(-1) > 40
        assert changed.mean() > 0.001, other.model.geom(int(geom)).name


def test_a_robot_s_colour_leaves_the_world_alone(tmp_path: Path) -> None:
    spec = zoo_spec(tmp_path)
    own, painted = (RaycastRenderer(spec, width=16, height=16, colour=c) for c in (None, "#ff5c39"))
    world = own.model.geom_bodyid == 0
    np.testing.assert_array_equal(own._albedo[world], painted._albedo[world])
    assert (own._albedo[~world] != painted._albedo[~world]).any(1).all()
