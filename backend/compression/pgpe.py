"""PGPE with symmetric sampling: search without gradients of the return.

Sehnke et al. (2010), *Parameter-exploring policy gradients*. The centre moves along
ε · (r⁺ − r⁻)/2, the spread along (ε² − 1) · ((r⁺ + r⁻)/2 − baseline): the second product is even
in ε like its pair, so that the spread shrinks at an optimum instead of wandering.
"""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float


@dataclass(frozen=True, kw_only=True)
class PgpeConfig:
    """Settings of the search."""

    num_pairs: int = 5
    "Symmetric pairs per generation: two episodes each."
    centre_rate: float = 0.15
    "Adam's learning rate for the centre, in units of ``scale``."
    spread_rate: float = 0.1
    "Step of log sigma along its gradient."
    sigma: float = 0.1
    "First standard deviation, in units of ``scale``."
    max_change: float = 0.2
    "Largest relative change of sigma per generation."
    final_rate: float = 0.2
    "Share of both rates that is left at the end; they fall linearly."
    num_generations: int = 50
    "Generations until then."


class Pgpe:
    """Ask for candidates, tell their returns. ``scale`` is the unit of each coordinate."""

    def __init__(
        self, centre: Float[Array, "param"], scale: Float[Array, "param"], config: PgpeConfig, *,
        seed: int,
    ) -> None:  # fmt: skip
        self.config, self.scale = config, scale
        self.centre = centre.astype(float)
        self.sigma = np.full(len(centre), config.sigma)
        self.generation = 0
        self._rng = np.random.default_rng(seed)
        self._first, self._second = np.zeros_like(self.sigma), np.zeros_like(self.sigma)
        self._returns: list[float] = []

    def ask(self) -> Float[Array, "candidate param"]:
        """Pairs around the centre: all + first, then their mirror images."""
        self._noise = self._rng.standard_normal((self.config.num_pairs, len(self.centre)))
        shift = self._noise * self.sigma * self.scale
        return np.concatenate([self.centre + shift, self.centre - shift])

    def tell(self, returns: Float[Array, "candidate"]) -> None:
        """Move centre and spread by what the candidates earned (more is better)."""
        up, down = returns.reshape(2, -1)
        self._returns += returns.tolist()
        baseline, unit = np.mean(self._returns), np.std(self._returns) + 1e-8
        odd, even = (up - down) / (2 * unit), ((up + down) / 2 - baseline) / unit
        share = min(1.0, self.generation / self.config.num_generations)
        rate = 1 - (1 - self.config.final_rate) * share
        self._move_centre((odd[:, None] * self._noise).mean(0), rate)
        change = self.config.spread_rate * rate * (even[:, None] * (self._noise**2 - 1)).mean(0)
        most = self.config.max_change
        self.sigma = self.sigma * np.clip(np.exp(change), 1 - most, 1 + most)
        self.generation += 1

    def _move_centre(self, gradient: Float[Array, "param"], rate: float) -> None:
        """Adam's ascent, in units of ``scale``."""
        self._first = 0.9 * self._first + 0.1 * gradient
        self._second = 0.999 * self._second + 0.001 * gradient**2
        count = self.generation + 1
        first, second = self._first / (1 - 0.9**count), self._second / (1 - 0.999**count)
        step = self.config.centre_rate * rate * first
        self.centre = self.centre + self.scale * step / (np.sqrt(second) + 1e-8)
