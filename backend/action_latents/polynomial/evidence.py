"""Everything that is measured of polynomial policies, as tables on disk."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from backend.action_latents.polynomial.bandit_study import (
    Rows,
    fit_bandits,
    jobs_of,
    kept_job,
    lesson_rows,
    throughput,
)
from backend.action_latents.polynomial.quadrature_study import (
    NUM_DENSITIES,
    ORDER,
    SPREAD,
    quadrature_rows,
)
from backend.action_latents.polynomial.recipes import ALPHA, KINDS, WORLD_HEADS, WORLDS
from backend.action_latents.polynomial.robot_evidence import build_robots, measure_robots
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR, save_shelf
from backend.action_latents.polynomial.tables import (
    BANDIT_ENV,
    BUILD,
    EVALUATE,
    ROBOT_ENV,
    WORLD_ENV,
    medians,
    rows_on_disk,
    save_table,
)
from backend.action_latents.polynomial.worlds_study import (
    NUM_WALKS,
    config_of,
    kept_run,
    rows_of,
    runs_of,
    train_all,
)
from backend.artifacts import as_json
from backend.errors import UnknownName
from backend.threads import one_thread

SHELF_DIR = POLYNOMIAL_DIR / "shelf"
TABLES = ("worlds", "robots", "bandits", "throughput", "quadrature")
BATCH = 1024
"Observations judged and sampled at once when throughput is measured."
Report = Callable[[int, int, str], None]


def build(
    scratch: Path, *, num_workers: int, root: Path = POLYNOMIAL_DIR,
    layouts: Sequence[str] = tuple(WORLDS), report: Report = lambda *_: None,
) -> dict[str, Any]:  # fmt: skip
    """Train seed 0 in every world, fit the bandits, put it all on the shelf."""
    runs = runs_of(layouts, [0])
    train_all(runs, scratch, num_workers=num_workers, report=report)
    with one_thread():
        fits, rows = fit_bandits(report)
    policies = [policy for run in runs if (policy := kept_run(run, scratch)) is not None]
    config = {
        "worlds": {name: as_json(WORLDS[name]) for name in layouts}, "alpha": ALPHA,
        "trained": {policy.name: config_of(policy.layout, policy.kind) for policy in policies},
    }  # fmt: skip
    save_shelf(policies, fits, config=config, seed=0, root=root / SHELF_DIR.name)
    save_table("fits", BANDIT_ENV, rows, BUILD, {"alpha": ALPHA}, root)
    robots = build_robots(scratch, num_workers=num_workers, root=root, report=report)
    return {
        "policies": [policy.name for policy in policies], "fits": len(fits), "robots": robots
    }  # fmt: skip


def measure_worlds(
    scratch: Path, *, seeds: Sequence[int], num_workers: int, root: Path = POLYNOMIAL_DIR,
    layouts: Sequence[str] = tuple(WORLDS), report: Report = lambda *_: None,
) -> Rows:  # fmt: skip
    """Goals reached, over the training seeds; trains what is missing."""
    runs = runs_of(layouts, seeds)
    train_all(runs, scratch, num_workers=num_workers, report=report)
    rows = [rows_of(run, policy) for run in runs if (policy := kept_run(run, scratch)) is not None]
    save_table(
        "worlds", WORLD_ENV, rows, EVALUATE, {"seeds": list(seeds), "num_walks": NUM_WALKS}, root
    )
    return rows


def measure_bandits(
    scratch: Path, *, seeds: Sequence[int], num_workers: int, root: Path = POLYNOMIAL_DIR,
    report: Report = lambda *_: None,
) -> Rows:  # fmt: skip
    """Coverage and reward of every kind of policy; the curves of the lesson beside; resumes."""
    jobs, rows, curves = jobs_of(seeds), [], []
    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        found = pool.map(partial(kept_job, scratch=scratch / BANDIT_ENV), jobs)
        for done, (job, (row, history)) in enumerate(zip(jobs, found, strict=True), 1):
            rows.append(row)
            curves += lesson_rows(job, history)
            report(done, len(jobs), f"{job.bandit}, {job.kind}, α = {job.entropy_weight}")
    about = {"seeds": list(seeds)}
    save_table("bandits", BANDIT_ENV, rows, EVALUATE, about, root)
    save_table("sharpening", BANDIT_ENV, curves, EVALUATE, about, root)
    return rows


def measure_throughput(root: Path = POLYNOMIAL_DIR) -> Rows:
    """Actions drawn and judged per second, one thread, all kinds in one run."""
    obs = torch.rand(BATCH, 2) * 2 - 1
    rows: Rows = []
    with one_thread():
        torch.set_num_threads(1)
        for kind in KINDS:
            head = WORLD_HEADS[kind]()
            action, memory = head.sample(obs)
            samples, judged = throughput(
                lambda head=head: head.sample(obs),
                lambda head=head, a=action, m=memory: head.judge(obs, a, m), BATCH,
            )  # fmt: skip
            rows.append({
                "kind": kind, "batch": BATCH, "samples_per_second": samples,
                "judged_per_second": judged,
            })  # fmt: skip
    save_table("throughput", WORLD_ENV, rows, EVALUATE, {"batch": BATCH}, root)
    return rows


def measure_quadrature(root: Path = POLYNOMIAL_DIR) -> Rows:
    """Errors of grids and Sobol points in 2 to 5 dimensions, one thread."""
    with one_thread():
        torch.set_num_threads(1)
        rows = quadrature_rows()
    about = {"order": ORDER, "num_densities": NUM_DENSITIES, "spread": SPREAD}
    save_table("quadrature", BANDIT_ENV, rows, EVALUATE, about, root)
    return rows


def measure_all(
    scratch: Path, *, seeds: Sequence[int], num_workers: int, root: Path = POLYNOMIAL_DIR,
    tables: Sequence[str] = TABLES, report: Report = lambda *_: None,
) -> dict[str, Any]:  # fmt: skip
    """The tables asked for; then the summary of all. Raises UnknownName."""
    studies = {
        "worlds": measure_worlds, "robots": measure_robots, "bandits": measure_bandits,
    }  # fmt: skip
    for table in tables:
        if table not in TABLES:
            raise UnknownName("table", table, TABLES)
    for table, measure in studies.items():
        if table in tables:
            measure(scratch, seeds=seeds, num_workers=num_workers, root=root, report=report)
    if "throughput" in tables:
        measure_throughput(root)
    if "quadrature" in tables:
        measure_quadrature(root)
    return summary(root)


def summary(root: Path = POLYNOMIAL_DIR) -> dict[str, Any]:
    """Of every table that was measured, medians over the training seeds."""
    found = {}
    for table, (env, sum_up) in SUMMARIES.items():
        with suppress(UnknownName):
            found[table] = sum_up(rows_on_disk(table, env, root).rows)
    return found


def _worlds(rows: Rows) -> dict[str, Any]:
    ways = {f"{r['layout']}.{r['kind']}.{r['seed']}": r["gates"] or r["shares"] for r in rows}
    figures = ("success", "goal_entropy", "mean_length")
    return {"medians": medians(rows, ("layout", "kind"), figures), "ways": ways}


def _robots(rows: Rows) -> dict[str, Any]:
    arms = {f"{r['kind']}.{r['seed']}": r["shares"] for r in rows if r["shares"]}
    return {"medians": medians(rows, ("robot", "kind"), ("return", "mean_length")), "arms": arms}


def _bandits(rows: Rows) -> Rows:
    keys = ("bandit", "kind", "order", "entropy_weight", "normalised")
    return medians(rows, keys, ("coverage", "reward"))


def _as_it_is(rows: Rows) -> Rows:
    return rows


SUMMARIES: Mapping[str, tuple[str, Callable[[Rows], Any]]] = {
    "worlds": (WORLD_ENV, _worlds), "robots": (ROBOT_ENV, _robots),
    "bandits": (BANDIT_ENV, _bandits), "throughput": (WORLD_ENV, _as_it_is),
    "quadrature": (BANDIT_ENV, _as_it_is),
}  # fmt: skip
"Table -> (environment it is filed under, how it is summed up)."
