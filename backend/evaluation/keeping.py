"""What was measured before, in ``runs/`` or in the evidence that is shipped: never measured twice.

``runs/`` is lost with a machine, and some of an environment's seeds take hours; the shipped rows of
a seed stand as long as sizes, solver and atlases are the ones they were measured with.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from backend.errors import DamagedArtifact, UnknownName
from backend.evaluation.evidence import Evidence, load_evidence


def kept_in_runs(wanted: Evidence, root: Path) -> Evidence | None:
    """One seed's rows as they were kept under ``root``, if they answer what is ``wanted``."""
    kept = _load(wanted, root)
    same = kept and (kept.parameters, kept.atlases) == (wanted.parameters, wanted.atlases)
    return kept if same else None


def kept_in_evidence(
    wanted: Evidence, root: Path, *, shipped: Mapping[str, str]
) -> Evidence | None:
    """One seed's rows out of a table of several seeds.

    ``shipped`` names the atlas of seed 0 and its hash: of a further seed, whose atlas is not
    shipped and may be gone (``wanted.atlases`` is then empty), it says whether the population and
    the recipe are still the same.
    """
    kept = _load(wanted, root)
    seed = wanted.parameters["seed"]
    if kept is None or seed not in kept.parameters.get("seeds", ()):
        return None
    settings = {**kept.parameters, "seed": seed}
    seeds = settings.pop("seeds")
    needed = {**shipped, **wanted.atlases}.items()
    if settings != wanted.parameters or not needed <= kept.atlases.items():
        return None
    rows = [
        {name: value for name, value in row.items() if name != "seed"}
        for row in kept.rows if row["seed"] == seed
    ]  # fmt: skip
    atlases = {key: value for key, value in kept.atlases.items() if key.endswith(f"seed {seed}")}
    share = None if kept.seconds is None else kept.seconds / len(seeds)
    return replace(wanted, rows=rows, atlases=atlases, seconds=share)


def _load(wanted: Evidence, root: Path) -> Evidence | None:
    """What is there; a damaged file is as good as none, for measuring anew is what mends it."""
    try:
        return load_evidence(wanted.table, wanted.env, root)
    except (UnknownName, DamagedArtifact):
        return None
