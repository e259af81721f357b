"""Policies of every kind, trained to move every robot, and what each then does."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from backend.action_latents.polynomial import settings, unsaid
from backend.action_latents.polynomial.bandit_study import Rows
from backend.action_latents.polynomial.ppo import train
from backend.action_latents.polynomial.recipes import Kind
from backend.action_latents.polynomial.robot_recipes import ROBOTS
from backend.action_latents.polynomial.robot_store import (
    REBUILD,
    RUN_KIND,
    RUN_SCHEMA,
    RobotPolicy,
    read_robot,
)
from backend.action_latents.polynomial.robots import RobotTask, Scale, episodes
from backend.action_latents.polynomial.store import ENDING
from backend.action_latents.polynomial.worlds_study import Report
from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.envs.model import own_model_hash
from backend.errors import DamagedArtifact
from backend.threads import one_thread

NUM_EPISODES, EPISODE_SEED, DRAW_SEED = 200, 9000, 5
"Behind every share and every return."
EVERY = 10
"Iterations from one point of a learning curve to the next."
LAST = 50
"Episodes, the latest ones, that a point of the curve is the mean of."


@dataclass(frozen=True, kw_only=True)
class RobotRun:
    """One training."""

    robot: str
    kind: Kind
    seed: int

    @property
    def name(self) -> str:
        """For people and folders."""
        return f"{self.robot}.{self.kind}.{self.seed}"


def robot_runs(robots: Sequence[str], seeds: Sequence[int]) -> list[RobotRun]:
    """Every kind that the recipes want."""
    return [
        RobotRun(robot=robot, kind=kind, seed=seed)
        for seed in seeds
        for robot in robots
        for kind in ROBOTS[robot].kinds
    ]


def train_robot(run: RobotRun, root: Path) -> None:
    """Train and keep a policy with its learning curve, unless the same recipe's is there."""
    torch.set_num_threads(1)
    if kept_robot(run, root) is not None:
        return
    recipe, curve = ROBOTS[run.robot], []
    config = recipe.config(run.kind)
    torch.manual_seed(run.seed)
    head, rng = recipe.head(run.kind), np.random.default_rng(run.seed)
    scale = Scale.of(recipe.spec.obs_dim) if recipe.normalised else None
    task = RobotTask(recipe.learns_in, config.num_envs, rng, scale=scale, pay=recipe.pay)

    def note(done: int, total: int, figures: dict[str, float]) -> None:
        if done % EVERY == 0 and task.earned:
            steps = done * config.num_envs * config.rollout_steps
            latest = float(np.mean(task.earned[-LAST:]))
            curve.append({"steps": steps, "return": latest, "entropy": figures["entropy"]})

    with one_thread():
        train(head, task, config, note)
    policy = RobotPolicy(robot=run.robot, kind=run.kind, head=head, scale=scale)
    manifest = Manifest(
        kind=RUN_KIND, schema=RUN_SCHEMA, rebuild=REBUILD, seed=run.seed,
        config=config_of(run.robot, run.kind), facts={"curve": curve},
    )  # fmt: skip
    with write_artifact(root / run.name, manifest) as scratch:
        save_file(policy.arrays(), scratch / f"policy{ENDING}")


def kept_robot(run: RobotRun, root: Path) -> tuple[RobotPolicy, Rows] | None:
    """(policy, curve) of an earlier training; None if none of this recipe can be read."""
    folder = root / run.name
    try:
        manifest = read_manifest(folder, kind=RUN_KIND, schema=RUN_SCHEMA, rebuild=REBUILD)
        said = unsaid.of_robot(run.robot, run.kind) | manifest.config
        if said != config_of(run.robot, run.kind):
            return None
        policy = read_robot(folder / f"policy{ENDING}", run.robot, run.kind)
        return policy, manifest.facts["curve"]
    except DamagedArtifact:
        return None


def config_of(robot: str, kind: Kind) -> dict[str, Any]:
    """All that decides what is learnt, but for the seed."""
    recipe = ROBOTS[robot]
    plain = {"order": recipe.order, "nodes": recipe.nodes, "pay": recipe.pay}
    model = own_model_hash(recipe.spec)
    return (
        as_json(recipe.config(kind)) | plain | ({"model": model} if model else {})
        | settings.of_robot(recipe, kind)
    )  # fmt: skip


def train_robots(
    runs: Sequence[RobotRun], root: Path, *, num_workers: int, report: Report = lambda *_: None
) -> None:
    """What is missing, side by side, one core each."""
    runs = [run for run in runs if kept_robot(run, root) is None]
    if not runs:
        return
    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(train_robot, run, root): run for run in runs}
        for done, future in enumerate(as_completed(pending), 1):
            future.result()
            report(done, len(runs), pending[future].name)


def robot_row(run: RobotRun, policy: RobotPolicy, curve: Rows) -> dict[str, Any]:
    """What 200 episodes from the environment's own starts come to; actions drawn, not averaged."""
    spec = ROBOTS[run.robot].spec
    with one_thread():
        found = episodes(spec, policy.drawn(DRAW_SEED), num=NUM_EPISODES, seed=EPISODE_SEED)
    returns = found.returns.sum(1)
    shares = [float((column > 0).mean()) for column in found.returns.T]
    return {
        "robot": run.robot, "kind": run.kind, "seed": run.seed,
        "entropy_weight": ROBOTS[run.robot].entropy_weight[run.kind],
        "return": float(returns.mean()), "return_std": float(returns.std()),
        "shares": shares if len(shares) > 1 else [], "mean_length": float(found.length.mean()),
        "steps": [point["steps"] for point in curve],
        "learning": [point["return"] for point in curve],
    }  # fmt: skip
