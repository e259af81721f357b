"""Robot colours: the model's own, or tints of one override colour."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

import re

import mujoco
import numpy as np

from backend.arrays import Array, Float, Float32
from backend.errors import InvalidValue

TINT = 0.30
"How far parts that the model sets apart move from the override colour towards white."


def parse_colour(text: str) -> Float[Array, "3"]:
    """``#rrggbb`` as sRGB in 0..1. Raises InvalidValue."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise InvalidValue("colour", repr(text), "a text like '#ff5c39'")
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def geom_colours(model: mujoco.MjModel, colour: str | None) -> Float32[Array, "geom 3"]:
    """One sRGB colour, 0..1, per geom.

    With an override, geoms coloured like the first robot geom take it, and the robot's others a
    tint of it; the world around the robot keeps its colours.
    """
    own = model.geom_rgba[:, :3].astype(np.float32)
    painted = (model.geom_matid >= 0) & np.isclose(own, 0.5).all(1)
    own[painted] = model.mat_rgba[model.geom_matid[painted], :3]
    if colour is None:
        return own
    main = parse_colour(colour)
    robot = model.geom_bodyid > 0
    alike = np.isclose(own, own[np.flatnonzero(robot)[0]]).all(1, keepdims=True)
    tinted = np.where(alike, main, main + TINT * (1 - main))
    return np.where(robot[:, None], tinted, own).astype(np.float32)
