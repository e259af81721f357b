"""A robot's bodies and joints, for a player that does the kinematics itself."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from typing import Any

import mujoco

from backend.rollouts.shapes import rounded

JOINTS = {
    int(getattr(mujoco.mjtJoint, f"mjJNT_{kind}")): kind.lower()
    for kind in ("FREE", "BALL", "SLIDE", "HINGE")
}
"The player's word for each kind of joint: all that MuJoCo has."
_ROOT_BODY = 1
"Body 0 is the world; the robots of the table are rooted in body 1."


def pack_bodies(model: mujoco.MjModel) -> list[dict[str, Any]]:
    """A row for every body but the world, parents first, for the player's header.

    ``parent`` counts from the root, −1 is the world; ``pos`` and ``quat`` (w, x, y, z) are relative
    to it. A joint's numbers begin at ``at`` in qpos; ``rest`` is the one at which the body lies as
    the model says (slide and hinge only).
    """
    return [
        {
            "parent": int(model.body_parentid[body]) - _ROOT_BODY,
            "pos": rounded(model.body_pos[body]),
            "quat": rounded(model.body_quat[body]),
            "joints": [_pack_joint(model, joint) for joint in _joints_of(model, body)],
        }
        for body in range(_ROOT_BODY, model.nbody)
    ]


def _joints_of(model: mujoco.MjModel, body: int) -> range:
    first = int(model.body_jntadr[body])
    return range(first, first + int(model.body_jntnum[body]))


def _pack_joint(model: mujoco.MjModel, joint: int) -> dict[str, Any]:
    at = int(model.jnt_qposadr[joint])
    return {
        "type": JOINTS[int(model.jnt_type[joint])],
        "at": at,
        "rest": float(model.qpos0[at]),
        "pos": rounded(model.jnt_pos[joint]),
        "axis": rounded(model.jnt_axis[joint]),
    }
