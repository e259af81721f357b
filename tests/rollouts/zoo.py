"""A small robot with every kind of geom, in a world with a wall, a step and a floor."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from backend.envs.halfcheetah import HALFCHEETAH
from backend.envs.spec import EnvSpec
from backend.rollouts.replay import Track

MJCF = """
<mujoco>
  <asset>
    <mesh name="wedge" vertex="0 0 0  .3 0 0  0 .2 0  .3 .2 0  0 0 .2  0 .2 .2"/>
  </asset>
  <worldbody>
    <geom name="floor" type="plane" size="0 0 1"/>
    <geom name="wall" type="plane" size=".9 .4 .1" pos="0 .6 .4" euler="90 0 0" rgba=".4 .6 .9 1"/>
    <geom name="step" type="box" size=".25 .2 .05" pos="0 0 .05" rgba=".6 .8 .5 1"/>
    <body name="torso" pos="0 0 .7">
      <joint type="slide" axis="1 0 0"/>
      <joint type="slide" axis="0 0 1"/>
      <joint type="hinge" axis="0 1 0"/>
      <geom name="capsule" type="capsule" size=".06 .4" euler="0 90 0"/>
      <geom name="sphere" type="sphere" size=".12" pos=".55 0 .1"/>
      <geom name="hidden" type="sphere" size=".3" rgba="1 0 0 0"/>
      <body pos="-.35 0 -.2">
        <joint type="hinge" axis="0 1 0"/>
        <geom name="box" type="box" size=".08 .12 .16"/>
      </body>
      <body pos="0 0 -.25">
        <joint type="hinge" axis="0 1 0"/>
        <geom name="cylinder" type="cylinder" size=".1 .14"/>
        <geom name="ellipsoid" type="ellipsoid" size=".14 .07 .06" pos=".3 0 .05"/>
      </body>
      <body pos="-.1 -.1 .15">
        <joint type="hinge" axis="0 1 0"/>
        <geom name="mesh" type="mesh" mesh="wedge" rgba=".9 .7 .3 1"/>
      </body>
    </body>
  </worldbody>
</mujoco>
"""
SHOWN = {"wall", "step", "capsule", "sphere", "box", "cylinder", "ellipsoid", "mesh"}
ROBOT = SHOWN - {"wall", "step"}


def zoo_spec(folder: Path) -> EnvSpec:
    """An environment of this robot; only its pictures make sense."""
    path = folder / "zoo.xml"
    path.write_text(MJCF)
    return replace(HALFCHEETAH, name="zoo", title="Zoo", xml=str(path), total_mass=None)


def zoo_track(num_steps: int = 100) -> Track:
    """It walks away along x and waves what it has."""
    time = np.arange(num_steps) * HALFCHEETAH.time_step
    qpos = np.zeros((num_steps, 6))
    qpos[:, 0] = 0.3 * time
    qpos[:, 3:] = 0.5 * np.sin(3 * time[:, None] + np.arange(3))
    reward = np.stack([np.full(num_steps, 0.3), -np.square(np.sin(time))], axis=1)
    return Track(label="zoo", role="steered", qpos=qpos, reward=reward)
