"""Everything the browser needs to run an atlas live, in one file.

Layout as in ``backend.rollouts.replay``: a uint32 header length, the JSON header, then a zlib
stream whose blocks the header addresses. ``arrays`` in the header maps a name to (offset, shape,
``f4`` or ``f8``); matrices of the decoder lie [out × in], so that a row is one neuron.
"""

# mujoco's compiled module carries no type stubs.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Mapping
from typing import Any

import mujoco
import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.ground import FAMILY, NUM_HOSTS
from backend.atlas.maps import NUM_NEIGHBOURS, LatentMap
from backend.envs.model import load_model, model_file
from backend.envs.spec import EnvSpec
from backend.live.drive import glide_of
from backend.live.recipe import recipe_json
from backend.overview import first_start
from backend.policies.policy import OBS_CLIP
from backend.representation.decoded import DecoderWeights
from backend.rollouts.replay import Blocks, extent, header
from backend.rollouts.shapes import pack_geoms
from backend.rollouts.simulate import simulate

SCHEMA = 1
NUM_MEASURED, MEASURED_STEPS = 5, 200
"Policies, over the range of the first objective, and steps that say how much room a robot needs."
MAP_ORDER = ("sheet", "gaits", "pca")


def live_kit(atlas: Atlas, weights: DecoderWeights, *, version: str) -> bytes:
    """The file. ``version`` tells one decoder from another."""
    model, blocks = load_model(atlas.spec), Blocks()
    about = header(atlas.spec, model) | {
        "schema": SCHEMA, "atlas": atlas.name, "atlas_version": atlas.content_hash,
        "decoder_version": version, "xml": model_file(atlas.spec).read_text(),
        "recipe": recipe_json(atlas.spec), "extent": _room(atlas, model),
        "geoms": pack_geoms(model, blocks.store),
        "objectives": [
            {"name": o.name, "title": o.title, "unit": o.step_unit} for o in atlas.spec.objectives
        ],
        "glide": glide_of(atlas).share, "span": glide_of(atlas).span,
        "obs_clip": OBS_CLIP, "num_hosts": NUM_HOSTS, "family": FAMILY,
        "num_neighbours": NUM_NEIGHBOURS, "maps": _map_names(atlas),
        "ids": [atlas.population.ids[row] for row in atlas.training_rows],
        "first": int(np.flatnonzero(atlas.training_rows == first_row(atlas))[0]),
    }  # fmt: skip
    arrays = {**decoder_arrays(weights), **_atlas_arrays(atlas, model)}
    placed = {name: [blocks.store(a), list(a.shape), _dtype(a)] for name, a in arrays.items()}
    return blocks.after(about | {"arrays": placed})


def first_row(atlas: Atlas) -> int:
    """Row of the policy that is live first: the atlas' first start if it was trained on."""
    row = atlas.population.row(first_start(atlas))
    return row if row in atlas.training_rows else int(atlas.training_rows[0])


def decoder_arrays(weights: DecoderWeights) -> dict[str, Array]:
    """The decoder's mean; each matrix with one neuron a row."""
    names = ("first", "second", "latent", "third", "out")
    arrays = {f"{n}_w": np.ascontiguousarray(getattr(weights, f"{n}_w").T, "<f4") for n in names}
    arrays |= {
        f"{n}_b": getattr(weights, f"{n}_b").astype("<f4")
        for n in ("first", "second", "third", "out")
    }
    return arrays | {"obs_mean": weights.obs_mean, "obs_std": weights.obs_std}


def _atlas_arrays(atlas: Atlas, model: mujoco.MjModel) -> Mapping[str, Array]:
    """Row i of z, spacing, returns and places is ``ids[i]``: the training policies."""
    rows, population = atlas.training_rows, atlas.population
    arrays: dict[str, Array] = {
        "qpos0": np.array(model.qpos0), "z": atlas.z[rows], "spacing": atlas.cloud.spacing,
        "returns": population.returns[rows], "heads.weight": atlas.heads.weight,
        "heads.bias": atlas.heads.bias, "heads.mean": atlas.heads.returns_mean,
        "heads.std": atlas.heads.returns_std,
    }  # fmt: skip
    for name in _map_names(atlas):
        latent_map = atlas.maps[name]
        arrays[f"place.{name}"] = atlas.place(name, atlas.z[rows])
        if isinstance(latent_map, LatentMap):
            arrays[f"map.{name}.feature_w"] = latent_map.feature_w
            arrays[f"map.{name}.anchors"] = latent_map.anchors
            arrays[f"map.{name}.xy"] = latent_map.xy
        else:
            arrays[f"map.{name}.mean"] = latent_map.mean
            arrays[f"map.{name}.components"] = latent_map.components
    return {name: np.ascontiguousarray(array, "<f8") for name, array in arrays.items()}


def _map_names(atlas: Atlas) -> list[str]:
    return [name for name in MAP_ORDER if name in atlas.maps]


def _dtype(array: Array) -> str:
    return f"f{array.dtype.itemsize}"


def _room(atlas: Atlas, model: mujoco.MjModel) -> dict[str, Any]:
    """The room around a robot that its gaits take."""
    rows = atlas.training_rows
    order = np.argsort(atlas.population.returns[rows, 0])
    chosen = rows[order[np.linspace(0, len(order) - 1, NUM_MEASURED).round().astype(int)]]
    poses = [_poses(atlas.spec, atlas, int(row)) for row in chosen]
    return extent(model, np.concatenate(poses))


def _poses(spec: EnvSpec, atlas: Atlas, row: int) -> Float[Array, "time qpos"]:
    return simulate(spec, atlas.population.actor(row), 0, num_steps=MEASURED_STEPS).qpos
