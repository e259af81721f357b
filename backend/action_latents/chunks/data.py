"""Pairs of an observation and the next actions, cut from demonstrations."""

from dataclasses import dataclass

import numpy as np

from backend.action_latents.chunks.demonstrations import Demonstrations
from backend.arrays import Array, Bool, Float32, Int


@dataclass(frozen=True, kw_only=True)
class CutConfig:
    """Which pairs are kept."""

    chunk: int = 8
    "H: actions in a chunk."
    young: int = 12
    "All pairs of a gait's first steps are kept,"
    kept: float = 0.3
    "and this share of the later ones: it is in the first that several gaits are possible."
    held_out: float = 0.15
    "Share of the episodes that nothing is fitted to."
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class Chunks:
    """Pairs. Gait, age and speed are for measuring only: no model sees them.

    Which pairs are of one demonstration, that is of one gait's turn, the VAE is told
    (``VaeConfig.consistency_weight``).
    """

    obs: Float32[Array, "pair obs"]
    chunk: Float32[Array, "pair time action"]
    gait: Int[Array, "pair"]
    "Which gait acted."
    age: Int[Array, "pair"]
    "Steps since it took over."
    speed: Float32[Array, "pair"]
    "Mean forward speed over the chunk, m/s."
    turn: Int[Array, "pair"]
    "Number of the demonstration; its pairs are neighbours here, in order of time."
    held_out: Bool[Array, "pair"]

    def subset(self, rows: Array) -> "Chunks":
        """The pairs of some rows (index or mask)."""
        return Chunks(**{name: field[rows] for name, field in vars(self).items()})

    @property
    def train(self) -> "Chunks":
        """What may be fitted to."""
        return self.subset(~self.held_out)

    @property
    def test(self) -> "Chunks":
        """What may not."""
        return self.subset(self.held_out)


def cut(demos: Demonstrations, config: CutConfig) -> Chunks:
    """Windows of H steps in which one gait acts throughout, thinned."""
    rng = np.random.default_rng([config.seed, 1])
    num_episodes, num_steps = demos.gait.shape
    held_out = rng.random(num_episodes) < config.held_out
    episode, time = np.nonzero((demos.age >= 0) & (demos.left >= config.chunk))
    kept = (demos.age[episode, time] < config.young) | (rng.random(len(time)) < config.kept)
    kept &= time <= num_steps - config.chunk
    episode, time = episode[kept], time[kept]
    window = episode[:, None], time[:, None] + np.arange(config.chunk)
    return Chunks(
        obs=demos.obs[episode, time], chunk=demos.action[window],
        gait=demos.gait[episode, time], age=demos.age[episode, time],
        speed=demos.reward[..., 0][window].mean(1).astype(np.float32),
        turn=demos.turn[episode, time], held_out=held_out[episode],
    )  # fmt: skip
