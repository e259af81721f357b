"""The geoms of a model that pictures and the player show, and which of them are the robot."""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable
from typing import Any

import mujoco
import numpy as np

from backend.arrays import Array, Float, Int
from backend.errors import InvalidValue

SPHERE, CAPSULE, ELLIPSOID, CYLINDER, BOX, PLANE, MESH = (
    int(getattr(mujoco.mjtGeom, f"mjGEOM_{kind}"))
    for kind in ("SPHERE", "CAPSULE", "ELLIPSOID", "CYLINDER", "BOX", "PLANE", "MESH")
)
NAMES = {
    SPHERE: "sphere",
    CAPSULE: "capsule",
    ELLIPSOID: "ellipsoid",
    CYLINDER: "cylinder",
    BOX: "box",
    PLANE: "plane",
    MESH: "mesh",
}
"The player's word for each kind of geom."
ENDLESS_M = 20.0
"Half side with which a plane without end is shown, metres."
_DEFAULT_RGBA = (0.5, 0.5, 0.5, 1.0)
_ROOT_BODY = 1
"Body 0 is the world; the robots of the table are rooted in body 1."


def floor_geoms(model: mujoco.MjModel) -> Int[Array, "floor"]:
    """Ids of the level planes at height 0: every picture draws a floor of its own there."""
    up = np.array([0.0, 0.0, 1.0])
    level = np.zeros(model.ngeom, bool)
    for geom in np.flatnonzero((model.geom_type == PLANE) & (model.geom_bodyid == 0)):
        normal = np.empty(3)
        mujoco.mju_rotVecQuat(normal, up, model.geom_quat[geom])
        level[geom] = normal[2] > 1 - 1e-6 and abs(model.geom_pos[geom, 2]) < 1e-6
    return np.flatnonzero(level)


def drawn_geoms(model: mujoco.MjModel) -> Int[Array, "geom"]:
    """Ids of all geoms that can be seen, but for the floor."""
    seen = model.geom_rgba[:, 3] > 0
    seen[floor_geoms(model)] = False
    return np.flatnonzero(seen)


def robot_geoms(model: mujoco.MjModel) -> Int[Array, "geom"]:
    """Those of the drawn geoms that belong to the robot, not to the world around it."""
    drawn = drawn_geoms(model)
    return drawn[model.geom_bodyid[drawn] > 0]


def mesh_vertices(model: mujoco.MjModel, geom: int) -> Float[Array, "vertex 3"]:
    """Corners of a mesh geom in the geom's own frame, metres."""
    mesh = int(model.geom_dataid[geom])
    first = int(model.mesh_vertadr[mesh])
    return model.mesh_vert[first : first + int(model.mesh_vertnum[mesh])]


def mesh_faces(model: mujoco.MjModel, geom: int) -> Int[Array, "face 3"]:
    """Triangles of a mesh geom, as rows of ``mesh_vertices``, counterclockwise from outside."""
    mesh = int(model.geom_dataid[geom])
    first = int(model.mesh_faceadr[mesh])
    return model.mesh_face[first : first + int(model.mesh_facenum[mesh])]


def plane_half_sides(model: mujoco.MjModel, geom: int) -> Float[Array, "2"]:
    """Half sides of a plane, metres; MuJoCo's 0 means without end."""
    size = model.geom_size[geom, :2]
    return np.where(size > 0, size, ENDLESS_M)


def pack_geoms(model: mujoco.MjModel, store: Callable[[Array], int]) -> list[dict[str, Any]]:
    """A row for every drawn geom, for the player's header; ``body`` counts from the root.

    Body −1 is the world. ``store`` puts a mesh's arrays into the payload and says where.
    Raises InvalidValue for a geom that the player has no shape for.
    """
    meshes: dict[int, dict[str, int]] = {}
    rows = []
    for geom in drawn_geoms(model).tolist():
        kind = int(model.geom_type[geom])
        if kind not in NAMES:
            name = model.geom(geom).name or str(geom)
            came = mujoco.mjtGeom(kind).name
            raise InvalidValue(f"geom {name!r}", came, "one of " + ", ".join(NAMES.values()))
        row = {
            "type": NAMES[kind],
            "size": rounded(model.geom_size[geom]),
            "body": int(model.geom_bodyid[geom]) - _ROOT_BODY,
            "pos": rounded(model.geom_pos[geom]),
            "quat": rounded(model.geom_quat[geom]),
            "rgba": rounded(_rgba(model, geom)),
        }
        if kind == PLANE:
            row["size"] = rounded(plane_half_sides(model, geom))
        if kind == MESH:
            mesh = int(model.geom_dataid[geom])
            if mesh not in meshes:
                meshes[mesh] = _pack_mesh(model, geom, store)
            row |= meshes[mesh]
        rows.append(row)
    return rows


def _pack_mesh(model: mujoco.MjModel, geom: int, store: Callable[[Array], int]) -> dict[str, int]:
    vertices, faces = mesh_vertices(model, geom), mesh_faces(model, geom)
    return {
        "num_vertices": len(vertices),
        "vertices_offset": store(vertices.astype("<f4")),
        "num_faces": len(faces),
        "faces_offset": store(faces.astype("<u4")),
    }


def _rgba(model: mujoco.MjModel, geom: int) -> Float[Array, "4"]:
    """The geom's own colour; its material's where MuJoCo's default was left in place."""
    rgba, material = model.geom_rgba[geom], model.geom_matid[geom]
    if material >= 0 and np.allclose(rgba, _DEFAULT_RGBA):
        return model.mat_rgba[material]
    return rgba


def rounded(values: Array) -> list[float]:
    """Numbers for a header: to a micrometre."""
    return [round(float(value), 6) for value in values]
