"""Robots as tasks: normalised observations, episodes that start anew, policies on disk."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from backend.action_latents.polynomial import robot_study, settings
from backend.action_latents.polynomial.heads import gaussian_head
from backend.action_latents.polynomial.robot_evidence import ROBOT_DIR, build_robots
from backend.action_latents.polynomial.robot_recipes import ROBOTS
from backend.action_latents.polynomial.robot_store import RUN_KIND, open_robots, read_robot
from backend.action_latents.polynomial.robot_study import (
    RobotRun,
    config_of,
    kept_robot,
    robot_row,
)
from backend.action_latents.polynomial.robots import Drawn, RobotTask, Scale
from backend.action_latents.polynomial.unsaid import of_robot
from backend.artifacts import read_manifest, write_artifact
from backend.envs import t_maze
from backend.envs.t_maze import PAY, T_MAZE, T_MAZE_ANYWHERE
from backend.errors import DamagedArtifact, UnknownName


def test_the_scale_is_that_of_all_observations() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.normal(3, 2, (n, 4)) for n in (5, 64, 200)]
    scale, everything = Scale.of(4), np.concatenate(parts)
    for part in parts:
        scale.update(part)
    np.testing.assert_allclose(scale.mean, everything.mean(0), atol=1e-4)
    np.testing.assert_allclose(scale.variance, everything.var(0), rtol=1e-3)
    np.testing.assert_allclose(scale.apply(everything).std(0), 1, rtol=1e-3)


def test_episodes_start_anew_and_pay_once() -> None:
    task = RobotTask(T_MAZE_ANYWHERE, 32, np.random.default_rng(0), pay=0.5)
    paid, ends = 0.0, 0
    for _ in range(400):
        obs, reward, terminated, ended = task.step(np.tile([1.0, 0.3], (32, 1)))
        assert (ended >= terminated).all() and ((reward > 0) == terminated).all()
        anew = ended.any() and not np.allclose(task.obs[ended], obs[ended])
        assert anew or not ended.any()
        paid, ends = paid + reward.sum(), ends + int(ended.sum())
    assert len(task.earned) == ends > 32
    assert set(task.earned) == {0.0, PAY} and paid == 0.5 * sum(task.earned)


def test_actions_are_drawn_from_a_seed_and_stay_in_the_box() -> None:
    torch.manual_seed(0)
    head, obs = gaussian_head(4, 2), np.zeros((50, 4))
    first, again, other = (Drawn(head, seed).act(obs) for seed in (1, 1, 2))
    assert np.abs(first).max() <= 1 and np.ptp(first) > 0.5
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    recipes = {name: replace(recipe, num_iterations=10) for name, recipe in ROBOTS.items()}
    monkeypatch.setattr(robot_study, "ROBOTS", recipes)
    monkeypatch.setattr(robot_study, "NUM_EPISODES", 8)


@pytest.mark.parametrize("robot", ROBOTS)
def test_a_run_is_kept_and_read_back(robot: str, short: None, tmp_path: Path) -> None:
    run = RobotRun(robot=robot, kind="gaussian", seed=0)
    robot_study.train_robot(run, tmp_path)
    found = kept_robot(run, tmp_path)
    assert found is not None
    policy, curve = found
    assert [point["steps"] for point in curve] == [20_480]
    assert (policy.scale is not None) == ROBOTS[robot].normalised
    row = robot_row(run, policy, curve)
    assert row["mean_length"] > 1 and len(row["shares"]) == (2 if robot == T_MAZE.name else 0)
    assert kept_robot(replace(run, seed=1), tmp_path) is None


def test_another_recipe_trains_anew(
    short: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RobotRun(robot="t-maze", kind="gaussian", seed=0)
    robot_study.train_robot(run, tmp_path)
    changed = replace(ROBOTS["t-maze"], num_iterations=10, pay=2.0)
    monkeypatch.setattr(robot_study, "ROBOTS", {"t-maze": changed})
    assert kept_robot(run, tmp_path) is None


def test_another_maze_trains_anew(
    short: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RobotRun(robot="t-maze", kind="gaussian", seed=0)
    robot_study.train_robot(run, tmp_path)
    monkeypatch.setattr(robot_study, "own_model_hash", lambda spec: "0" * 64)
    assert kept_robot(run, tmp_path) is None


@pytest.mark.parametrize(
    ("module", "setting", "value"),
    [(settings, "MOST_STD", 2.0), (settings, "GAUSSIAN_STD", 0.3), (settings, "OBS_CLIP", 5.0),
     (t_maze, "PAY", 10.0), (t_maze, "PAD", 0.5), (t_maze, "TOP_SPEED", 1.0)],
)  # fmt: skip
def test_other_settings_train_anew(
    short: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, setting: str,
    value: float,
) -> None:  # fmt: skip
    robot = "hopper-v5" if setting == "OBS_CLIP" else "t-maze"
    before = config_of(robot, "gaussian")
    monkeypatch.setattr(module, setting, value)
    assert config_of(robot, "gaussian") != before


def test_other_starts_or_steps_train_anew(short: None, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe, before = ROBOTS["t-maze"], config_of("t-maze", "flow")
    for other in (
        replace(recipe, learns_in=T_MAZE), replace(recipe, normalised=True),
        replace(recipe, learns_in=replace(T_MAZE_ANYWHERE, frame_skip=5)),
    ):  # fmt: skip
        monkeypatch.setattr(robot_study, "ROBOTS", {"t-maze": replace(other, num_iterations=10)})
        assert config_of("t-maze", "flow") != before


def test_a_kept_run_that_cannot_be_read_is_trained_anew(short: None, tmp_path: Path) -> None:
    run = RobotRun(robot="t-maze", kind="gaussian", seed=0)
    robot_study.train_robot(run, tmp_path)
    other = replace(ROBOTS["t-maze"], num_iterations=10).head("mixture")
    assert isinstance(other, torch.nn.Module)
    folder = tmp_path / run.name
    with write_artifact(folder, read_manifest(folder, kind=RUN_KIND, schema=1, rebuild="")) as new:
        save_file(other.state_dict(), new / "policy.safetensors")
    assert kept_robot(run, tmp_path) is None


def test_shipped_policies_learnt_on_the_models_that_ship() -> None:
    for robot, kinds in open_robots(ROBOT_DIR).manifest.config.items():
        for kind, config in kinds.items():
            assert of_robot(robot, kind) | config == config_of(robot, kind), (
                f"{robot}.{kind}: `steerscape polynomial build`"
            )


def test_damage_and_unknown_names_are_said(tmp_path: Path) -> None:
    with pytest.raises(DamagedArtifact, match="polynomial build"):
        open_robots(tmp_path)
    broken = tmp_path / "t-maze.gaussian.safetensors"
    save_file({"net.0.weight": torch.zeros(2, 2)}, broken)
    with pytest.raises(DamagedArtifact, match="polynomial build"):
        read_robot(broken, "t-maze", "gaussian")
    build_robots(tmp_path / "runs", num_workers=1, root=tmp_path, robots=[])
    with pytest.raises(UnknownName):
        open_robots(tmp_path / "robots").load("t-maze", "gaussian")
