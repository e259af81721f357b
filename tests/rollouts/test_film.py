"""Films: what a person is told of an episode, and what a clip counts."""

import numpy as np
import pytest
from PIL import ImageFont

from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.rollouts.film import ACCENT, Film, tallies
from backend.rollouts.lettering import MISSING_GLYPHS, Readout
from backend.rollouts.simulate import Trajectory

REWARD = np.array([[1.0, -2.0], [3.0, -4.0], [5.0, -6.0]])
UPRIGHT = Trajectory(
    obs=np.zeros((3, 17)), action=np.zeros((3, 6)), reward=REWARD, qpos=np.zeros((3, 9))
)
FALLEN = Trajectory(
    obs=UPRIGHT.obs, action=UPRIGHT.action, reward=REWARD, qpos=UPRIGHT.qpos,
    aftermath=np.ones((4, 9)),
)  # fmt: skip


def test_tallies_count_finished_steps_and_name_unit_and_title() -> None:
    forward, energy = tallies(HALFCHEETAH, UPRIGHT)
    assert (forward.title, forward.unit) == ("forward progress", "m/s")
    assert forward.values.tolist() == [0, 1, 4, 9]
    assert energy.values.tolist() == [0, -2, -6, -12]


def test_a_fall_is_said_and_shown() -> None:
    film = Film(label="asked", role="steered", trajectory=FALLEN)
    assert film.caption(0.05, 5.0) == "asked · fell after 0.2 s"
    assert film.caption(0.05, 0.1) == "asked"
    assert Film(label="", role="start", trajectory=UPRIGHT).caption(0.05, 5.0) is None
    assert len(film.poses) == 7
    assert film.strip(HALFCHEETAH, num=8, size=(240, 200)).fall == pytest.approx(0.15)


def test_only_what_was_asked_for_wears_the_accent() -> None:
    for role, colour in (("steered", ACCENT), ("start", None), ("nearest", None), ("other", None)):
        assert Film(label="", role=role, trajectory=UPRIGHT).colour == colour


def test_every_sign_of_titles_and_captions_can_be_drawn() -> None:
    font = ImageFont.load_default(20)
    missing = bytes(font.getmask("\uffff"))
    texts = {"asked: −2000 ± 3 · fell → ≤ ≥ ≈ – —"}
    for env in ENVIRONMENTS:
        texts |= {text for o in env_spec(env).objectives for text in (o.title, o.step_unit)}
    for sign in set("".join(texts).translate(MISSING_GLYPHS)) - {" "}:
        assert bytes(font.getmask(sign)) != missing, sign


@pytest.mark.parametrize("size", [(480, 360), (320, 240), (1280, 720)])
def test_a_readout_s_numbers_never_touch_its_words(size: tuple[int, int]) -> None:
    readings = [
        {"title": "forward progress", "unit": "10 × m above start + 1", "values": [0.0, 12345.0]},
        {"title": "energy spent", "unit": "1 − Σ‖a‖²", "values": [0.0, -9876.0]},
        {"title": "hop height", "unit": "m", "values": [0.0, 3.2]},
    ]
    readout = Readout(readings, *size)
    first, last = (readout.band(frame).astype(int) for frame in (0, 1))
    assert first.shape == last.shape == (readout.height, size[0], 3)
    plain = np.asarray(readout._plain, int)
    number, words = (np.abs(last - plain).max(-1) > 0), (np.abs(plain - plain[5, 2]).max(-1) > 60)
    assert number.any()
    assert not (number & words).any()
