"""Deep reinforcement learning on the same tasks, by stable-baselines3, for the convergence chart.

Needs the extra ``baselines``. Actor and critics have the searched policies' own hidden layers (the
library's critics would be wider); all else is its default, but for the noise that DDPG and TD3 need
to explore at all.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

from backend.arrays import Array, Float
from backend.compression.climbs import SIZE
from backend.compression.environments import CompressionEnv
from backend.compression.evidence import EVIDENCE_DIR
from backend.compression.store import COMPRESSION_DIR
from backend.compression.study import Rows
from backend.compression.task_env import TaskEnv
from backend.errors import InvalidValue
from backend.evaluation.evidence import Evidence, load_evidence, save_evidence
from backend.evaluation.ledger import Ledger
from backend.threads import one_thread

TABLE = "baselines"
LEARNERS = ("PPO", "SAC", "TD3", "DDPG")
NUM_STEPS = 25_000
"Environment steps per run: 500 episodes of Reacher, as many as PGPE is given."
NUM_LOOKS = 25
"Times the deterministic policy is measured on the way, free of charge."
LOOK_EPISODES = 3
EXPLORATION = 0.3
"Standard deviation of the Gaussian noise on TD3's and DDPG's actions."
EPISODE_SEED = 5000

Report = Callable[[int, int, str], None]


def record_baselines(
    env: CompressionEnv, *, seeds: Sequence[int], learners: Sequence[str] = LEARNERS,
    num_steps: int = NUM_STEPS, root: Path = COMPRESSION_DIR, scratch: Path | None = None,
    report: Report = lambda *_: None,
) -> Evidence:  # fmt: skip
    """Train every learner on every reward and write the curves; runs kept in ``scratch`` resume.

    Raises InvalidValue where stable-baselines3 is not installed.
    """
    jobs = [(r, name, seed) for r in range(len(env.rewards)) for name in learners for seed in seeds]
    rows: Rows = []
    began, ledger = time.process_time(), Ledger(scratch)
    for done, (reward, name, seed) in enumerate(jobs):
        with one_thread():
            rows += _kept(env, reward, name, seed, num_steps, ledger)
        report(done + 1, len(jobs), f"{env.rewards[reward].name}, {name}, seed {seed}")
    evidence = Evidence(
        table=TABLE, env=env.name, rows=rows, atlases={},
        command=f"steerscape compression baselines {env.name}",
        parameters={
            "seeds": list(seeds), "num_steps": num_steps, "exploration": EXPLORATION,
            "hidden": _hidden(env),
        },
        seconds=time.process_time() - began + ledger.seconds_saved,
    )  # fmt: skip
    save_evidence(evidence, root / EVIDENCE_DIR.name)
    return evidence


def baseline_evidence(env: str, root: Path = EVIDENCE_DIR) -> Evidence:
    """What was recorded. Raises UnknownName or DamagedArtifact."""
    return load_evidence(TABLE, env, root)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """One run of a learner."""

    steps: Float[Array, "look"]
    "Environment steps taken."
    returns: Float[Array, "look"]
    "Of the deterministic policy, measured."


def learned_of(rows: Rows) -> dict[str, list[Learned]]:
    """Learner -> its runs; rows of one reward."""
    found: dict[tuple[str, int], Rows] = {}
    for row in rows:
        found.setdefault((row["learner"], row["seed"]), []).append(row)
    learned: dict[str, list[Learned]] = {}
    for (name, _), run in found.items():
        columns = (np.array([row[c] for row in run], float) for c in ("steps", "return"))
        steps, returns = columns
        learned.setdefault(name, []).append(Learned(steps=steps, returns=returns))
    return learned


def _kept(
    env: CompressionEnv, reward: int, name: str, seed: int, num_steps: int, ledger: Ledger
) -> Rows:
    question = {
        "env": env.name, "reward": env.rewards[reward].name, "learner": name, "seed": seed,
        "num_steps": num_steps, "exploration": EXPLORATION, "hidden": _hidden(env),
        "looks": [NUM_LOOKS, LOOK_EPISODES, EPISODE_SEED],
    }  # fmt: skip
    return ledger.rows(question, lambda: train(env, reward, name, seed, num_steps))


def train(env: CompressionEnv, reward: int, name: str, seed: int, num_steps: int) -> Rows:
    """One run: a row for each look at the deterministic policy."""
    try:
        import stable_baselines3 as sb3
        from stable_baselines3.common.callbacks import BaseCallback
    except ImportError:
        raise InvalidValue(
            "stable-baselines3", "not installed", "`pip install steerscape[baselines]` first"
        ) from None

    about = {"learner": name, "reward": env.rewards[reward].name, "seed": seed}
    rows: Rows = []
    task = TaskEnv(env, reward)

    class Look(BaseCallback):
        def _on_step(self) -> bool:
            if self.num_timesteps >= len(rows) * num_steps / NUM_LOOKS:
                note(self.num_timesteps)
            return self.num_timesteps < num_steps  # PPO would else fill its last buffer

    def note(steps: int) -> None:
        earned = _measured(env, reward, lambda obs: model.predict(obs, deterministic=True)[0])
        rows.append({**about, "steps": steps, "return": earned})

    model = getattr(sb3, name)("MlpPolicy", task, seed=seed, device="cpu", **_settings(env, name))
    note(0)
    model.learn(num_steps, callback=Look())
    if rows[-1]["steps"] < num_steps:
        note(num_steps)
    return rows


def _hidden(env: CompressionEnv) -> list[int]:
    return list(env.sizes[SIZE].widths[1:-1])


def _settings(env: CompressionEnv, name: str) -> dict[str, Any]:
    settings: dict[str, Any] = {"policy_kwargs": {"net_arch": _hidden(env)}}
    if name in ("TD3", "DDPG"):
        from stable_baselines3.common.noise import NormalActionNoise

        num = env.sizes[SIZE].widths[-1]
        settings["action_noise"] = NormalActionNoise(np.zeros(num), EXPLORATION * np.ones(num))
    return settings


def _measured(env: CompressionEnv, reward: int, act: Callable[[Array], Array]) -> float:
    """Mean return over a few episodes, from starts that training never gets."""
    returns = []
    for seed in range(EPISODE_SEED, EPISODE_SEED + LOOK_EPISODES):
        returns.append(play(TaskEnv(env, reward), act, seed))
    return float(np.mean(returns))


def play(task: gymnasium.Env, act: Callable[[Float[Array, "obs"]], Array], seed: int) -> float:
    """Undiscounted return of one episode."""
    obs, _ = task.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        obs, reward, terminated, truncated, _ = task.step(act(obs))
        total += float(reward)
        over = terminated or truncated
    return total
