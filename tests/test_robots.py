"""The façade of robots under polynomial policies, on the shipped shelf."""

import json
import struct

import pytest

from backend.envs.t_maze import T_MAZE_CROWD
from backend.errors import InvalidValue, UnknownName
from backend.robots import MAZE_PACE, MOST_TILT, Robots, Steering
from backend.rollouts.render_request import RenderRequest

MAZE, ENDS = "t-maze", 0.9
"The maze, and the least share of episodes that must arrive."


@pytest.fixture(scope="module")
def robots() -> Robots:
    return Robots()


def test_the_polynomial_takes_both_arms_and_its_rivals_one(robots: Robots) -> None:
    shares = {kind: robots.tried(MAZE, kind, Steering()).shares for kind in robots.kinds(MAZE)}
    assert list(shares) == ["polynomial", "gaussian", "mixture", "flow"]
    assert min(shares["polynomial"]) >= 0.25 and sum(shares["polynomial"]) > ENDS
    for kind in ("gaussian", "mixture", "flow"):
        assert max(shares[kind]) > 0.95


@pytest.mark.parametrize(("tilt", "arm"), [(-2.0, 0), (2.0, 1)])
def test_a_tilt_takes_the_arm_that_is_asked_for(robots: Robots, tilt: float, arm: int) -> None:
    found = robots.tried(MAZE, "polynomial", Steering(tilt=(tilt, 0.0)))
    assert found.shares[arm] > ENDS


def test_the_same_question_has_the_same_answer(robots: Robots) -> None:
    warm = Steering(temperature=0.7)
    first, again = (robots.tried(MAZE, "polynomial", warm) for _ in range(2))
    assert first == again
    assert first.mean_seconds < robots.tried(MAZE, "polynomial", Steering()).mean_seconds


def test_all_episodes_are_in_one_picture(robots: Robots) -> None:
    payload = robots.replay(MAZE, "gaussian", Steering())
    header = json.loads(payload[4 : 4 + struct.unpack("<I", payload[:4])[0]])
    assert header["env"] == "t-maze-crowd" and header["num_positions"] == 32
    assert [track["label"] for track in header["tracks"]] == ["16 episodes"]
    assert header["rest"]["low"][0] == pytest.approx(-0.84, abs=0.01)


def test_a_clip_shows_the_same(robots: Robots, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RenderRequest] = []
    monkeypatch.setattr("backend.robots.render_clip", lambda r: asked.append(r) or b"film")
    assert robots.clip(MAZE, "gaussian", Steering()) == b"film"
    assert asked[0].env == "t-maze-crowd" and asked[0].qpos.shape[1] == 32
    longest = T_MAZE_CROWD.horizon / MAZE_PACE
    assert len(asked[0].qpos) <= longest + 1 and "3 × as fast" in asked[0].caption
    assert asked[0].seconds >= len(asked[0].qpos) * T_MAZE_CROWD.time_step, "filmed to the end"


@pytest.mark.parametrize(
    "steering",
    [Steering(temperature=0.0), Steering(tilt=(MOST_TILT + 1, 0.0)), Steering(tilt=(0.0,)),
     Steering(tilt=(float("nan"), 0.0))],
)  # fmt: skip
def test_bad_steering_is_named(robots: Robots, steering: Steering) -> None:
    with pytest.raises(InvalidValue, match="from|numbers"):
        robots.check(MAZE, steering)


def test_unknown_robots_are_named(robots: Robots) -> None:
    with pytest.raises(UnknownName, match="t-maze"):
        robots.num_actions("unicycle")
    with pytest.raises(UnknownName, match="t-maze"):
        robots.tried("unicycle", "polynomial", Steering())
    with pytest.raises(UnknownName):
        robots.tried(MAZE, "diffusion", Steering())
