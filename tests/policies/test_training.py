"""A training run: same seed, same bytes, whether or not somebody pulled the plug."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.errors import InvalidValue
from backend.policies import training
from backend.policies.ppo import CriticConfig, PpoConfig
from backend.policies.preferences import PreferenceSpace
from backend.policies.training import Phase, RunConfig, load_weights, save_weights, train_run
from tests.toys import SHORT, film_weights

PPO = PpoConfig(num_envs=4, rollout_steps=32, num_epochs=2, minibatch_size=64, num_groups=1)
PHASE = Phase(num_steps=6 * 128, num_checkpoints=3, ppo=PPO)
CONFIG = RunConfig(name="tiny", seed=3, phases=(PHASE,), hidden_dim=8)
"Three checkpoints of two updates each."
SHORTEST = replace(PHASE, num_steps=128, num_checkpoints=1)


class PulledPlug(Exception):
    """Whatever ends a process in the middle."""


def pull_plug_after(num_steps: int) -> Callable[[int, int], None]:
    def report(step: int, _: int) -> None:
        if step >= num_steps:
            raise PulledPlug

    return report


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole")
    train_run(SHORT, CONFIG, folder)
    return folder


def test_one_update_from_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    config = replace(CONFIG, phases=(SHORTEST,))
    (first,), (second,) = (train_run(SHORT, config, tmp_path / name) for name in "ab")
    (other,) = train_run(SHORT, replace(config, seed=4), tmp_path / "c")
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_updates_change_every_array_of_the_actor_and_stay_finite(tmp_path: Path) -> None:
    config = replace(CONFIG, phases=(replace(PHASE, num_steps=4 * 128, num_checkpoints=4),))
    files = train_run(SHORT, config, tmp_path)
    assert [file.name for file in files] == [f"checkpoint-{i:02d}.safetensors" for i in range(4)]
    snapshots = [vars(load_weights(file)) for file in files]
    for before, after in zip(snapshots[:-1], snapshots[1:], strict=True):
        for name in before.keys() - {"log_std_bounds"}:
            assert np.isfinite(after[name]).all()
            assert (after[name] != before[name]).any(), name


@pytest.mark.parametrize("num_steps", [1 * 128, 2 * 128, 3 * 128, 5 * 128])
def test_interrupted_run_ends_in_the_same_bytes(
    whole: Path, tmp_path: Path, num_steps: int
) -> None:
    """Before the first checkpoint, on a checkpoint's last update, and between checkpoints."""
    with pytest.raises(PulledPlug):
        train_run(SHORT, CONFIG, tmp_path, report=pull_plug_after(num_steps))
    train_run(SHORT, CONFIG, tmp_path)
    assert contents(tmp_path) == contents(whole)


PHASED = replace(
    CONFIG,
    phases=(
        replace(PHASE, num_steps=256, num_checkpoints=1),
        replace(PHASE, num_steps=256, num_checkpoints=2, ppo=replace(PPO, log_std_min=-0.25)),
    ),
)
"A second phase whose noise floor lies above the first's noise."


@pytest.mark.parametrize("num_steps", [256, 384])
def test_phases_follow_each_other_and_resume_to_the_same_bytes(
    tmp_path: Path, num_steps: int
) -> None:
    files = train_run(SHORT, PHASED, tmp_path / "whole")
    assert [float(load_weights(file).log_std_bounds[0]) for file in files] == [-2, -0.25, -0.25]
    with pytest.raises(PulledPlug):
        train_run(SHORT, PHASED, tmp_path / "cut", report=pull_plug_after(num_steps))
    train_run(SHORT, PHASED, tmp_path / "cut")
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_a_folder_with_another_training_is_refused_and_left_as_it_is(
    whole: Path, tmp_path: Path
) -> None:
    kept = shutil.copytree(whole, tmp_path / "kept")
    with pytest.raises(InvalidValue, match="holds one by other settings"):
        train_run(SHORT, replace(CONFIG, seed=CONFIG.seed + 1), kept)
    assert contents(kept) == contents(whole)


def test_critic_with_its_own_loop_learns_and_resumes(tmp_path: Path) -> None:
    apart = replace(PPO, critic=CriticConfig(num_epochs=1, minibatch_size=64))
    config = replace(CONFIG, phases=(replace(PHASE, ppo=apart),))
    train_run(SHORT, config, tmp_path / "whole")
    with pytest.raises(PulledPlug):
        train_run(SHORT, config, tmp_path / "cut", report=pull_plug_after(3 * 128))
    train_run(SHORT, config, tmp_path / "cut")
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


@pytest.mark.parametrize("checkpoint", [1, 2, 3])
@pytest.mark.parametrize("writer", ["save_weights", "_save"])
def test_run_stopped_while_writing_a_checkpoint_ends_in_the_same_bytes(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str, checkpoint: int
) -> None:
    """A checkpoint is two files; the plug may be pulled before either of them."""
    write, calls = getattr(training, writer), []

    def fail(*args: object, **named: object) -> None:
        calls.append(args)
        if len(calls) == checkpoint:
            raise PulledPlug
        write(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(training, writer, fail)
        with pytest.raises(PulledPlug):
            train_run(SHORT, CONFIG, tmp_path)
    train_run(SHORT, CONFIG, tmp_path)
    assert contents(tmp_path) == contents(whole)


def test_finished_run_is_left_alone(whole: Path) -> None:
    before = contents(whole)

    def refuse(*_: int) -> None:
        raise AssertionError("trained again")

    train_run(SHORT, CONFIG, whole, report=refuse)
    assert contents(whole) == before


def test_capped_run_is_conditioned_on_the_cap(tmp_path: Path) -> None:
    space = PreferenceSpace(speed_caps=(0.5, 9.0))
    config = replace(CONFIG, phases=(SHORTEST,), preferences=space)
    (file,) = train_run(SHORT, config, tmp_path)
    assert load_weights(file).scale_w.shape[0] == 3


def test_weights_come_back_exactly(tmp_path: Path) -> None:
    weights = film_weights(1)
    save_weights(weights, tmp_path / "actor.safetensors")
    loaded = load_weights(tmp_path / "actor.safetensors")
    for name, array in vars(weights).items():
        np.testing.assert_array_equal(getattr(loaded, name), array, err_msg=name)
        assert getattr(loaded, name).dtype == array.dtype
    save_weights(loaded, tmp_path / "again.safetensors")
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
