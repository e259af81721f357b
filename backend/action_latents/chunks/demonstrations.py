"""Demonstrations: episodes in which one gait after the other takes over, at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.action_latents.chunks.gaits import Gait, actions_of
from backend.arrays import Array, Float, Float32, Int
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class RelayConfig:
    """How the episodes go."""

    num_gaits: int = 6
    "Policies of the front."
    num_episodes: int = 256
    "Side by side."
    num_steps: int = 600
    "Of each episode."
    dwell: tuple[int, int] = (12, 200)
    "Steps until the next gait is drawn, evenly in their logarithm; each gait is as likely."
    most_pushes: int = 4
    "A new gait is preceded by 0 to this many random actions: states that no gait owns."
    noise: float = 0.1
    "Standard deviation of what is added to the actions executed; chunks hold the clean ones."
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Demonstrations:
    """Episodes step by step."""

    obs: Float32[Array, "episode time obs"]
    action: Float32[Array, "episode time action"]
    "What the gait wanted, without noise."
    reward: Float[Array, "episode time objective"]
    gait: Int[Array, "episode time"]
    "Which gait acts."
    age: Int[Array, "episode time"]
    "Steps since it took over; negative while the robot is pushed before."
    left: Int[Array, "episode time"]
    "Steps until the next one does."
    turn: Int[Array, "episode time"]
    "Number of the demonstration: one gait's turn."


@dataclass
class _Relay:
    """Who acts in each episode, since when, and for how long still."""

    rng: np.random.Generator
    config: RelayConfig
    gait: Int[Array, "episode"]
    age: Int[Array, "episode"]
    left: Int[Array, "episode"]
    turn: Int[Array, "episode"]
    num_turns: int = 0

    @classmethod
    def begin(cls, config: RelayConfig, rng: np.random.Generator) -> "_Relay":
        gait, age, left, turn = np.zeros((4, config.num_episodes), int)
        relay = cls(rng, config, gait, age, left, turn)
        relay.hand_over()
        return relay

    def advance(self) -> None:
        """A step is over."""
        self.age += 1
        self.left -= 1
        self.hand_over()

    def hand_over(self) -> None:
        """Where a gait's time is up, the next one's begins."""
        rows = np.flatnonzero(self.left <= 0)
        config, num = self.config, len(rows)
        self.gait[rows] = self.rng.integers(0, config.num_gaits, num)
        pushes = self.rng.integers(0, config.most_pushes + 1, num)
        least, most = np.log(config.dwell)
        dwell = np.exp(self.rng.uniform(least, most, num))
        self.left[rows] = dwell.astype(int) + pushes
        self.age[rows] = -pushes
        self.turn[rows] = self.num_turns + np.arange(num)
        self.num_turns += num

    def state(self) -> tuple[Array, ...]:
        """A copy of who acts."""
        return self.gait.copy(), self.age.copy(), self.left.copy(), self.turn.copy()


def demonstrate(spec: EnvSpec, gaits: Sequence[Gait], config: RelayConfig) -> Demonstrations:
    """Run the episodes."""
    rng = np.random.default_rng([config.seed, 0])
    env, relay = BatchedEnv(spec, config.num_episodes), _Relay.begin(config, rng)
    rows: list[tuple[Array, ...]] = []
    with one_thread():
        obs = env.reset(rng.integers(0, 2**31, config.num_episodes).tolist())
        for _ in range(config.num_steps):
            clean = actions_of(gaits, obs, relay.gait)
            noisy = np.clip(clean + config.noise * rng.standard_normal(clean.shape), -1, 1)
            pushes = rng.uniform(-1, 1, clean.shape)
            action = np.where((relay.age < 0)[:, None], pushes, noisy)
            next_obs, reward, _ = env.step(action)
            rows.append((obs.astype(np.float32), clean.astype(np.float32), reward, *relay.state()))
            obs = next_obs
            relay.advance()
    columns = [np.stack(column, 1) for column in zip(*rows, strict=True)]
    names = ("obs", "action", "reward", "gait", "age", "left", "turn")
    return Demonstrations(**dict(zip(names, columns, strict=True)))
