"""The whole table of one environment: every size, dimension, loss and seed, resumable."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from backend.artifacts import as_json
from backend.atlas.maps import fit_umap
from backend.compression.cell import (
    JUDGING_SEED,
    NUM_JUDGING_EPISODES,
    Cell,
    CellKey,
    Pool,
    make_cell,
)
from backend.compression.environments import CompressionEnv, compression_env
from backend.compression.pool import draw_pool
from backend.compression.recipes import BOTH, CompressionRecipe, compression_recipe
from backend.compression.store import COMPRESSION_DIR, SCHEMA, open_shelf, save_cells
from backend.compression.visited import SETTINGS as VISITED
from backend.errors import DamagedArtifact

Rows = list[dict[str, Any]]
Report = Callable[[int, int, str], None]
"(batches of cells done, in all, line to show)."


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The cells that share one pool."""

    env: str
    size: str
    seed: int

    @property
    def name(self) -> str:
        """For people and folders."""
        return f"{self.size}-seed{self.seed}"


def keys_of(recipe: CompressionRecipe, batch: Batch) -> Iterator[CellKey]:
    """Its cells: the behaviour loss everywhere, the control where the recipe wants it."""
    plan = recipe.sizes[batch.size]
    for dim in recipe.latent_dims:
        for loss in BOTH:
            if loss == "behaviour" or plan.has_control(dim):
                yield CellKey(size=batch.size, latent_dim=dim, loss=loss, seed=batch.seed)


def make_pool(env: CompressionEnv, recipe: CompressionRecipe, batch: Batch) -> Pool:
    """Draw the policies of a batch and measure what they earn."""
    shape, plan = env.sizes[batch.size], recipe.sizes[batch.size]
    theta = draw_pool(shape, env.states, plan.pool, seed=batch.seed)
    returns = env.returns(shape, theta, num_episodes=recipe.num_episodes, seed=recipe.episode_seed)
    return Pool(theta=theta, returns=returns)


def run_batch(batch: Batch, scratch: Path, device: str = "cpu") -> tuple[Rows, float]:
    """(rows, CPU seconds) of a batch; its cells are kept in ``scratch`` for the shelf."""
    torch.set_num_threads(1)
    env, recipe = compression_env(batch.env), compression_recipe(batch.env)
    cells = kept_cells(env, recipe, batch, scratch)
    if cells is None:
        began = time.process_time()
        pool = make_pool(env, recipe, batch)
        cells = [make_cell(env, recipe, key, pool, device) for key in keys_of(recipe, batch)]
        seconds = time.process_time() - began
        config = {"made": _making(env, recipe, batch), "seconds": seconds, "device": device}
        save_cells(env, cells, config=config, seed=batch.seed, root=scratch / batch.name)
    seconds = open_shelf(env, scratch / batch.name).manifest.config["seconds"]
    return [row for cell in cells for row in rows_of(env, cell, batch.seed)], seconds


def kept_cells(
    env: CompressionEnv, recipe: CompressionRecipe, batch: Batch, scratch: Path
) -> list[Cell] | None:
    """What an earlier run left of this batch; None if it was made by another recipe, or not."""
    try:
        shelf = open_shelf(env, scratch / batch.name)
    except DamagedArtifact:
        return None
    if shelf.manifest.config.get("made") != _making(env, recipe, batch):
        return None
    return [shelf.load(key.name) for key in keys_of(recipe, batch)]


def _making(env: CompressionEnv, recipe: CompressionRecipe, batch: Batch) -> dict[str, Any]:
    """All settings that decide what a batch's cells are; not which of them are shipped."""
    plan = as_json(recipe.sizes[batch.size])
    return {
        **{name: value for name, value in plan.items() if not name.startswith("shipped")},
        "latent_dims": list(recipe.latent_dims), "num_episodes": recipe.num_episodes,
        "episode_seed": recipe.episode_seed, "schema": SCHEMA,
        "policy_widths": list(env.sizes[batch.size].widths),
        "box": [env.box.middle.tolist(), env.box.half.tolist()],
        "rewards": [reward.name for reward in env.rewards], "horizon": env.horizon,
        "visited": list(VISITED), "judged": [NUM_JUDGING_EPISODES, JUDGING_SEED],
    }  # fmt: skip


def rows_of(env: CompressionEnv, cell: Cell, seed: int) -> Rows:
    """One row per reward."""
    recovery, correlation = cell.recovery, cell.correlation
    return [
        {
            "size": cell.key.size, "num_params": cell.shape.num_params,
            "latent_dim": cell.key.latent_dim, "loss": cell.key.loss, "seed": seed,
            "reward": reward.name, "recovery": float(recovery[i]),
            "correlation": float(correlation[i]),
            "best_pool": float(cell.found.best[i]), "worst_pool": float(cell.found.worst[i]),
            "best_latent": float(cell.found.latent[i]),
            "behaviour_loss": cell.behaviour_loss,
            "num_policies": len(cell.codes), "num_points": len(cell.points),
            "judging_episodes": NUM_JUDGING_EPISODES,
        }
        for i, reward in enumerate(env.rewards)
    ]  # fmt: skip


def run_study(
    env: CompressionEnv, *, seeds: Sequence[int], scratch: Path, num_workers: int,
    device: str = "cpu", report: Report = lambda *_: None,
) -> tuple[Rows, float]:  # fmt: skip
    """(rows, CPU seconds) of every batch, side by side."""
    recipe = compression_recipe(env.name)
    sizes = list(recipe.sizes)[::-1]  # the longest first
    batches = [Batch(env=env.name, size=s, seed=i) for s in sizes for i in seeds]
    found: dict[Batch, Rows] = {}
    seconds = 0.0
    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(run_batch, batch, scratch, device): batch for batch in batches}
        for future in as_completed(pending):
            found[pending[future]], spent = future.result()
            seconds += spent
            report(len(found), len(batches), pending[future].name)
    return [row for batch in sorted(batches, key=lambda b: b.name) for row in found[batch]], seconds


def ship(env: CompressionEnv, scratch: Path, *, seed: int = 0, root: Path = COMPRESSION_DIR) -> int:
    """Put the cells that the app shows on the shelf; returns how many."""
    recipe = compression_recipe(env.name)
    cells = []
    for size, plan in recipe.sizes.items():
        shelf = open_shelf(env, scratch / Batch(env=env.name, size=size, seed=seed).name)
        names = [
            key.name
            for key in keys_of(recipe, Batch(env=env.name, size=size, seed=seed))
            if plan.ships(key.latent_dim, key.loss)
        ]
        cells += [_laid_out(shelf.load(name), seed) for name in names]
    made = as_json(replace(recipe, notes=()))  # words may be mended without a new shelf
    save_cells(env, cells, config={"recipe": made}, seed=seed, root=root)
    return len(cells)


def _laid_out(cell: Cell, seed: int) -> Cell:
    """With a map of its codes, if they have more dimensions than a picture."""
    if cell.key.latent_dim < 3:
        return cell
    return replace(cell, layout=fit_umap(cell.codes, seed=seed))
