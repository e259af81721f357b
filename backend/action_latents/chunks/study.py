"""Everything about chunks of actions: made, trained, measured, shipped."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.action_latents.chunks.closed import (
    DEMONSTRATORS,
    DISTURBED,
    NUM_STARTS,
    NUM_STEPS,
    STRENGTHS,
    TILT_STARTS,
    demonstrator_rows,
    episode_rows,
    tilt_rows,
)
from backend.action_latents.chunks.data import Chunks, cut
from backend.action_latents.chunks.demonstrations import demonstrate
from backend.action_latents.chunks.gaits import Gait, choose_gaits
from backend.action_latents.chunks.offline import code_row, draw_rows, some
from backend.action_latents.chunks.recipes import ATLAS, RECIPE, VARIANTS, ChunkRecipe
from backend.action_latents.chunks.scores import neighbour_entropy, starts
from backend.action_latents.chunks.store import CHUNKS_DIR, load, save
from backend.action_latents.chunks.summary import ENV
from backend.action_latents.chunks.training import Trained, train
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR
from backend.action_latents.polynomial.tables import EVIDENCE_DIR
from backend.arrays import Tensor
from backend.atlas.store import load_atlas
from backend.envs.spec import EnvSpec
from backend.errors import DamagedArtifact
from backend.evaluation.evidence import Evidence, Rows, save_evidence
from backend.threads import one_thread

MEASURE = "steerscape polynomial chunks --measure"
ABLATION = "steerscape polynomial chunks --ablation"
NUM_CODES, NUM_FRESH = 700, 64
"Codes that the page shows; starts at which every gait's own chunk is simulated."
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Material:
    """What is learnt from."""

    spec: EnvSpec
    gaits: tuple[Gait, ...]
    chunks: Chunks
    atlas_hash: str


def gather(recipe: ChunkRecipe = RECIPE) -> Material:
    """Choose the gaits, run the demonstrations, cut them."""
    atlas = load_atlas(ATLAS)
    gaits = choose_gaits(atlas, recipe.relay.num_gaits)
    chunks = cut(demonstrate(atlas.spec, gaits, recipe.relay), recipe.cut)
    return Material(spec=atlas.spec, gaits=gaits, chunks=chunks, atlas_hash=atlas.content_hash)


def trained_run(
    material: Material, recipe: ChunkRecipe, seed: int, folder: Path,
    report: Report = lambda *_: None,
) -> Trained:  # fmt: skip
    """Trained now, unless the same recipe's on the same atlas and seed is there already."""
    try:
        return load(folder, recipe, atlas=material.atlas_hash, seed=seed).trained
    except DamagedArtifact:
        pass
    began = time.process_time()
    with one_thread():
        torch.set_num_threads(1)
        found = train(material.chunks, recipe, seed=seed, report=report)
    facts = {"cpu_seconds": time.process_time() - began}
    save(found, folder, recipe=recipe, seed=seed, atlas=material.atlas_hash, facts=facts)
    return found


def build(
    scratch: Path, *, seeds: Sequence[int], root: Path = POLYNOMIAL_DIR,
    recipe: ChunkRecipe = RECIPE, report: Report = lambda *_: None,
) -> Trained:  # fmt: skip
    """Train every seed; put the first on the shelf."""
    material = gather(recipe)
    every = [
        trained_run(material, recipe, seed, scratch / f"seed-{seed}", report) for seed in seeds
    ]
    ship(every[0], material, recipe, seeds[0], root / CHUNKS_DIR.name)
    return every[0]


@torch.no_grad()
def ship(
    trained: Trained, material: Material, recipe: ChunkRecipe, seed: int, folder: Path
) -> None:
    """The shelf that the page opens, with codes of held-out pairs."""
    test = some(material.chunks.test, NUM_CODES)
    codes: dict[str, Tensor] = {
        name: torch.from_numpy(np.ascontiguousarray(getattr(test, name)))
        for name in ("obs", "gait", "age", "speed")
    }
    codes["z"] = trained.vae.encode(codes["obs"], torch.from_numpy(test.chunk))
    facts = {"gaits": [gait.policy_id for gait in material.gaits],
             "returns": [gait.returns.tolist() for gait in material.gaits]}  # fmt: skip
    save(
        trained, folder, recipe=recipe, seed=seed, atlas=material.atlas_hash, codes=codes,
        facts=facts,
    )  # fmt: skip


