"""All studies of an environment, over every training seed whose atlas exists."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from backend.artifacts import as_json
from backend.atlas.store import ATLAS_DIR
from backend.errors import DamagedArtifact, InvalidValue, UnknownName
from backend.evaluation.bench import HOLES, Bench, Size
from backend.evaluation.evidence import (
    EVIDENCE_DIR,
    Evidence,
    load_evidence,
    of_seed,
    save_evidence,
)
from backend.evaluation.keeping import kept_in_evidence, kept_in_runs
from backend.evaluation.ledger import Ledger
from backend.evaluation.steering import PROTOCOL
from backend.evaluation.studies import STUDIES
from backend.steering.correction import CorrectionConfig
from backend.steering.descent import PAPER
from backend.threads import one_thread
from backend.workspace import Workspace

Report = Callable[[str], None]
"Told what begins."


def evaluate(
    workspace: Workspace, *, studies: Sequence[str], seeds: Sequence[int], size: Size,
    root: Path = EVIDENCE_DIR, atlas_root: Path = ATLAS_DIR, afresh: bool = False,
    report: Report = lambda _: None,
) -> list[Evidence]:  # fmt: skip
    """Run studies and write their evidence, beside the seeds that are there already.

    What was measured before is not again, unless ``afresh``. Raises UnknownName for a study that
    does not exist; InvalidValue for an atlas that is missing, and where other settings would cost
    the rows of seeds that are not asked for.
    """
    for name in studies:
        if name not in STUDIES:
            raise UnknownName("study", name, STUDIES)
    found = []
    for name in studies:
        bench = Bench(workspace=workspace, seed=0, size=size, atlas_root=atlas_root)
        parts = _others(name, bench, seeds, root)
        for seed in seeds:
            parts[seed] = _measured(name, replace(bench, seed=seed), root, report, afresh=afresh)
        found.append(_join(name, workspace, dict(sorted(parts.items())), size))
        save_evidence(found[-1], root)
    return found


def _others(name: str, bench: Bench, seeds: Sequence[int], root: Path) -> dict[int, Evidence]:
    """Rows of seeds that are there but not asked for, if they were measured as the others will."""
    try:
        stored = load_evidence(name, bench.workspace.spec.name, root)
    except (UnknownName, DamagedArtifact):
        return {}
    origin = bench.hashes(name)
    if not origin.items() <= stored.atlases.items():
        return {}  # measured on an atlas that is no more
    others = {}
    for seed in set(stored.parameters.get("seeds", ())) - set(seeds):
        wanted = _wanted(name, replace(bench, seed=seed))
        kept = kept_in_evidence(wanted, root, shipped=origin)
        if kept is None:
            problem = f"seed {seed} was measured otherwise (sizes, protocol): {stored.command}"
            remedy = "its settings, all its seeds, or another folder (--into)"
            raise InvalidValue(f"{wanted.env}/{name}", problem, remedy)
        others[seed] = kept
    return others


def _wanted(name: str, bench: Bench) -> Evidence:
    """One seed's evidence, without its rows."""
    return Evidence(
        table=name, env=bench.workspace.spec.name, rows=[], command="",
        atlases=bench.hashes(name),
        parameters={**_settings(bench.size), "seed": bench.seed},
    )  # fmt: skip


def _measured(name: str, bench: Bench, into: Path, report: Report, *, afresh: bool) -> Evidence:
    """One seed's rows: measured before, or now; then kept in ``runs/``."""
    wanted = _wanted(name, bench)
    root = bench.workspace.folder / "evidence" / f"seed-{bench.seed}"
    origin = replace(bench, seed=0).hashes(name)
    kept = kept_in_runs(wanted, root) or kept_in_evidence(wanted, into, shipped=origin)
    report(f"{name}, training seed {bench.seed}{': measured before' * bool(kept and not afresh)}")
    if kept and not afresh:
        return kept
    if not wanted.atlases:
        bench.atlas(hole=HOLES.get(name, (False,))[0])  # says which command makes it
    began, ledger = time.process_time(), Ledger(root / f"{name}.ledger")
    with one_thread():
        rows = STUDIES[name](replace(bench, ledger=ledger))
    seconds = time.process_time() - began + ledger.seconds_saved
    evidence = replace(wanted, rows=rows, seconds=seconds)
    save_evidence(evidence, root)
    ledger.forget()
    return evidence


def _settings(size: Size) -> dict[str, Any]:
    """All that rows of one table share: sizes, how they are judged, and the steering measured."""
    solver = {"paper": as_json(PAPER), "correction": as_json(CorrectionConfig())}
    return {**asdict(size), "protocol": PROTOCOL, "solver": solver}


def _join(name: str, workspace: Workspace, parts: Mapping[int, Evidence], size: Size) -> Evidence:
    seeds = list(parts)
    flags = f"--tables {name} --seeds {' '.join(map(str, seeds))} --requests {size.num_requests}"
    flags += " --all-corrected" if size.all_corrected else ""
    found = list(parts.values())
    return Evidence(
        table=name, env=workspace.spec.name, rows=of_seed([p.rows for p in found], seeds),
        command=f"steerscape evaluate {workspace.spec.name} {flags}",
        atlases={key: value for part in found for key, value in part.atlases.items()},
        parameters={**_settings(size), "seeds": seeds},
        seconds=sum(part.seconds or 0.0 for part in found),
    )  # fmt: skip
