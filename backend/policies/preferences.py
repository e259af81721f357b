"""What a conditioned policy is told: objective weights and, in some runs, a speed cap."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32

SPEED_CAP_SCALE = 9.0
"Speed caps are encoded as 2 cap / scale - 1, in m/s."
UNCAPPED_SHARE = 0.15
"Share of draws of a capped run that get the highest cap, which means 'no cap'."


@dataclass(frozen=True, kw_only=True)
class PreferenceSpace:
    """The distribution preferences are drawn from while training.

    A preference is a row ``[w_0, ..., w_k]`` on the simplex, followed by the speed cap if there are
    caps.
    """

    num_objectives: int = 2
    "Length of the weights."
    lowest_weight: float = 0.12
    "Smallest weight of the first objective, where there are two."
    corner_share: float = 0.2
    "Share of draws put on the ends (two objectives) or the corners (three) of the weights' range."
    speed_caps: tuple[float, float] | None = None
    "Range of speeds in m/s at which the forward reward is capped (fills the slow gaits)."

    @property
    def dim(self) -> int:
        """Entries of a preference row."""
        return self.num_objectives + (self.speed_caps is not None)

    def draw(self, rng: np.random.Generator, num: int) -> Float[Array, "num preference"]:
        """``num`` random preferences."""
        if self.num_objectives > 2:
            return self._draw_from_simplex(rng, num)
        first = rng.uniform(self.lowest_weight, 1.0, num)
        if self.speed_caps is not None:
            caps = rng.uniform(*self.speed_caps, num)
            caps = np.where(rng.random(num) < UNCAPPED_SHARE, self.speed_caps[1], caps)
            return np.stack([first, 1 - first, caps], 1)
        corner = rng.random(num)
        first = np.where(corner < self.corner_share / 2, 1.0, first)
        low = (corner >= self.corner_share / 2) & (corner < self.corner_share)
        first = np.where(low, self.lowest_weight, first)
        return np.stack([first, 1 - first], 1)

    def _draw_from_simplex(
        self, rng: np.random.Generator, num: int
    ) -> Float[Array, "num preference"]:
        weights = rng.dirichlet(np.ones(self.num_objectives), num)
        corners = np.eye(self.num_objectives)[rng.integers(0, self.num_objectives, num)]
        return np.where(rng.random((num, 1)) < self.corner_share, corners, weights)


def encode_preference(
    preference: Float[Array, "*batch preference"], num_objectives: int
) -> Float32[Array, "*batch condition"]:
    """Network input: 2w - 1 per weight, and the cap mapped the same way."""
    weights = 2 * preference[..., :num_objectives] - 1
    caps = 2 * preference[..., num_objectives:] / SPEED_CAP_SCALE - 1
    return np.concatenate([weights, caps], -1).astype(np.float32)


def shape_reward(
    reward: Float[Array, "batch objective"],
    preference: Float[Array, "batch preference"],
    alive_bonus: float = 0.0,
) -> Float[Array, "batch objective"]:
    """What the learner sees: the vector reward, its first entry cut at the speed cap (if any).

    The alive bonus inside that entry is not speed and is paid on top of the cap.
    """
    if preference.shape[-1] == reward.shape[-1]:
        return reward
    shaped = reward.copy()
    shaped[:, 0] = np.minimum(shaped[:, 0], preference[:, -1] + alive_bonus)
    return shaped