def measure(
    scratch: Path, *, seeds: Sequence[int], root: Path = POLYNOMIAL_DIR,
    recipe: ChunkRecipe = RECIPE, report: Report = lambda *_: None,
) -> None:  # fmt: skip
    """Every table but the ablation's; trains what is missing."""
    material = gather(recipe)
    tables: dict[str, Rows] = {"data": [data_row(material, recipe)]}
    tables["episodes"] = reference_rows(material, recipe)
    for seed in seeds:
        trained = trained_run(material, recipe, seed, scratch / f"seed-{seed}", report)
        for name, rows in rows_of(material, recipe, trained).items():
            tables.setdefault(name, []).extend({"seed": seed, **row} for row in rows)
            report(seed + 1, len(seeds), f"measured: {name}")
    for name, rows in tables.items():
        _save(name, rows, material, seeds, root)


def rows_of(material: Material, recipe: ChunkRecipe, trained: Trained) -> dict[str, Rows]:
    """All that is measured of one training."""
    spec, gaits, young = material.spec, material.gaits, recipe.cut.young
    fresh = starts(spec, gaits, NUM_FRESH, recipe.cut.chunk, seed=0)
    return {
        "codes": [code_row(trained, material.chunks, young)],
        "draws": draw_rows(trained, material.chunks, fresh, young),
        "episodes": episode_rows(spec, gaits, trained),
        "tilts": tilt_rows(spec, gaits, trained),
    }


def data_row(material: Material, recipe: ChunkRecipe) -> dict[str, Any]:
    """How multi-modal the pairs are: gaits among an observation's neighbours."""
    chunks, young = material.chunks, material.chunks.age < recipe.cut.young
    row: dict[str, Any] = {
        "pairs": len(chunks.obs), "held_out": int(chunks.held_out.sum()),
        "gaits": [gait.policy_id for gait in material.gaits],
        "forward": [float(gait.returns[0]) for gait in material.gaits],
        "shares": (np.bincount(chunks.gait) / len(chunks.gait)).tolist(),
    }  # fmt: skip
    for name, rows in (("young", young), ("old", ~young)):
        entropy = neighbour_entropy(chunks, chunks.held_out & rows)
        row[f"neighbour_gaits_{name}"] = float(np.exp(entropy).mean())
    return row


def reference_rows(material: Material, recipe: ChunkRecipe) -> Rows:
    """Demonstrations as long as the policies' episodes: as learnt from, and left in peace."""
    disturbed = replace(recipe.relay, num_episodes=NUM_STARTS, num_steps=NUM_STEPS, seed=1)
    plain = replace(disturbed, noise=0.0, most_pushes=0)
    rows: Rows = []
    for kind, relay in ((DEMONSTRATORS, plain), (DISTURBED, disturbed)):
        demos = demonstrate(material.spec, material.gaits, relay)
        rows += [{"seed": -1, **row} for row in demonstrator_rows(demos, material.gaits, kind)]
    return rows


def measure_variants(
    scratch: Path, *, seed: int = 0, root: Path = POLYNOMIAL_DIR, report: Report = lambda *_: None
) -> None:
    """What each loss is good for: codes and the reach of tilts without it."""
    material, rows = gather(), []
    for name, recipe in {"as shipped": RECIPE, **VARIANTS}.items():
        folder = f"seed-{seed}" if recipe is RECIPE else f"{name.replace(' ', '-')}-seed-{seed}"
        trained = trained_run(material, recipe, seed, scratch / folder, report)
        tilts = tilt_rows(
            material.spec, material.gaits, trained, kinds=["polynomial"], strengths=[STRENGTHS[-1]]
        )
        speed = np.array([row["speed"] for row in tilts]).reshape(-1, TILT_STARTS).mean(1)
        rows.append({
            "variant": name, "seed": seed, "slowest": float(speed.min()),
            "fastest": float(speed.max()),
            **code_row(trained, material.chunks, recipe.cut.young),
        })  # fmt: skip
    _save("ablation", rows, material, [seed], root, command=ABLATION)


def _save(
    table: str, rows: Rows, material: Material, seeds: Sequence[int], root: Path, *,
    command: str = MEASURE,
) -> None:  # fmt: skip
    evidence = Evidence(
        table=table, env=ENV, rows=rows, command=command, atlases={ATLAS: material.atlas_hash},
        parameters={"seeds": list(seeds)},
    )  # fmt: skip
    save_evidence(evidence, root / EVIDENCE_DIR.name)
