"""What is measured of the policies that move robots, and the shelf of the shipped ones."""

from collections.abc import Sequence
from pathlib import Path

from safetensors.torch import save_file

from backend.action_latents.polynomial.bandit_study import Rows
from backend.action_latents.polynomial.robot_recipes import ROBOTS
from backend.action_latents.polynomial.robot_store import KIND, REBUILD, SCHEMA
from backend.action_latents.polynomial.robot_study import (
    NUM_EPISODES,
    config_of,
    kept_robot,
    robot_row,
    robot_runs,
    train_robots,
)
from backend.action_latents.polynomial.store import ENDING, POLYNOMIAL_DIR
from backend.action_latents.polynomial.tables import EVALUATE, ROBOT_ENV, save_table
from backend.action_latents.polynomial.worlds_study import Report
from backend.artifacts import Manifest, write_artifact

ROBOT_DIR, TABLE = POLYNOMIAL_DIR / "robots", "robots"


def build_robots(
    scratch: Path, *, num_workers: int, root: Path = POLYNOMIAL_DIR,
    robots: Sequence[str] = tuple(ROBOTS), report: Report = lambda *_: None,
) -> list[str]:  # fmt: skip
    """Train seed 0 of every kind and put it on the shelf; names of what is there."""
    runs = robot_runs(robots, [0])
    train_robots(runs, scratch, num_workers=num_workers, report=report)
    config = {name: {kind: config_of(name, kind) for kind in ROBOTS[name].kinds} for name in robots}
    manifest = Manifest(kind=KIND, schema=SCHEMA, rebuild=REBUILD, seed=0, config=config)
    names = []
    with write_artifact(root / ROBOT_DIR.name, manifest) as folder:
        for run in runs:
            if (found := kept_robot(run, scratch)) is not None:
                save_file(found[0].arrays(), folder / f"{found[0].name}{ENDING}")
                names.append(found[0].name)
    return names


def measure_robots(
    scratch: Path, *, seeds: Sequence[int], num_workers: int, root: Path = POLYNOMIAL_DIR,
    robots: Sequence[str] = tuple(ROBOTS), report: Report = lambda *_: None,
) -> Rows:  # fmt: skip
    """Returns, arms taken and learning curves over the seeds; trains what is missing."""
    runs = robot_runs(robots, seeds)
    train_robots(runs, scratch, num_workers=num_workers, report=report)
    kept = [(run, kept_robot(run, scratch)) for run in runs]
    rows = [robot_row(run, *found) for run, found in kept if found is not None]
    about = {"seeds": list(seeds), "num_episodes": NUM_EPISODES}
    save_table(TABLE, ROBOT_ENV, rows, EVALUATE, about, root)
    return rows
