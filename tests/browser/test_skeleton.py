"""The player's kinematics are MuJoCo's: every joint, every shipped robot, in the real bundle."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import mujoco
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.model import load_model
from backend.envs.spec import EnvSpec
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.rollouts.replay import Track, pack
from pages.shared.web_component import WEB_DIR

JOINTED = """
<mujoco>
  <worldbody>
    <body pos=".3 -.2 .9" euler="20 30 40">
      <freejoint/>
      <geom type="sphere" size=".1"/>
      <body pos=".2 .1 -.3" euler="0 50 10">
        <joint type="ball" pos=".05 -.1 .07"/>
        <geom type="sphere" size=".1"/>
        <body pos="-.1 .2 .1" quat=".5 .5 -.5 .5">
          <joint type="slide" axis="1 2 3" ref=".2"/>
          <joint type="hinge" axis="3 -1 2" pos=".1 .2 -.1" ref="35"/>
          <joint type="hinge" axis="0 1 0" pos="-.3 .1 0"/>
          <geom type="sphere" size=".1"/>
          <body pos="0 0 .4"><geom type="sphere" size=".1"/></body>
        </body>
      </body>
    </body>
    <body pos="1 1 1" euler="10 0 0">
      <joint type="slide" axis="0 1 0"/>
      <joint type="hinge" axis="1 0 0"/>
      <geom type="sphere" size=".1"/>
    </body>
  </worldbody>
</mujoco>
"""
POSES = """async ([bundle, content]) => {
    const { decodeReplay } = await import(bundle);
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const { motion, root } = decodeReplay(bytes).tracks[0];
    const frames = Array.from({ length: motion.numFrames }, (_, frame) => motion.at(frame).map(
        ({ position: p, quaternion: q }) => [p.x, p.y, p.z, q.w, q.x, q.y, q.z]));
    const halfway = motion.at(0.5)[0].position.toArray();
    return { frames, root: [...root], halfway };
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page that may import the bundle."""
    page = browser.new_page()
    bundle = (WEB_DIR / "player.js").read_bytes()
    page.route("**/player.js", lambda route: route.fulfill(
        body=bundle, content_type="text/javascript"
    ))  # fmt: skip
    page.route("**/empty.html", lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto("http://skeleton.test/empty.html")
    yield page
    page.close()


def jointed(folder: Path) -> EnvSpec:
    """A robot with every kind of joint, off its bodies' origins and with offsets of their own."""
    path = folder / "jointed.xml"
    path.write_text(JOINTED)
    return replace(HALFCHEETAH, name="jointed", xml=str(path), total_mass=None)


@pytest.mark.parametrize("env", [*ENVIRONMENTS, "jointed"])
def test_bodies_lie_where_mujoco_puts_them(page: Page, env: str, tmp_path: Path) -> None:
    spec = jointed(tmp_path) if env == "jointed" else env_spec(env)
    model = load_model(spec)
    data = mujoco.MjData(model)
    qpos = wandering(model, num_frames=12)
    track = Track(
        label="x", role="start", qpos=qpos, reward=np.zeros((len(qpos), spec.num_objectives))
    )
    content = base64.b64encode(pack(spec, [track])).decode()
    shown = page.evaluate(POSES, ["/player.js", content])
    frames = np.array(shown["frames"])
    for frame, state in zip(frames, qpos, strict=True):
        data.qpos[:] = state
        mujoco.mj_kinematics(model, data)
        np.testing.assert_allclose(frame[:, :3], data.xpos[1:], atol=1e-3)
        aligned = np.abs((frame[:, 3:] * data.xquat[1:]).sum(1))  # q and −q turn alike
        np.testing.assert_allclose(aligned, 1, atol=1e-6)
    roots = np.reshape(shown["root"], (-1, 3))
    np.testing.assert_allclose(roots, frames[:, 0, :3], atol=1e-4)


def test_between_two_frames_it_is_between_them(page: Page) -> None:
    qpos = np.zeros((2, 9))
    qpos[1, 0] = 0.3
    track = Track(label="x", role="start", qpos=qpos, reward=np.zeros((2, 2)))
    content = base64.b64encode(pack(HALFCHEETAH, [track])).decode()
    shown = page.evaluate(POSES, ["/player.js", content])
    low, high = (np.array(frame[0][:3]) for frame in shown["frames"])
    np.testing.assert_allclose(shown["halfway"], (low + high) / 2, atol=1e-6)


def wandering(model: mujoco.MjModel, num_frames: int) -> np.ndarray:
    """Joint positions far from rest that MuJoCo itself calls valid."""
    rng = np.random.default_rng(0)
    qpos = np.empty((num_frames, model.nq))
    velocity = rng.normal(size=model.nv)
    state = model.qpos0.copy()
    for row in qpos:
        mujoco.mj_integratePos(model, state, velocity, 0.4)
        row[:] = state
    return qpos
