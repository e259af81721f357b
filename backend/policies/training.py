"""One training run: PPO updates with checkpoints, resumable to the same bytes."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from backend.artifacts import as_json
from backend.checkpoints import adam_arrays, net_arrays, restore_adam, restore_net, write_arrays
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.policies.networks import ActorCritic
from backend.policies.policy import FilmWeights
from backend.policies.ppo import Experience, Learner, PpoConfig, RunningMoments, update
from backend.policies.preferences import PreferenceSpace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """One network of the population."""

    name: str
    "Name of the run; part of every policy id."
    seed: int
    "Seed of networks, environments and preferences."
    preferences: PreferenceSpace = PreferenceSpace()
    "What the network is conditioned on."
    num_steps: int = 2_000_000
    "Control steps in all."
    num_checkpoints: int = 10
    "Snapshots kept, evenly spaced."
    ppo: PpoConfig = PpoConfig()
    "Learner settings."


def train_run(
    spec: EnvSpec,
    config: RunConfig,
    folder: Path,
    *,
    report: Callable[[int, int], None] = lambda *_: None,
    on_checkpoint: Callable[[int, FilmWeights], None] = lambda *_: None,
) -> list[Path]:
    """Train until the last checkpoint and return every checkpoint's file, in order.

    ``report(steps done, steps in all)`` follows each update, ``on_checkpoint(index, actor)`` each
    checkpoint.

    Resumes from the newest complete checkpoint in ``folder``. Environments restart and random
    streams are re-seeded at each checkpoint, so an interrupted run ends in the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(as_json(config), indent=1))
    block = config.ppo.num_envs * config.ppo.rollout_steps
    per_checkpoint = max(1, config.num_steps // block // config.num_checkpoints)
    learner = _new_learner(spec, config)
    files = [folder / f"checkpoint-{i:02d}.safetensors" for i in range(config.num_checkpoints)]
    newest, done = folder / "learner.safetensors", 0
    if newest.exists():
        _restore(learner, newest)
        done = learner.num_updates // per_checkpoint
    env = BatchedEnv(spec, config.ppo.num_envs)
    for index in range(done, config.num_checkpoints):
        experience = Experience(
            env, config.preferences, np.random.default_rng([config.seed, index])
        )
        generator = torch.Generator().manual_seed(config.seed * 1000 + index)
        for _ in range(per_checkpoint):
            rollout = experience.collect(learner, config.ppo.rollout_steps)
            progress = learner.num_updates / (per_checkpoint * config.num_checkpoints)
            update(learner, rollout, config.ppo, progress=progress, generator=generator)
            report(learner.num_updates * block, config.num_steps)
        save_weights(learner.snapshot(), files[index])
        _save(learner, newest)
        logger.info("%s: checkpoint %d of %d", config.name, index + 1, config.num_checkpoints)
        on_checkpoint(index, learner.snapshot())
    return files


def save_weights(weights: FilmWeights, path: Path) -> None:
    """Write an actor as safetensors (beside, then renamed)."""
    write_arrays(
        {name: np.asarray(array, np.float32) for name, array in vars(weights).items()}, path
    )


def load_weights(path: Path) -> FilmWeights:
    """Read an actor written by ``save_weights``."""
    return FilmWeights(**load_file(path))


def _new_learner(spec: EnvSpec, config: RunConfig) -> Learner:
    torch.manual_seed(config.seed)
    net = ActorCritic(
        spec.obs_dim, config.preferences.dim, spec.action_dim, spec.num_objectives,
        hidden_dim=config.ppo.hidden_dim, log_std_min=config.ppo.log_std_min,
    )  # fmt: skip
    optimiser = torch.optim.Adam(
        net.parameters(), lr=config.ppo.learning_rate, eps=1e-5, foreach=True
    )
    moments = RunningMoments(np.zeros(spec.obs_dim), np.ones(spec.obs_dim))
    return Learner(net, optimiser, moments, np.ones(spec.num_objectives))


def _save(learner: Learner, path: Path) -> None:
    moments = learner.moments
    arrays = net_arrays(learner.net) | adam_arrays(learner.optimiser)
    arrays |= {
        "moments.mean": moments.mean, "moments.variance": moments.variance,
        "moments.count": np.array(moments.count), "value_scale": learner.value_scale,
        "num_updates": np.array(learner.num_updates),
    }  # fmt: skip
    write_arrays(arrays, path)


def _restore(learner: Learner, path: Path) -> None:
    arrays = load_file(path)
    restore_net(learner.net, arrays)
    restore_adam(learner.optimiser, arrays)
    count = arrays["moments.count"].item()
    learner.moments = RunningMoments(arrays["moments.mean"], arrays["moments.variance"], count)
    learner.value_scale = arrays["value_scale"]
    learner.num_updates = arrays["num_updates"].item()
