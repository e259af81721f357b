"""Tables of polynomial policies on disk, and their medians over training seeds."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from backend.action_latents.polynomial.bandit_study import Rows
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence

EVIDENCE_DIR = POLYNOMIAL_DIR / "evidence"
WORLD_ENV, BANDIT_ENV, ROBOT_ENV = "smooth-world", "bandits", "robots"
BUILD, EVALUATE = "steerscape polynomial build", "steerscape evaluate polynomial"


def medians(rows: Rows, keys: Sequence[str], figures: Sequence[str]) -> Rows:
    """One row per combination of the keys."""
    groups: dict[tuple, Rows] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return [
        {
            **dict(zip(keys, group, strict=True)), "num_seeds": len(mine),
            **{name: round(median(row[name] for row in mine), 4) for name in figures},
        }
        for group, mine in groups.items()
    ]  # fmt: skip


def rows_on_disk(table: str, env: str, root: Path = POLYNOMIAL_DIR) -> Evidence:
    """A table. Raises UnknownName or DamagedArtifact."""
    return load_evidence(table, env, root / EVIDENCE_DIR.name)


def save_table(
    table: str, env: str, rows: Rows, command: str, parameters: dict[str, Any], root: Path
) -> None:
    """Write one."""
    evidence = Evidence(
        table=table, env=env, rows=rows, command=command, atlases={}, parameters=parameters
    )
    save_evidence(evidence, root / EVIDENCE_DIR.name)
