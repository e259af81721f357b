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
from backend.checkpoints import (
    adam_arrays,
    fingerprint,
    is_from,
    net_arrays,
    restore_adam,
    restore_net,
    write_arrays,
)
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue
from backend.policies.experience import Experience
from backend.policies.learner import Learner
from backend.policies.moments import RunningMoments
from backend.policies.networks import ActorCritic
from backend.policies.policy import FilmWeights
from backend.policies.ppo import PpoConfig, update
from backend.policies.preferences import PreferenceSpace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of a run with its own settings; the step size anneals within it."""

    num_steps: int = 2_000_000
    "Control steps."
    num_checkpoints: int = 10
    "Snapshots kept, evenly spaced."
    ppo: PpoConfig = PpoConfig()
    "Learner settings."

    @property
    def updates_per_checkpoint(self) -> int:
        """PPO updates between two snapshots."""
        block = self.ppo.num_envs * self.ppo.rollout_steps
        return max(1, self.num_steps // block // self.num_checkpoints)


@dataclass(frozen=True, kw_only=True)
class RunConfig:
    """One network of the population."""

    name: str
    "Name of the run; part of every policy id."
    seed: int
    "Seed of networks, environments and preferences."
    preferences: PreferenceSpace = PreferenceSpace()
    "What the network is conditioned on."
    phases: tuple[Phase, ...] = (Phase(),)
    "One after the other; each starts from the networks of the last with a fresh optimiser."
    hidden_dim: int = 64
    "Width of actor and critic."
    log_std_init: float = -0.5
    "Log action std at the start."

    @property
    def num_checkpoints(self) -> int:
        """Snapshots of all phases."""
        return sum(phase.num_checkpoints for phase in self.phases)

    @property
    def num_steps(self) -> int:
        """Control steps of all phases."""
        return sum(phase.num_steps for phase in self.phases)

    def phase_at(self, checkpoint: int) -> tuple[Phase, int]:
        """The phase that makes a checkpoint, and the checkpoint's index within it."""
        for phase in self.phases:
            if checkpoint < phase.num_checkpoints:
                return phase, checkpoint
            checkpoint -= phase.num_checkpoints
        raise IndexError(f"a run of {self.num_checkpoints} checkpoints has none so late")


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
    streams are re-seeded at each checkpoint, so an interrupted run ends in the same bytes. Raises
    InvalidValue where the folder holds a training by other settings: hours that nobody should lose.
    """
    folder.mkdir(parents=True, exist_ok=True)
    newest, made_from = folder / "learner.safetensors", fingerprint(spec.name, as_json(config))
    if newest.exists() and not is_from(newest, made_from):
        raise InvalidValue(
            "training", f"{folder} holds one by other settings", "another --runs folder, or none"
        )
    (folder / "config.json").write_text(json.dumps(as_json(config), indent=1))
    files = [folder / f"checkpoint-{i:02d}.safetensors" for i in range(config.num_checkpoints)]
    learner, done = _new_learner(spec, config), 0
    if newest.exists():
        done = _restore(learner, config, newest)
    steps = sum(_steps_of(config, index) for index in range(done))
    for index in range(done, config.num_checkpoints):
        phase, position = config.phase_at(index)
        if position == 0:
            _enter(learner, phase)
        experience = Experience(
            BatchedEnv(spec, phase.ppo.num_envs), config.preferences,
            np.random.default_rng([config.seed, index]),
        )  # fmt: skip
        generator = torch.Generator().manual_seed(config.seed * 1000 + index)
        for update_index in range(phase.updates_per_checkpoint):
            rollout = experience.collect(learner, phase.ppo.rollout_steps)
            share = position + update_index / phase.updates_per_checkpoint
            progress = share / phase.num_checkpoints
            update(learner, rollout, phase.ppo, progress=progress, generator=generator)
            steps += phase.ppo.num_envs * phase.ppo.rollout_steps
            report(steps, config.num_steps)
        save_weights(learner.snapshot(), files[index])
        _save(learner, newest, num_checkpoints=index + 1, made_from=made_from)
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


def _steps_of(config: RunConfig, checkpoint: int) -> int:
    phase, _ = config.phase_at(checkpoint)
    return phase.updates_per_checkpoint * phase.ppo.num_envs * phase.ppo.rollout_steps


def _new_learner(spec: EnvSpec, config: RunConfig) -> Learner:
    torch.manual_seed(config.seed)
    net = ActorCritic(
        spec.obs_dim, config.preferences.dim, spec.action_dim, spec.num_objectives,
        hidden_dim=config.hidden_dim, log_std_init=config.log_std_init,
    )  # fmt: skip
    moments = RunningMoments(np.zeros(spec.obs_dim), np.ones(spec.obs_dim))
    first = config.phases[0]
    learner = Learner(net, _optimiser(net, first.ppo), moments, np.ones(spec.num_objectives))
    _enter(learner, first)
    return learner


def _enter(learner: Learner, phase: Phase) -> None:
    """Begin a phase: its noise floor, and an optimiser without memory."""
    learner.net.log_std_min = phase.ppo.log_std_min
    learner.optimiser = _optimiser(learner.net, phase.ppo)


def _optimiser(net: ActorCritic, config: PpoConfig) -> torch.optim.Adam:
    if config.critic is None:
        groups = [{"params": list(net.parameters())}]
    else:
        actor = [*net.actor.parameters(), *net.log_std_head.parameters()]
        groups = [{"params": actor}, {"params": list(net.critic.parameters())}]
    return torch.optim.Adam(groups, lr=config.learning_rate, eps=1e-5, foreach=True)


def _save(learner: Learner, path: Path, *, num_checkpoints: int, made_from: str) -> None:
    moments = learner.moments
    arrays = net_arrays(learner.net) | adam_arrays(learner.optimiser)
    arrays |= {
        "moments.mean": moments.mean, "moments.variance": moments.variance,
        "moments.count": np.array(moments.count), "value_scale": learner.value_scale,
        "num_updates": np.array(learner.num_updates),
        "num_checkpoints": np.array(num_checkpoints),
    }  # fmt: skip
    write_arrays(arrays, path, made_from=made_from)


def _restore(learner: Learner, config: RunConfig, path: Path) -> int:
    """Put back the newest learner; returns how many checkpoints are done."""
    arrays = load_file(path)
    done = arrays["num_checkpoints"].item()
    _enter(learner, config.phase_at(done - 1)[0])
    restore_net(learner.net, arrays)
    restore_adam(learner.optimiser, arrays)
    count = arrays["moments.count"].item()
    learner.moments = RunningMoments(arrays["moments.mean"], arrays["moments.variance"], count)
    learner.value_scale = arrays["value_scale"]
    learner.num_updates = arrays["num_updates"].item()
    return done
