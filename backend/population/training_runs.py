"""All networks of a recipe, trained side by side, with return vectors as they come."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from backend.envs.spec import EnvSpec
from backend.policies.policy import FilmWeights
from backend.policies.training import RunConfig, train_run
from backend.population.gathering import measure
from backend.population.population import Member

RETURNS_FILE = "returns.txt"
"One line per checkpoint in each run's folder."
NUM_SHOWN = 4
"Preferences whose returns are shown at each checkpoint."

Report = Callable[[int, int, str], None]
"(checkpoints done, checkpoints in all, line to show)."


def train_runs(
    spec: EnvSpec, runs: Sequence[RunConfig], root: Path, *, num_workers: int, report: Report
) -> None:
    """Train every run in its folder ``root / run.name``; each resumes where it was stopped."""
    total = sum(run.num_checkpoints for run in runs)
    shown: dict[str, int] = {run.name: 0 for run in runs}

    def follow() -> None:
        for run in runs:
            path = root / run.name / RETURNS_FILE
            lines = path.read_text().splitlines() if path.exists() else []
            for line in lines[shown[run.name] :]:
                shown[run.name] += 1
                report(sum(shown.values()), total, line)

    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(_train, spec, run, root / run.name) for run in runs}
        while pending:
            done, pending = wait(pending, timeout=1.0)
            follow()
            for future in done:
                future.result()
    follow()


def describe_checkpoint(spec: EnvSpec, config: RunConfig, index: int, weights: FilmWeights) -> str:
    """One line: measured returns of the network at a few preferences, one episode each."""
    space = config.preferences
    if space.num_objectives == 2:
        firsts = np.linspace(space.lowest_weight, 1.0, NUM_SHOWN)
        shown = [(float(w), float(1 - w)) for w in firsts]
    else:
        corners = np.eye(space.num_objectives).tolist()
        middle = [1 / space.num_objectives] * space.num_objectives
        shown = [tuple(weights) for weights in (*corners, middle)]
    cap = None if space.speed_caps is None else space.speed_caps[1]
    members = [Member(network=config.name, weights=w, speed_cap=cap) for w in shown]
    returns = measure(spec, {config.name: weights}, members, [0]).returns
    vectors = " ".join(
        f"{member.policy_id.rpartition('/')[2]}:" + "/".join(f"{value:.0f}" for value in row)
        for member, row in zip(members, returns, strict=True)
    )
    names = "/".join(spec.objective_names)
    return f"{config.name} {index + 1}/{config.num_checkpoints} {names} {vectors}"


def _train(spec: EnvSpec, config: RunConfig, folder: Path) -> None:
    import torch

    torch.set_num_threads(1)

    def note(index: int, weights: FilmWeights) -> None:
        with (folder / RETURNS_FILE).open("a") as stream:
            stream.write(describe_checkpoint(spec, config, index, weights) + "\n")

    train_run(spec, config, folder, on_checkpoint=note)
