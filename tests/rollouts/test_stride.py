"""Key poses: a stride is found in what repeats, and only there."""

import numpy as np
import pytest

from backend.envs.model import load_model
from backend.envs.table import env_spec
from backend.rollouts.stride import key_times, stride_seconds

SPEC = env_spec("mo-halfcheetah-v5")
MODEL = load_model(SPEC)
STEP = SPEC.time_step


def running(period: float, seconds: float = 20.0) -> np.ndarray:
    """HalfCheetah's joints as waves that repeat after ``period``, running at 3 m/s."""
    time = np.arange(0, seconds, STEP)
    qpos = np.zeros((len(time), MODEL.nq))
    qpos[:, 0] = 3 * time
    phase = 2 * np.pi * time[:, None] / period + np.arange(6)
    qpos[:, 3:] = np.sin(phase) + 0.3 * np.sin(2 * phase)
    return qpos


@pytest.mark.parametrize("period", [0.31, 0.4, 0.77, 1.4])
def test_the_period_is_found_between_control_steps(period: float) -> None:
    assert stride_seconds(running(period)[:, 3:], STEP) == pytest.approx(period, rel=0.06)


def test_noise_and_rest_have_no_stride() -> None:
    rng = np.random.default_rng(0)
    assert stride_seconds(rng.normal(size=(80, 6)), STEP) is None
    assert stride_seconds(np.ones((80, 6)), STEP) is None


def test_poses_share_one_stride_evenly_after_the_start_up() -> None:
    times = key_times(MODEL, running(0.4), STEP, 8)
    np.testing.assert_allclose(times, 2 + 0.05 * np.arange(8), rtol=0.02)


def test_without_a_stride_the_poses_share_two_seconds() -> None:
    standing = np.zeros((200, MODEL.nq))
    np.testing.assert_allclose(key_times(MODEL, standing, STEP, 8), 2 + 0.25 * np.arange(8))


def test_a_short_episode_is_shown_whole_and_a_fall_around_itself() -> None:
    short = np.zeros((21, MODEL.nq))
    np.testing.assert_allclose(key_times(MODEL, short, STEP, 5), [0, 0.25, 0.5, 0.75, 1])
    long = np.zeros((200, MODEL.nq))
    around = key_times(MODEL, long, STEP, 5, fall=8.0)
    np.testing.assert_allclose(around, [6.8, 7.3, 7.8, 8.3, 8.8])
    assert key_times(MODEL, short, STEP, 5, fall=0.6)[[0, -1]].tolist() == [0, 1]
