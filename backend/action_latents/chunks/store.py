"""Trained chunk policies on disk, with what the page shows beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from backend.action_latents.chunks.recipes import ATLAS, RECIPE, ChunkRecipe
from backend.action_latents.chunks.training import Trained, new_policies
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR, read_tensors
from backend.arrays import Tensor
from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.errors import DamagedArtifact

CHUNKS_DIR = POLYNOMIAL_DIR / "chunks"
KIND, SCHEMA = "chunks", 2
REBUILD = "steerscape polynomial chunks"
WEIGHTS, CODES = "weights.safetensors", "codes.safetensors"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Networks, and codes of held-out pairs."""

    trained: Trained
    codes: Mapping[str, Tensor]
    "obs [pair, obs], z [pair, latent], gait [pair], age [pair], speed [pair]."
    manifest: Manifest


def save(
    trained: Trained, folder: Path, *, recipe: ChunkRecipe, seed: int, atlas: str,
    codes: Mapping[str, Tensor] | None = None, facts: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Write a folder; ``atlas`` is the hash of the one whose gaits were imitated."""
    manifest = Manifest(
        kind=KIND, schema=SCHEMA, rebuild=REBUILD, seed=seed, config=as_json(recipe),
        parents={ATLAS: atlas}, facts=facts or {},
    )  # fmt: skip
    with write_artifact(folder, manifest) as scratch:
        save_file(weights_of(trained), scratch / WEIGHTS)
        save_file(dict(codes or {}), scratch / CODES)


def weights_of(trained: Trained) -> dict[str, Tensor]:
    """Every number of every network."""
    return {
        f"{part}.{name}": tensor.contiguous()
        for part, module in trained.modules().items()
        for name, tensor in module.state_dict().items()
    }


def load(
    folder: Path = CHUNKS_DIR, recipe: ChunkRecipe = RECIPE, *, atlas: str | None = None,
    seed: int | None = None,
) -> Shelf:  # fmt: skip
    """Read a folder. Raises DamagedArtifact, also for one of another recipe.

    Where given, another hash of the atlas or another seed is an error, too.
    """
    manifest = read_manifest(folder, kind=KIND, schema=SCHEMA, rebuild=REBUILD)
    if manifest.config != as_json(recipe):
        raise DamagedArtifact(folder, "was trained with another recipe", REBUILD)
    if atlas not in (None, manifest.parents.get(ATLAS)):
        raise DamagedArtifact(folder, "belongs to another version of the atlas", REBUILD)
    if seed not in (None, manifest.seed):
        raise DamagedArtifact(folder, f"was trained with seed {manifest.seed}", REBUILD)
    weights = read_tensors(folder / WEIGHTS, REBUILD)
    normaliser, bias = weights.get("flow.normalise.mean"), weights.get("flow.net.last.1.bias")
    if normaliser is None or bias is None:
        raise DamagedArtifact(folder / WEIGHTS, "lacks the flow", REBUILD)
    chunk = (recipe.cut.chunk, len(bias) // recipe.cut.chunk)
    trained = new_policies(len(normaliser), chunk, recipe)
    for part, module in trained.modules().items():
        mine = {n.removeprefix(f"{part}."): t for n, t in weights.items() if n.startswith(part)}
        try:
            module.load_state_dict(mine)
        except RuntimeError:
            problem = f"does not hold the recipe's {part}"
            raise DamagedArtifact(folder / WEIGHTS, problem, REBUILD) from None
    return Shelf(trained=trained, codes=read_tensors(folder / CODES, REBUILD), manifest=manifest)
