"""Recorded searches: PGPE in each latent space and among the parameters.

Run i starts from the same policy of the pool everywhere: among parameters from its own weights, in
a latent space from its code, which decodes to what its round trip leaves of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from backend.arrays import Array, Float
from backend.artifacts import as_json
from backend.compression.environments import CompressionEnv, compression_env
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.pool import draw_pool
from backend.compression.recipes import compression_recipe
from backend.compression.search import LATENT, Search, search_latent, search_parameters
from backend.compression.search import PARAMETERS as IN_PARAMETERS
from backend.compression.store import COMPRESSION_DIR, open_shelf
from backend.compression.study import Rows
from backend.errors import DamagedArtifact
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence
from backend.threads import one_thread

TABLE = "climbs"
SIZE = "medium"
"Network whose policies are searched."
PARAMETERS = "parameters"

COLUMNS = {
    "episodes": "episodes", "steps": "steps", "returns": "return", "centres": "centre",
    "sigmas": "sigma",
}  # fmt: skip
"Field of a climb -> column of the table."

Report = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Climb:
    """One recorded search."""

    seed: int
    episodes: Float[Array, "generation"]
    steps: Float[Array, "generation"]
    "Environment steps taken by then."
    returns: Float[Array, "generation"]
    "Of the centre, measured."
    centres: Float[Array, "generation latent"]
    "Empty among parameters."
    sigmas: Float[Array, "generation latent"]


def record_climbs(
    env: CompressionEnv, *, seeds: Sequence[int], root: Path = COMPRESSION_DIR,
    report: Report = lambda *_: None,
) -> Evidence:  # fmt: skip
    """Search for every reward in every shipped latent space of the medium network, and in theta.

    Every run costs the same episodes.
    """
    recipe, shape, shelf = compression_recipe(env.name), env.sizes[SIZE], open_shelf(env, root)
    theta = draw_pool(shape, env.states, recipe.sizes[SIZE].pool, seed=shelf.manifest.seed)
    chosen = np.random.default_rng([*seeds, 41]).integers(len(theta), size=len(seeds))
    first = theta[torch.from_numpy(chosen)].double().numpy()
    rows: Rows = []
    tasks = [(dim, i) for i in range(len(env.rewards)) for dim in (0, *recipe.latent_dims)]
    for done, (dim, i) in enumerate(tasks):
        with one_thread():
            if dim == 0:
                found = search_parameters(env, shape, first, i, seeds=seeds)
            else:
                cell = shelf.load(f"{SIZE}-{dim}d-behaviour")
                found = search_latent(env, cell, cell.codes[chosen], i, seeds=seeds)
        space = f"{dim}d" if dim else PARAMETERS
        for seed, search in zip(seeds, found, strict=True):
            rows += _rows(space, env.rewards[i].name, seed, search)
        report(done + 1, len(tasks), f"{env.rewards[i].name}, {space}")
    evidence = Evidence(
        table=TABLE, env=env.name, rows=rows, command=_command(env.name),
        atlases={shelf.title: shelf.manifest.hash},
        parameters={
            "seeds": list(seeds), "latent": as_json(LATENT), "parameters": as_json(IN_PARAMETERS),
        },
    )  # fmt: skip
    save_evidence(evidence, root / EVIDENCE_DIR.name)
    return evidence


def climb_evidence(env: str, root: Path = COMPRESSION_DIR) -> Evidence:
    """What was recorded on the shelf that is there. Raises UnknownName or DamagedArtifact."""
    evidence = load_evidence(TABLE, env, root / EVIDENCE_DIR.name)
    shelf = open_shelf(compression_env(env), root)
    evidence.of(shelf.title, shelf.manifest.hash)
    missing = [c for c in COLUMNS.values() if any(c not in row for row in evidence.rows[:1])]
    if missing:
        path = root / EVIDENCE_DIR.name / env / f"{TABLE}.parquet"
        raise DamagedArtifact(path, f"lacks {', '.join(missing)}", _command(env))
    return evidence


def _command(env: str) -> str:
    return f"steerscape compression climb {env}"


def climbs_of(rows: Rows) -> list[Climb]:
    """The rows of one space and reward, a run each."""
    return [
        Climb(
            seed=seed,
            **{
                name: np.array([row[column] for row in rows if row["seed"] == seed], float)
                for name, column in COLUMNS.items()
            },
        )
        for seed in sorted({row["seed"] for row in rows})
    ]  # fmt: skip


def _rows(space: str, reward: str, seed: int, search: Search) -> Rows:
    keep = space != PARAMETERS
    return [
        {
            "space": space, "reward": reward, "seed": seed,
            "episodes": int(search.episodes[i]), "steps": int(search.steps[i]),
            "return": float(search.returns[i]),
            "centre": search.centres[i].tolist() if keep else [],
            "sigma": search.sigmas[i].tolist() if keep else [],
        }
        for i in range(len(search.returns))
    ]  # fmt: skip
