"""Cells on disk: one safetensors file each, decoders in few bits, under one manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from backend.arrays import Array
from backend.artifacts import Manifest, read_manifest, write_artifact
from backend.compression.autoencoder import Autoencoder, AutoencoderConfig
from backend.compression.cell import Cell, CellKey
from backend.compression.environments import CompressionEnv
from backend.compression.recovery import Found, latent_box
from backend.compression.storage import decoder_side, packed, unpacked
from backend.errors import DamagedArtifact, UnknownName

COMPRESSION_DIR = Path(__file__).parents[2] / "assets" / "compression"
KIND, SCHEMA = "compression", 3
MEASURED = ("codes", "pool_returns", "rebuilt_returns", "points", "point_returns")
FOUND = ("worst", "best", "latent")
LAYOUT = "layout"


def rebuild_command(env: str) -> str:
    """What makes the artefact again."""
    return f"steerscape compression build {env}"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The cells of one environment that are on disk, loaded one by one."""

    env: CompressionEnv
    folder: Path
    manifest: Manifest

    @property
    def title(self) -> str:
        """What evidence calls it."""
        return f"{self.env.name} shelf"

    @cached_property
    def names(self) -> list[str]:
        """Names of the cells."""
        return sorted(file.removesuffix(".safetensors") for file in self.manifest.files)

    def load(self, name: str) -> Cell:
        """One cell. Raises UnknownName (listing what exists) or DamagedArtifact."""
        if name not in self.names:
            raise UnknownName("compression", name, self.names)
        path = self.folder / f"{name}.safetensors"
        try:
            return _cell(self.env, load_file(path), self.manifest.config["cells"][name])
        except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise DamagedArtifact(path, str(error), rebuild_command(self.env.name)) from None


def open_shelf(env: CompressionEnv, root: Path = COMPRESSION_DIR) -> Shelf:
    """The shelf of an environment, its files checked. Raises DamagedArtifact."""
    folder = root / env.name
    manifest = read_manifest(folder, kind=KIND, schema=SCHEMA, rebuild=rebuild_command(env.name))
    return Shelf(env=env, folder=folder, manifest=manifest)


def save_cells(
    env: CompressionEnv, cells: Sequence[Cell], *, config: Mapping[str, Any], seed: int,
    root: Path = COMPRESSION_DIR,
) -> None:  # fmt: skip
    """Write the shelf of an environment."""
    about = {
        cell.key.name: {
            "size": cell.key.size, "latent_dim": cell.key.latent_dim, "loss": cell.key.loss,
            "widths": list(cell.decoder.config.widths), "behaviour_loss": cell.behaviour_loss,
        }
        for cell in cells
    }  # fmt: skip
    manifest = Manifest(
        kind=KIND, schema=SCHEMA, rebuild=rebuild_command(env.name), seed=seed,
        config={"env": env.name, "cells": about, **config},
    )  # fmt: skip
    with write_artifact(root / env.name, manifest) as scratch:
        for cell in cells:
            save_file(_arrays(cell), scratch / f"{cell.key.name}.safetensors")


def _arrays(cell: Cell) -> dict[str, Array]:
    weights = packed(decoder_side(cell.decoder))
    measured = {name: getattr(cell, name).astype(np.float32) for name in MEASURED}
    measured |= {f"found.{name}": getattr(cell.found, name).astype(np.float32) for name in FOUND}
    if cell.layout is not None:
        measured[LAYOUT] = cell.layout.astype(np.float32)
    return {name: np.ascontiguousarray(a) for name, a in {**weights, **measured}.items()}


def _cell(env: CompressionEnv, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> Cell:
    key = CellKey(size=about["size"], latent_dim=about["latent_dim"], loss=about["loss"])
    shape = env.sizes[key.size]
    config = AutoencoderConfig(
        num_params=shape.num_params, latent_dim=key.latent_dim, widths=tuple(about["widths"])
    )
    model = Autoencoder(config).eval()
    found = {name: arrays[f"found.{name}"].astype(float) for name in FOUND}
    others = {*MEASURED, LAYOUT, *(f"found.{name}" for name in FOUND)}
    weights = unpacked({name: a for name, a in arrays.items() if name not in others})
    weights = {name: torch.from_numpy(array) for name, array in weights.items()}
    missing, unknown = model.load_state_dict(weights, strict=False)
    if unknown or any(not name.startswith("encoder.") for name in missing):
        raise KeyError(f"weights missing or unknown: {[*missing, *unknown][:3]}")
    measured = {name: arrays[name].astype(float) for name in MEASURED}
    return Cell(
        key=key, shape=shape, decoder=model, box=latent_box(measured["codes"]),
        behaviour_loss=about["behaviour_loss"], **measured, found=Found(**found),
        layout=arrays[LAYOUT].astype(float) if LAYOUT in arrays else None,
    )  # fmt: skip
