"""A steered policy to take away: a folder that runs with Gymnasium and numpy, without this app."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from safetensors.numpy import save

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.rollouts.simulate import simulate

TEMPLATE = Path(__file__).parents[1] / "assets" / "takeaway" / "replay.py.txt"
NUM_EPISODES = 3
"Episodes whose returns are recorded."
VERSIONED = ("numpy", "mujoco", "gymnasium", "safetensors")
"What a rollout's bits depend on."


@dataclass(frozen=True, kw_only=True)
class Gym:
    """An environment in plain Gymnasium's words."""

    id: str
    "What ``gymnasium.make`` is given; the atlas' own options go with it."
    reward: str
    "Body of the script's reward function: the same arithmetic, in the same order, as ours."


_PRICED = "spent = np.square(action).sum()\n    "
GYMS: Mapping[str, Gym] = {
    "mo-halfcheetah-v5": Gym(
        id="HalfCheetah-v5",
        reward='return np.array([info["x_velocity"], -np.square(action).sum()])',
    ),
    "mo-walker2d-v5": Gym(
        id="Walker2d-v5",
        reward='return np.array([info["x_velocity"], -np.square(action).sum()]) + alive',
    ),
    "mo-hopper-v5": Gym(
        id="Hopper-v5",
        reward=_PRICED + "height = 10 * (data.qpos[1] - 1.25)\n"
        '    return np.array([info["x_velocity"], height, -spent]) + alive',
    ),
    "mo-hopper-2obj-v5": Gym(
        id="Hopper-v5",
        reward=_PRICED + "height = 10 * (data.qpos[1] - 1.25)\n"
        '    return np.array([info["x_velocity"], height]) + alive - 1e-3 * spent',
    ),
    "mo-ant-2obj-v5": Gym(
        id="Ant-v5",
        reward='cost = 0.5 * np.square(action).sum() + np.float64(-info["reward_contact"])\n'
        '    return np.array([info["x_velocity"], info["y_velocity"]]) + (alive - cost)',
    ),
    "mo-humanoid-v5": Gym(
        id="Humanoid-v5",
        reward=_PRICED + 'shared = np.float64(5.0 * alive - -info["reward_contact"])\n'
        '    return np.array([info["x_velocity"] + shared, shared - spent])',
    ),
}
LAYERS = ("first_w", "first_b", "second_w", "third_w", "third_b", "out_w", "out_b")


def takeaway(
    atlas: Atlas, z: Float[Array, "latent"], *, asked: Mapping[str, Any],
    extras: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """A zip of the folder: weights, recipe with recorded returns, script, and ``extras``.

    ``asked`` is written into the recipe as it is. The same policy gives the same bytes.
    """
    files = {
        "policy.safetensors": save(_weights(atlas, z)),
        "recipe.json": json.dumps(_recipe(atlas, z, asked), indent=2, ensure_ascii=False).encode(),
        "replay.py": _script(atlas).encode(),
        **(extras or {}),
    }
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(ZipInfo(f"policy/{name}"), data, ZIP_DEFLATED)
    return content.getvalue()


def _weights(atlas: Atlas, z: Array) -> dict[str, Array]:
    """The decoder at one latent, which is an ordinary network: z only shifts a bias."""
    w = atlas.decoder_weights
    arrays = {name: getattr(w, name) for name in LAYERS}
    arrays["second_b"] = (z[None].astype(np.float32) @ w.latent_w + w.second_b)[0]
    arrays |= {"obs_mean": w.obs_mean, "obs_std": w.obs_std, "z": z}
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _recipe(atlas: Atlas, z: Array, asked: Mapping[str, Any]) -> dict[str, Any]:
    spec, names = atlas.spec, atlas.spec.objective_names
    predicted = atlas.heads.predict(z[None])[0].tolist()
    return {
        "atlas": atlas.name, "atlas_version": atlas.content_hash, "asked": dict(asked),
        "objectives": [
            {"name": o.name, "unit": o.step_unit, "meaning": o.meaning} for o in spec.objectives
        ],
        "predicted": dict(zip(names, predicted, strict=True)),
        "gymnasium": GYMS[spec.name].id, "options": dict(spec.make_options),
        "action_scale": spec.action_scale,
        "episodes": [
            {"seed": seed, "returns": simulate(spec, atlas.decode(z[None]), seed).returns.tolist()}
            for seed in range(NUM_EPISODES)
        ],
        "versions": {name: version(name) for name in VERSIONED},
        "z": z.tolist(),
    }  # fmt: skip


def _script(atlas: Atlas) -> str:
    text = TEMPLATE.read_text().replace("{reward}", GYMS[atlas.spec.name].reward)
    return text.replace("{objectives}", ", ".join(atlas.spec.objective_names))
