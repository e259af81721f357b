"""Episodes of any policy: many rows at once, or one with everything a replay needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float, Float32
from backend.envs.batched import BatchedEnv
from backend.envs.single import SingleEnv
from backend.envs.spec import EnvSpec
from backend.policies.policy import Policy
from backend.threads import one_thread

THREADED_ROWS, THREADED_WHOLE_ROWS = 256, 4
"""From this many rows on, physics is worth a second thread; below, waking it costs more. The latter
where each row is a whole ``MjData``, whose step takes long enough to be worth it for a few."""
AFTERMATH_S = 1.5
"Seconds a film goes on after a fall: long enough for a robot without torque to lie."


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """One whole episode of one policy."""

    obs: Float[Array, "time obs"]
    action: Float[Array, "time action"]
    reward: Float[Array, "time objective"]
    qpos: Float[Array, "time qpos"]
    aftermath: Float[Array, "after qpos"] | None = None
    "After a fall: what the robot, without torque, does next. For films; no part of the episode."

    @property
    def returns(self) -> Float[Array, "objective"]:
        """Undiscounted sum of the vector reward."""
        return self.reward.sum(0)

    @property
    def fell(self) -> bool:
        """Whether the environment ended the episode before its time."""
        return self.aftermath is not None


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """One episode per row."""

    returns: Float[Array, "episode objective"]
    "Undiscounted vector return until termination."
    length: Float[Array, "episode"]
    "Control steps survived."
    upright: Float[Array, "episode"]
    "Share of those steps in the environment's upright posture."
    obs: Float32[Array, "episode kept obs"]
    "Observations at the kept steps."
    action: Float32[Array, "episode kept action"]
    "The actions executed there."


def simulate(
    spec: EnvSpec, policy: Policy, seed: int, *, num_steps: int | None = None
) -> Trajectory:
    """One episode (or its first ``num_steps``) of a one-row policy, states stored for replay."""
    with one_thread():
        return _simulate(spec, policy, seed, num_steps or spec.horizon)


def _simulate(spec: EnvSpec, policy: Policy, seed: int, num_steps: int) -> Trajectory:
    env = SingleEnv(spec)
    obs = env.reset(seed)
    rows: list[tuple[Array, ...]] = []
    terminated = False
    for _ in range(num_steps):
        qpos = env.data.qpos.copy()
        action = policy.act(obs[None])[0]
        next_obs, reward, terminated = env.step(action)
        rows.append((obs, action, reward, qpos))
        obs = next_obs
        if terminated:
            break
    obs_rows, actions, rewards, states = (np.stack(column) for column in zip(*rows, strict=True))
    return Trajectory(
        obs=obs_rows, action=actions, reward=rewards, qpos=states,
        aftermath=_collapse(env) if terminated else None,
    )  # fmt: skip


def _collapse(env: SingleEnv) -> Float[Array, "after qpos"]:
    """Poses from the one that ended the episode on, all torques zero."""
    rest = np.zeros(env.spec.action_dim)
    poses = [env.data.qpos.copy()]
    for _ in range(round(AFTERMATH_S / env.spec.time_step)):
        env.step(rest)
        if not np.isfinite(env.data.qpos).all():
            break
        poses.append(env.data.qpos.copy())
    return np.stack(poses)


def simulate_many(
    spec: EnvSpec,
    policy: Policy,
    seeds: Sequence[int],
    *,
    kept_steps: Sequence[int] | range = (),
) -> Episodes:
    """One episode per seed, all at once; ``policy`` serves as many rows as there are seeds.

    ``kept_steps`` are the control steps at which observations and actions are stored; an episode
    that ends before the last of them is started again for their sake (not for its return).
    """
    with one_thread():
        return _simulate_many(spec, policy, seeds, kept_steps)


def _simulate_many(
    spec: EnvSpec, policy: Policy, seeds: Sequence[int], kept_steps: Sequence[int] | range
) -> Episodes:
    enough = THREADED_ROWS if spec.full_state is None else THREADED_WHOLE_ROWS
    env = BatchedEnv(spec, len(seeds), num_threads=2 if len(seeds) >= enough else 1)
    obs = env.reset(seeds)
    alive: Bool[Array, "episode"] = np.ones(len(seeds), bool)
    returns = np.zeros((len(seeds), spec.num_objectives))
    length, upright = np.zeros(len(seeds)), np.zeros(len(seeds))
    keep, going = set(kept_steps), None
    kept: list[tuple[Array, Array]] = []
    for step in range(spec.horizon):
        action = policy.act(obs)
        if step in keep:
            kept.append((obs.astype(np.float32), action.astype(np.float32)))
        obs, reward, terminated = env.step(action, going)
        returns += np.where(alive[:, None], reward, 0)
        upright += spec.upright(env.qpos) * alive
        length += alive
        alive &= ~terminated
        if not (alive.any() or keep):
            break
        if not terminated.any():
            continue
        if keep:
            fallen = np.flatnonzero(terminated)
            obs = env.reset([seeds[int(row)] for row in fallen], fallen)
        else:
            going = np.flatnonzero(alive)
    return Episodes(
        returns=returns,
        length=length,
        upright=upright / length,
        obs=_stack([o for o, _ in kept], len(seeds), spec.obs_dim),
        action=_stack([a for _, a in kept], len(seeds), spec.action_dim),
    )


def _stack(kept: list[Array], num_rows: int, dim: int) -> Float32[Array, "episode kept dim"]:
    return np.stack(kept, 1) if kept else np.zeros((num_rows, 0, dim), np.float32)
