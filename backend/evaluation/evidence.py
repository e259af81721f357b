"""Evidence on disk: one tidy Parquet table per study, beside a JSON file that says how it came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from backend.errors import DamagedArtifact, UnknownName

EVIDENCE_DIR = Path(__file__).parents[2] / "assets" / "evidence"
SCHEMA = 1

Rows = list[dict[str, Any]]
"One dict per measurement; every row of a table has the same keys."


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The rows of one study of one environment."""

    table: str
    "Name of the study, e.g. steering."
    env: str
    "Environment."
    rows: Rows
    "Finest grain that was measured; every figure shown is computed from these."
    command: str
    "What to run to get them again."
    atlases: Mapping[str, str]
    "Atlas name and training seed -> content hash of what was measured."
    parameters: Mapping[str, Any] = field(default_factory=dict)
    "Sizes and seeds of the study."
    seconds: float | None = None
    "CPU time it took; None where nobody counted."

    def of(self, name: str, content_hash: str) -> "Evidence":
        """Itself; raises DamagedArtifact if it was measured of another version of ``name``."""
        if self.atlases.get(name) != content_hash:
            problem = f"was measured of another version of {name}"
            raise DamagedArtifact(f"{self.env}/{self.table}", problem, self.command)
        return self


def save_evidence(evidence: Evidence, root: Path = EVIDENCE_DIR) -> Path:
    """Write ``<root>/<env>/<table>.parquet`` and ``.json``; returns the former."""
    folder = root / evidence.env
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{evidence.table}.parquet"
    about = {
        "schema": SCHEMA, "table": evidence.table, "env": evidence.env,
        "command": evidence.command, "atlases": dict(evidence.atlases),
        "parameters": dict(evidence.parameters), "seconds": evidence.seconds,
        "num_rows": len(evidence.rows),
        "versions": {name: version(name) for name in ("mujoco", "torch", "numpy", "scikit-learn")},
    }  # fmt: skip
    scratch, described = path.with_suffix(".part"), path.with_suffix(".json.part")
    pq.write_table(pa.Table.from_pylist(evidence.rows), scratch, compression="zstd")
    described.write_text(json.dumps(about, indent=1) + "\n")
    scratch.rename(path)
    described.rename(path.with_suffix(".json"))
    return path


def load_evidence(table: str, env: str, root: Path = EVIDENCE_DIR) -> Evidence:
    """Read a study. Raises UnknownName (listing what exists) and DamagedArtifact."""
    if env not in list_evidence(root).get(table, []):
        known = [f"{e}/{t}" for t, envs in list_evidence(root).items() for e in envs]
        raise UnknownName("evidence", f"{env}/{table}", known)
    path = root / env / f"{table}.parquet"
    rebuild = f"steerscape evaluate {env} --tables {table}"
    try:
        about = json.loads(path.with_suffix(".json").read_text())
        rebuild = str(about["command"])
        rows = pq.read_table(path).to_pylist()
        if len(rows) != about["num_rows"]:
            raise DamagedArtifact(path, f"holds {len(rows)} rows, not {about['num_rows']}", rebuild)
        return Evidence(
            table=table, env=env, rows=rows, command=about["command"], atlases=about["atlases"],
            parameters=about["parameters"], seconds=about["seconds"],
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        raise DamagedArtifact(path, "is not a table of evidence", rebuild) from None


def list_evidence(root: Path = EVIDENCE_DIR) -> dict[str, list[str]]:
    """Study -> environments that have it."""
    found: dict[str, list[str]] = {}
    for path in sorted(root.glob("*/*.parquet")):
        found.setdefault(path.stem, []).append(path.parent.name)
    return found


def of_seed(evidence: Sequence[Rows], seeds: Sequence[int]) -> Rows:
    """The rows of several training seeds as one table, each marked with its seed."""
    return [
        {"seed": seed, **row} for seed, rows in zip(seeds, evidence, strict=True) for row in rows
    ]
