"""Atlases on disk: one folder each, manifest with hashes, safetensors and Parquet, never pickle."""

from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import ArrowInvalid
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from backend.arrays import Array
from backend.artifacts import Manifest, read_manifest, write_artifact
from backend.atlas.atlas import Atlas
from backend.atlas.maps import LatentMap, LinearMap
from backend.envs.table import env_spec
from backend.errors import DamagedArtifact, UnknownName
from backend.population.store import population_columns, read_population, write_population
from backend.representation.model import Representation
from backend.representation.value_heads import ValueHeads

SCHEMA = 1
ATLAS_DIR = Path(__file__).parents[2] / "assets" / "atlases"
"Where shipped and locally built atlases lie, one folder each."
GLOBE = "globe"
"Name of the three-dimensional map among an atlas' arrays."
HOLE_SUFFIX = "-hole"
"Ending of the name of an atlas from which a band of returns was removed before training."


def list_atlases(root: Path = ATLAS_DIR) -> list[str]:
    """Names of the atlases that exist; hidden folders are those being written or replaced."""
    names = (path.parent.name for path in root.glob("*/manifest.json"))
    return sorted(name for name in names if not name.startswith("."))


def atlas_stamps(root: Path = ATLAS_DIR) -> dict[str, int]:
    """Name -> when each atlas was written, ns: changes whenever one is built again."""
    stamps = {}
    for name in list_atlases(root):
        with suppress(FileNotFoundError):  # being replaced this moment
            stamps[name] = (root / name / "manifest.json").stat().st_mtime_ns
    return stamps


def rebuild_command(name: str) -> str:
    """The command that makes a shipped atlas again."""
    env = name.removesuffix(HOLE_SUFFIX)
    return f"steerscape atlas build {env}" + (" --hole" if env != name else "")


def save_atlas(
    atlas: Atlas, folder: Path, *, config: dict[str, Any], seed: int, facts: dict[str, Any],
    parents: dict[str, str],
) -> None:  # fmt: skip
    """Write an atlas folder: beside its place, then renamed."""
    manifest = Manifest(
        kind="atlas", schema=SCHEMA, rebuild=rebuild_command(atlas.name), seed=seed,
        config={"env": atlas.spec.name, **config}, facts=facts, parents=parents,
    )  # fmt: skip
    with write_artifact(folder, manifest) as scratch:
        write_population(atlas.population, _columns(atlas), scratch)
        save_file(_latent_arrays(atlas), scratch / "latents.safetensors")
        atlas.representation.save(scratch / "representation.safetensors")


def load_atlas(name: str, root: Path = ATLAS_DIR) -> Atlas:
    """Read and verify an atlas.

    Raises UnknownName (listing what exists) or DamagedArtifact (naming the file and the command
    that rebuilds it).
    """
    available = list_atlases(root)
    if name not in available:
        raise UnknownName("atlas", name, available)
    folder, rebuild = root / name, rebuild_command(name)
    manifest = read_manifest(folder, kind="atlas", schema=SCHEMA, rebuild=rebuild)
    try:
        spec = env_spec(str(manifest.config["env"]))
        arrays = load_file(folder / "latents.safetensors")
        population = read_population(folder, spec.objective_names)
    except (SafetensorError, ArrowInvalid, KeyError, OSError) as error:
        raise DamagedArtifact(folder, f"cannot be read ({error})", rebuild) from None
    model = Representation.load(folder / "representation.safetensors", rebuild=rebuild)
    heads = ValueHeads(**{f.name: arrays[f"heads.{f.name}"] for f in fields(ValueHeads)})
    return Atlas(
        name=name, content_hash=manifest.hash, spec=spec, population=population,
        representation=model, heads=heads, z=arrays["z"], z_log_std=arrays["z_log_std"],
        items=arrays["items"], maps=_read_maps(arrays), globe=_read_globe(arrays),
    )  # fmt: skip


def _columns(atlas: Atlas) -> dict[str, Any]:
    names = atlas.spec.objective_names
    columns = population_columns(atlas.population, names)
    columns |= {f"predicted.{name}": atlas.predicted[:, i] for i, name in enumerate(names)}
    for name in atlas.maps:
        xy = atlas.place(name, atlas.z)
        columns |= {f"{name}.x": xy[:, 0], f"{name}.y": xy[:, 1]}
    columns["distance_to_data"] = atlas.cloud.distance(atlas.z)
    return columns


def _latent_arrays(atlas: Atlas) -> dict[str, Array]:
    arrays = {"z": atlas.z, "z_log_std": atlas.z_log_std, "items": atlas.items}
    arrays |= {f"heads.{f.name}": getattr(atlas.heads, f.name) for f in fields(ValueHeads)}
    globe = {} if atlas.globe is None else {GLOBE: atlas.globe}
    for name, latent_map in {**atlas.maps, **globe}.items():
        arrays |= {f"map.{name}.{f.name}": getattr(latent_map, f.name) for f in fields(latent_map)}
    return {key: np.ascontiguousarray(array) for key, array in arrays.items()}


def _read_globe(arrays: dict[str, Array]) -> LatentMap | None:
    """Optional, and of no interest to a version that does not know it."""
    found = {f.name: arrays.get(f"map.{GLOBE}.{f.name}") for f in fields(LatentMap)}
    parts = {name: array for name, array in found.items() if array is not None}
    return LatentMap(**parts) if len(parts) == len(found) else None


def _read_maps(arrays: dict[str, Array]) -> dict[str, LatentMap | LinearMap]:
    grouped: dict[str, dict[str, Array]] = {}
    for key, array in arrays.items():
        if key.startswith("map."):
            _, name, field = key.split(".")
            grouped.setdefault(name, {})[field] = array
    order = [name for name in ("sheet", "gaits", "pca") if name in grouped]
    return {
        name: LatentMap(**grouped[name])
        if "anchors" in grouped[name]
        else LinearMap(**grouped[name])
        for name in order
    }
