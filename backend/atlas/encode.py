"""Place a policy known only by what it did: state-action pairs -> z, neighbours, promise."""

from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.build import CONTEXT_SIZE, NUM_CONTEXTS
from backend.errors import InvalidValue

NUM_NEIGHBOURS = 5


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """A training policy near a latent."""

    policy: str
    distance: float
    "Euclidean, in latent units."
    returns: Float[Array, "objective"]


@dataclass(frozen=True, kw_only=True)
class Encoded:
    """Where a policy given as state-action pairs stands."""

    z: Float[Array, "latent"]
    places: dict[str, Float[Array, "one xy"]]
    predicted: Float[Array, "objective"]
    neighbours: tuple[Neighbour, ...]
    distance_to_data: float


@torch.no_grad()
def encode_pairs(
    atlas: Atlas,
    obs: Array,
    action: Array,
    *,
    seed: int = 0,
) -> Encoded:
    """Mean posterior over several contexts of the pairs obs [time, obs], action [time, action].

    Outside input, so any array may come: raises InvalidValue on unusable pairs.
    """
    _check(atlas, obs, action)
    rng = np.random.default_rng(seed)
    index = rng.integers(0, len(obs), (NUM_CONTEXTS, CONTEXT_SIZE))
    pairs = (np.asarray(obs, np.float32)[index], np.clip(action, -1, 1).astype(np.float32)[index])
    mean, _ = atlas.representation.encode(*(torch.from_numpy(array) for array in pairs))
    z = mean.double().mean(0).numpy()
    rows, distance = atlas.cloud.neighbours(z[None], NUM_NEIGHBOURS)
    policies = atlas.training_rows[rows[0]]
    return Encoded(
        z=z,
        places={key: atlas.place(key, z[None]) for key in atlas.maps},
        predicted=atlas.heads.predict(z),
        neighbours=tuple(
            Neighbour(policy=atlas.population.ids[row], distance=float(d),
                      returns=atlas.population.returns[row])
            for row, d in zip(policies, distance[0], strict=True)
        ),
        distance_to_data=float(atlas.cloud.distance(z[None])[0]),
    )  # fmt: skip


def _check(atlas: Atlas, obs: Array, action: Array) -> None:
    for name, array, dim in (
        ("obs", obs, atlas.spec.obs_dim),
        ("action", action, atlas.spec.action_dim),
    ):
        if array.ndim != 2 or array.shape[1] != dim:
            raise InvalidValue(name, f"shape {array.shape}", f"shape (time, {dim})")
        if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
            raise InvalidValue(name, "other values", "finite numbers only")
    if len(obs) != len(action) or len(obs) < CONTEXT_SIZE:
        came = f"{len(obs)} observations and {len(action)} actions"
        raise InvalidValue("pairs", came, f"as many of each, at least {CONTEXT_SIZE}")
