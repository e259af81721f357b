"""Artefacts on disk: a folder of safetensors and Parquet with a manifest that names everything.

``manifest.json`` holds kind, schema number, configuration, the parents' hashes, every file's
SHA-256, the seed and the code version. Folders are written beside their place, then renamed.
"""

import dataclasses
import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from backend.errors import DamagedArtifact

MANIFEST = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an artefact is, and what it was made from."""

    kind: str
    "Noun of the artefact: atlas, population, ..."
    schema: int
    "Layout version; a reader refuses versions it does not know."
    rebuild: str
    "The command that makes this artefact again."
    seed: int
    "Seed of everything random in it."
    config: dict[str, Any] = field(default_factory=dict)
    "The configuration objects it was made with, as JSON."
    parents: dict[str, str] = field(default_factory=dict)
    "Name -> hash of each artefact it was made from."
    files: dict[str, str] = field(default_factory=dict)
    "File name -> SHA-256."
    code_version: str = ""
    "Version of the package that wrote it."
    facts: dict[str, Any] = field(default_factory=dict)
    "Measured numbers worth reading without opening the files."

    @property
    def hash(self) -> str:
        """Content hash: that of the files and of the configuration."""
        text = json.dumps([self.kind, self.schema, self.config, self.files], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def checksum(fields: dict[str, Any]) -> str:
    """SHA-256 of a manifest's own fields, so that a flipped bit in it is noticed too."""
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def as_json(config: Any) -> Any:
    """A configuration dataclass (nested allowed) as plain JSON values."""
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        return {f.name: as_json(getattr(config, f.name)) for f in dataclasses.fields(config)}
    if isinstance(config, dict):
        return {key: as_json(value) for key, value in config.items()}
    if isinstance(config, (list, tuple)):
        return [as_json(value) for value in config]
    return config


@contextmanager
def write_artifact(folder: Path, manifest: Manifest) -> Iterator[Path]:
    """A scratch folder to fill; on success it gets a manifest and takes ``folder``'s place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = folder.with_name(f".{folder.name}.{uuid.uuid4().hex[:8]}")
    scratch.mkdir()
    try:
        yield scratch
        files = {
            path.relative_to(scratch).as_posix(): file_hash(path)
            for path in sorted(scratch.rglob("*"))
            if path.is_file()
        }
        complete = dataclasses.replace(manifest, files=files, code_version=_code_version())
        fields = as_json(complete)
        text = json.dumps({**fields, "checksum": checksum(fields)}, indent=1)
        (scratch / MANIFEST).write_text(text + "\n")
        former = scratch.with_name(f"{scratch.name}.former")
        if folder.exists():
            folder.rename(former)  # never without one of the two
        scratch.rename(folder)
        shutil.rmtree(former, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def read_manifest(
    folder: Path, *, kind: str, schema: int, rebuild: str, verify: bool = True
) -> Manifest:
    """The manifest of an artefact folder, its files checked against their hashes.

    Raises DamagedArtifact naming the file and the command that rebuilds it.
    """
    path = folder / MANIFEST
    try:
        fields = json.loads(path.read_text())
        if not isinstance(fields, dict):
            raise TypeError("a manifest is a table")
        written = fields.pop("checksum", None)
        manifest = Manifest(**fields)
        if not (isinstance(manifest.files, dict) and isinstance(manifest.config, dict)):
            raise TypeError("files and config are tables")
    except FileNotFoundError:
        raise DamagedArtifact(path, "missing", rebuild) from None
    except (json.JSONDecodeError, TypeError, UnicodeDecodeError):
        raise DamagedArtifact(path, "is not a manifest", rebuild) from None
    if (manifest.kind, manifest.schema) != (kind, schema):
        came = f"is {manifest.kind} schema {manifest.schema}, expected {kind} schema {schema}"
        raise DamagedArtifact(path, came, rebuild)
    if verify:
        for name, expected in manifest.files.items():
            _verify_file(folder, name, expected, rebuild)
    if written != checksum(fields):
        raise DamagedArtifact(path, "does not match its own checksum", rebuild)
    return manifest


def _verify_file(folder: Path, name: str, expected: str, rebuild: str) -> None:
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise DamagedArtifact(
            folder / MANIFEST, f"names a file outside the artefact: {name}", rebuild
        )
    if not path.is_file():
        raise DamagedArtifact(path, "missing", rebuild)
    if file_hash(path) != expected:
        raise DamagedArtifact(path, "does not match its hash in the manifest", rebuild)


def _code_version() -> str:
    try:
        return version("steerscape")
    except PackageNotFoundError:
        return "source"
