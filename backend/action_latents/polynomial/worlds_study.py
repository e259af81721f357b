"""Policies of every kind, trained in every world, and which goals they reach."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from backend.action_latents.polynomial import settings, unsaid
from backend.action_latents.polynomial.navigation import Navigation, Walks, walk
from backend.action_latents.polynomial.ppo import train
from backend.action_latents.polynomial.recipes import WORLD_HEADS, WORLDS, Kind
from backend.action_latents.polynomial.store import ENDING, WorldPolicy, read_policy
from backend.artifacts import Manifest, as_json, read_manifest, write_artifact
from backend.envs.smooth_world import LAYOUTS, Layout
from backend.errors import DamagedArtifact

NUM_WALKS, WALK_SEED = 200, 11
"Episodes from the layout's start behind every share."
RUN_KIND, RUN_SCHEMA = "polynomial-run", 1
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training."""

    layout: str
    kind: Kind
    seed: int

    @property
    def name(self) -> str:
        """For people and folders."""
        return f"{self.layout}.{self.kind}.{self.seed}"


def runs_of(layouts: Sequence[str], seeds: Sequence[int]) -> list[Run]:
    """Every kind that the recipes want."""
    return [
        Run(layout=layout, kind=kind, seed=seed)
        for seed in seeds
        for layout in layouts
        for kind in WORLDS[layout].kinds
    ]


def train_run(run: Run, root: Path) -> None:
    """Train and keep a policy, unless the same recipe's is there already."""
    torch.set_num_threads(1)
    if kept_run(run, root) is not None:
        return
    config = WORLDS[run.layout].config(run.kind)
    torch.manual_seed(run.seed)
    head = WORLD_HEADS[run.kind]()
    task = Navigation(LAYOUTS[run.layout], config.num_envs, np.random.default_rng(run.seed))
    learner = train(head, task, config)
    policy = WorldPolicy(layout=run.layout, kind=run.kind, head=head, critic=learner.critic)
    manifest = Manifest(
        kind=RUN_KIND, schema=RUN_SCHEMA, rebuild="steerscape polynomial build", seed=run.seed,
        config=config_of(run.layout, run.kind),
    )  # fmt: skip
    with write_artifact(root / run.name, manifest) as scratch:
        save_file(policy.arrays(), scratch / f"policy{ENDING}")


def kept_run(run: Run, root: Path) -> WorldPolicy | None:
    """What an earlier training left; None if there is none of this recipe that can be read."""
    folder = root / run.name
    try:
        manifest = read_manifest(
            folder, kind=RUN_KIND, schema=RUN_SCHEMA, rebuild="steerscape polynomial build"
        )
        said = unsaid.of_world(run.layout, run.kind) | manifest.config
        if said != config_of(run.layout, run.kind):
            return None
        return read_policy(folder / f"policy{ENDING}", run.layout, run.kind)
    except DamagedArtifact:
        return None


def config_of(layout: str, kind: Kind) -> dict[str, Any]:
    """All that decides what is learnt, but for the seed."""
    return as_json(WORLDS[layout].config(kind)) | settings.of_world(layout, kind)


def train_all(
    runs: Sequence[Run], root: Path, *, num_workers: int, report: Report = lambda *_: None
) -> None:
    """Side by side, one core each."""
    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(train_run, run, root): run for run in runs}
        for done, future in enumerate(as_completed(pending), 1):
            future.result()
            report(done, len(runs), pending[future].name)


def rows_of(run: Run, policy: WorldPolicy) -> dict[str, Any]:
    """Where 200 walks from the layout's start end."""
    world = LAYOUTS[run.layout]
    found = walk(policy.head, world, world.place(world.start), num=NUM_WALKS, seed=WALK_SEED)
    gates = found.through(world) if world.gates else np.zeros(0, int)
    return {
        "layout": run.layout, "kind": run.kind, "seed": run.seed,
        "success": float((found.outcome > 0).mean()),
        "shares": [found.share(goal) for goal in range(1, world.num_goals + 1)],
        "gates": [float((gates == g).mean()) for g in range(1, len(world.gates) + 1)],
        "goal_entropy": goal_entropy(found, world),
        "mean_length": float(found.length.mean()),
    }  # fmt: skip


def goal_entropy(found: Walks, world: Layout) -> float:
    """Of the goals reached, nats; at most the logarithm of their number."""
    shares = np.array([found.share(goal) for goal in range(1, world.num_goals + 1)])
    if not shares.sum():
        return 0.0
    shares = shares[shares > 0] / shares.sum()
    return float(-(shares * np.log(shares)).sum())
