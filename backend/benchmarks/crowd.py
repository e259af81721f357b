"""An atlas of very many policies, to see whether the app keeps its pace: for benchmarks only.

Networks and preferences are real and can be run. Latents and returns are those of the nearest real
policies, shaken: nothing here was measured, and nothing of it is shipped or shown elsewhere.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from backend.arrays import Array
from backend.atlas.atlas import Atlas
from backend.atlas.maps import LatentMap
from backend.atlas.store import save_atlas
from backend.population.population import Member

SHAKE = 0.02
"Of each number's range."
NUM_WEIGHTS = 101
"Preferences per network: more could not be told apart by their ids."


def crowd(atlas: Atlas, num: int, *, seed: int = 0) -> Atlas:
    """The atlas with ``num`` policies, all of them training ones; its maps know every one."""
    rng = np.random.default_rng(seed)
    members = _members(atlas, num)
    rows = np.arange(num) % len(atlas.z)
    population = replace(
        atlas.population, members=members, networks=_networks(atlas, members),
        held_out=np.full(num, "", dtype=atlas.population.held_out.dtype),
        **{
            name: _shaken(getattr(atlas.population, name), rows, rng)
            for name in ("returns", "returns_std", "noisy_returns", "noisy_returns_std")
        },
    )  # fmt: skip
    z = _shaken(atlas.z, rows, rng)
    maps = {
        name: replace(found, anchors=z @ found.feature_w, xy=_shaken(xy, rows, rng))
        if isinstance(found, LatentMap)
        else found
        for name, found in atlas.maps.items()
        for xy in [atlas.place(name, atlas.z)]
    }
    return replace(
        atlas, population=population, z=z, z_log_std=atlas.z_log_std[rows], maps=maps, globe=None
    )


def write_crowd(atlas: Atlas, num: int, folder: Path) -> None:
    """Write ``crowd`` as an atlas folder."""
    save_atlas(crowd(atlas, num), folder, config={"crowd": num}, seed=0, facts={}, parents={})


def _members(atlas: Atlas, num: int) -> tuple[Member, ...]:
    """Every network with every preference, and copies of the networks until there are enough."""
    plain = [m for m in atlas.population.members if m.speed_cap is None]
    networks = sorted({m.network for m in plain})
    num_objectives = len(plain[0].weights)
    found = []
    for i in range(num):
        turn, place = divmod(i, len(networks) * NUM_WEIGHTS)
        network, step = divmod(place, NUM_WEIGHTS)
        run, checkpoint = networks[network].split("/")
        first = step / (NUM_WEIGHTS - 1)
        rest = (1 - first) / (num_objectives - 1)
        weights = (first, *[rest] * (num_objectives - 1))
        found.append(Member(network=f"{run}~{turn}/{checkpoint}", weights=weights))
    return tuple(found)


def _networks(atlas: Atlas, members: tuple[Member, ...]) -> dict:
    def real(key: str) -> str:
        run, checkpoint = key.split("/")
        return f"{run.partition('~')[0]}/{checkpoint}"

    return {m.network: atlas.population.networks[real(m.network)] for m in members}


def _shaken(values: Array, rows: Array, rng: np.random.Generator) -> Array:
    """Rows again and again, moved a little unless they are seen for the first time."""
    again = (rows != np.arange(len(rows)))[:, None]
    return values[rows] + again * SHAKE * np.ptp(values, axis=0) * rng.normal(
        size=(len(rows), values.shape[1])
    )
