"""Closed-loop episodes of chunk policies, and whose gait each moment of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from backend.action_latents.chunks.gaits import Gait
from backend.action_latents.chunks.policies import ChunkPolicy
from backend.arrays import Array, Bool, Float, Float32, Int
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.threads import one_thread

EXECUTED = 4
"Actions of a chunk that are executed before the next one is drawn."
WINDOW = 8
"Steps that get one label."
FALLEN_PITCH, STALL_SPEED = 1.5, 0.3
"Radians beyond which the robot lies on its back; m/s below which it stands."
LAST = 100
"Steps at the end of an episode by which falls and stalls are judged."


@dataclass(frozen=True, kw_only=True)
class Runs:
    """Episodes side by side."""

    obs: Float32[Array, "time episode obs"]
    action: Float32[Array, "time episode action"]
    reward: Float[Array, "time episode objective"]
    qpos: Float[Array, "time episode qpos"]

    @property
    def fallen(self) -> Bool[Array, "episode"]:
        """Whether it lies on its back for most of the end."""
        return fallen(self.qpos[..., 2])

    @property
    def stalled(self) -> Bool[Array, "episode"]:
        """Whether it goes nowhere at the end."""
        return stalled(self.reward[..., 0])

    def speed(self, last: int) -> Float[Array, "episode"]:
        """Mean forward speed of the last steps, m/s."""
        return self.reward[-last:, :, 0].mean(0)


def fallen(pitch: Float[Array, "time episode"]) -> Bool[Array, "episode"]:
    """Whether a pitch, radians, is that of a back for most of the end."""
    turned = np.abs((pitch[-LAST:] + np.pi) % (2 * np.pi) - np.pi)
    return (turned > FALLEN_PITCH).mean(0) > 0.5


def stalled(speed: Float[Array, "time episode"]) -> Bool[Array, "episode"]:
    """Whether a speed, m/s, has come to nothing at the end."""
    return speed[-LAST:].mean(0) < STALL_SPEED


def run(
    spec: EnvSpec, policy: ChunkPolicy, seeds: Sequence[int], *, num_steps: int, seed: int,
    executed: int = EXECUTED,
) -> Runs:  # fmt: skip
    """Episodes from the environment's own starts, a new chunk every ``executed`` steps."""
    generator = torch.Generator().manual_seed(seed)
    env = BatchedEnv(spec, len(seeds))
    rows: list[tuple[Array, ...]] = []
    with one_thread():
        obs = env.reset(seeds)
        chunk = np.zeros((len(seeds), 0, spec.action_dim), np.float32)
        for step in range(num_steps):
            if step % executed == 0:
                chunk = policy.draw(torch.from_numpy(obs).float(), generator).numpy()
            action, qpos = chunk[:, step % executed], env.qpos.copy()
            next_obs, reward, _ = env.step(action.astype(float))
            rows.append((obs.astype(np.float32), action, reward, qpos))
            obs = next_obs
    columns = (np.stack(column) for column in zip(*rows, strict=True))
    obs_rows, action_rows, reward_rows, qpos_rows = columns
    return Runs(obs=obs_rows, action=action_rows, reward=reward_rows, qpos=qpos_rows)


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Which gait would have acted most alike, window by window."""

    gait: Int[Array, "window episode"]
    distance: Float[Array, "window episode"]
    "Root mean square difference of the actions to that gait's."


def label(gaits: Sequence[Gait], runs: Runs, window: int = WINDOW) -> Labels:
    """Compare the executed actions with every gait's own in the same states."""
    num_windows = len(runs.obs) // window
    obs, action = (a[: num_windows * window] for a in (runs.obs, runs.action))
    flat = obs.reshape(-1, obs.shape[-1])
    squares = []
    for gait in gaits:
        error = (gait.policy.act(flat).reshape(action.shape) - action) ** 2
        squares.append(error.reshape(num_windows, window, *error.shape[1:]).mean((1, 3)))
    every = np.stack(squares)
    return Labels(gait=every.argmin(0), distance=np.sqrt(every.min(0)))


def mean_stay(labels: Int[Array, "window episode"], window: int = WINDOW) -> float:
    """Steps for which one gait lasts, on average over all turns."""
    changes = (labels[1:] != labels[:-1]).sum()
    return float(labels.size * window / (changes + labels.shape[1]))


def shares(labels: Int[Array, "*windows"], num: int) -> Float[Array, "gait"]:
    """Of all windows."""
    return np.bincount(labels.ravel(), minlength=num) / labels.size
