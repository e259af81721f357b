"""Walks end where they should; runs resume; the shelf is checked."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.action_latents.polynomial import settings, worlds_study
from backend.action_latents.polynomial.evidence import SHELF_DIR
from backend.action_latents.polynomial.navigation import Navigation, walk
from backend.action_latents.polynomial.ppo import PpoConfig, train
from backend.action_latents.polynomial.recipes import WORLD_HEADS, WORLDS, WorldRecipe
from backend.action_latents.polynomial.steered import SteeredHead, Steering
from backend.action_latents.polynomial.store import WorldPolicy, open_shelf, save_shelf
from backend.action_latents.polynomial.unsaid import of_world
from backend.action_latents.polynomial.worlds_study import (
    Run,
    config_of,
    kept_run,
    rows_of,
    train_run,
)
from backend.arrays import Array
from backend.artifacts import as_json
from backend.envs.smooth_world import HORIZON, layout
from backend.errors import DamagedArtifact, UnknownName

SHORT = WorldRecipe(num_iterations=2, kinds=("polynomial",))


class Straight:
    """Always the same action."""

    def __init__(self, action: tuple[float, float]) -> None:
        self._action = torch.tensor(action, dtype=torch.float32)

    def sample(self, obs: torch.Tensor) -> tuple[Array, Array]:
        return self._action.expand(len(obs), 2), torch.zeros(len(obs), 1)  # type: ignore


@pytest.mark.parametrize(("action", "goal"), [((0, -1), 1), ((1, 0), 2), ((0, 1), 3), ((-1, 0), 4)])
def test_straight_walks_reach_the_goal_they_face(action: tuple[float, float], goal: int) -> None:
    world = layout("four_walls")
    found = walk(Straight(action), world, world.place(world.start), num=3, seed=0)
    assert found.outcome.tolist() == [goal] * 3 and found.share(goal) == 1
    assert (found.length == found.length[0]).all() and found.length[0] < 50
    assert len(found.path) == found.length[0] + 1


def test_who_stands_still_runs_out_of_time() -> None:
    world = layout("two_slits")
    found = walk(Straight((0, 0)), world, world.place(world.start), num=2, seed=0)
    assert found.outcome.tolist() == [0, 0] and (found.length == HORIZON).all()
    assert found.through(world).tolist() == [0, 0]


def test_gates_are_counted() -> None:
    world = layout("two_slits")
    start = world.place((2, 5))
    found = walk(Straight((1, 0)), world, start, num=2, seed=0)
    assert found.through(world).tolist() == [1, 1]


def test_worlds_start_anew_by_themselves() -> None:
    task = Navigation(layout("four_walls"), 32, np.random.default_rng(0))
    for _ in range(60):
        before = task.obs.copy()
        after, reward, terminated, ended = task.step(np.tile([0.0, 1.0], (32, 1)))
        assert (ended >= terminated).all() and ((reward > 0) <= terminated).all()
        np.testing.assert_array_equal(task.obs[~ended], after[~ended])
        assert np.abs(after - before).max() < 0.05


def test_a_policy_learns_to_arrive_sooner() -> None:
    torch.manual_seed(0)
    world = layout("two_walls")
    head = WORLD_HEADS["gaussian"]()
    before = walk(head, world, world.place(world.start), num=50, seed=0)
    task = Navigation(world, 64, np.random.default_rng(0))
    train(head, task, PpoConfig(num_iterations=60, entropy_weight=0.03))
    after = walk(head, world, world.place(world.start), num=50, seed=0)
    assert after.length.mean() < 0.8 * before.length.mean()


def same_weights(first: WorldPolicy, other: WorldPolicy) -> bool:
    mine, theirs = first.arrays(), other.arrays()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[n], theirs[n]) for n in mine)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(worlds_study, "WORLDS", {"four_walls": SHORT})
    return Run(layout="four_walls", kind="polynomial", seed=3)


def test_runs_repeat_and_resume(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_run(run, tmp_path / "one")
    train_run(run, tmp_path / "two")
    first, second = kept_run(run, tmp_path / "one"), kept_run(run, tmp_path / "two")
    assert first is not None and second is not None and same_weights(first, second)
    row = rows_of(run, first)
    assert len(row["shares"]) == 4 and row["gates"] == []
    other = replace(SHORT, entropy_weight=0.1)
    monkeypatch.setattr(worlds_study, "WORLDS", {"four_walls": other})
    assert kept_run(run, tmp_path / "one") is None, "another recipe's is not taken for ours"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("HIDDEN", 32), ("BASIS", "legendre"), ("RULE", "trapezoid"), ("WORLD_NODES", 16),
     ("WORLD_ORDER", 4), ("WORLD_CLIP", 8.0), ("STEP", 0.5), ("HORIZON", 99), ("GOAL_PAY", 1.0),
     ("DEATH_PAY", 0.0), ("LAYOUTS", {"four_walls": layout("two_walls")})],
)  # fmt: skip
def test_other_settings_train_anew(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: object
) -> None:
    train_run(run, tmp_path)
    monkeypatch.setattr(settings, setting, value)
    assert kept_run(run, tmp_path) is None


@pytest.mark.parametrize("damage", ["policy.safetensors", "manifest.json"])
def test_what_cannot_be_read_is_trained_anew(run: Run, tmp_path: Path, damage: str) -> None:
    train_run(run, tmp_path)
    (tmp_path / run.name / damage).write_bytes(b"nothing")
    assert kept_run(run, tmp_path) is None
    train_run(run, tmp_path)
    assert kept_run(run, tmp_path) is not None


def test_weights_that_do_not_fit_are_trained_anew(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_run(run, tmp_path)
    small = replace(run, kind="gaussian")
    monkeypatch.setattr(worlds_study, "config_of", lambda layout, kind: config_of(layout, run.kind))
    (tmp_path / run.name).rename(tmp_path / small.name)
    assert kept_run(small, tmp_path) is None


def test_shipped_policies_were_trained_with_the_settings_of_today() -> None:
    """Else: `steerscape polynomial build`. The first shelf did not say all of them."""
    shelf = open_shelf(SHELF_DIR)
    said = shelf.manifest.config.get("trained", {})
    for world, kind in shelf.policies:
        config = said.get(f"{world}.{kind}", as_json(WORLDS[world].config(kind)))
        assert of_world(world, kind) | config == config_of(world, kind), f"{world}.{kind}"


def test_the_shelf_gives_back_what_it_was_given(run: Run, tmp_path: Path) -> None:
    train_run(run, tmp_path / "runs")
    policy = kept_run(run, tmp_path / "runs")
    assert policy is not None
    fits = {"lemniscate.legendre.2": torch.arange(5.0)}
    save_shelf([policy], fits, config={}, seed=0, root=tmp_path / "shelf")
    shelf = open_shelf(tmp_path / "shelf")
    assert shelf.policies == [("four_walls", "polynomial")]
    assert same_weights(shelf.load("four_walls", "polynomial"), policy)
    torch.testing.assert_close(shelf.fits()["lemniscate.legendre.2"], torch.arange(5.0))
    with pytest.raises(UnknownName, match=r"four_walls\.polynomial"):
        shelf.load("four_walls", "flow")
    file = tmp_path / "shelf" / "four_walls.polynomial.safetensors"
    file.write_bytes(file.read_bytes()[:-4] + b"oops")
    with pytest.raises(DamagedArtifact, match="polynomial build"):
        open_shelf(tmp_path / "shelf")


def test_a_tilt_leads_walks_to_another_goal() -> None:
    """An untrained policy is uniform; tilted, it goes where the tilt points."""
    torch.manual_seed(0)
    head = WORLD_HEADS["polynomial"]()
    world = layout("four_walls")
    for tilt, goal in (((4.0, 0.0), 2), ((-4.0, 0.0), 4)):
        steered = SteeredHead(head, Steering(tilt=tilt))  # type: ignore[arg-type]
        found = walk(steered, world, world.place(world.start), num=30, seed=0)
        assert found.share(goal) > 0.3
