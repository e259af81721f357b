"""What a conditioned policy is told: objective weights and, in some runs, a speed cap."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float, Float32

SPEED_CAP_RANGE = (0.5, 9.0)
"Speed caps in m/s; the upper end is faster than the robot's usual run, so it means 'no cap'."


@dataclass(frozen=True, kw_only=True)
class PreferenceSpace:
    """The distribution preferences are drawn from while training, and their encoding.

    A preference is a row ``[w_0, w_1]`` or ``[w_0, w_1, speed cap]`` with w on the simplex.
    """

    lowest_weight: float = 0.12
    "Smallest weight of the first objective."
    corner_share: float = 0.2
    "Share of draws put on the two ends of the weight range."
    speed_cap: bool = False
    "Whether the forward reward is capped at a drawn speed (fills the slow gaits)."

    @property
    def dim(self) -> int:
        """Entries of a preference row."""
        return 3 if self.speed_cap else 2

    def draw(self, rng: np.random.Generator, num: int) -> Float[Array, "num preference"]:
        """``num`` random preferences."""
        first = rng.uniform(self.lowest_weight, 1.0, num)
        if self.speed_cap:
            caps = rng.uniform(*SPEED_CAP_RANGE, num)
            caps = np.where(rng.random(num) < 0.15, SPEED_CAP_RANGE[1], caps)
            return np.stack([first, 1 - first, caps], 1)
        corner = rng.random(num)
        first = np.where(corner < self.corner_share / 2, 1.0, first)
        low = (corner >= self.corner_share / 2) & (corner < self.corner_share)
        first = np.where(low, self.lowest_weight, first)
        return np.stack([first, 1 - first], 1)


def encode_preference(
    preference: Float[Array, "*batch preference"],
) -> Float32[Array, "*batch condition"]:
    """Network input in [-1, 1]: 2w - 1 per weight, and the cap mapped the same way."""
    weights = 2 * preference[..., :2] - 1
    caps = 2 * preference[..., 2:] / SPEED_CAP_RANGE[1] - 1
    return np.concatenate([weights, caps], -1).astype(np.float32)


def shape_reward(
    reward: Float[Array, "batch objective"], preference: Float[Array, "batch preference"]
) -> Float[Array, "batch objective"]:
    """What the learner sees: the vector reward, its first entry cut at the speed cap."""
    if preference.shape[-1] == 2:
        return reward
    shaped = reward.copy()
    shaped[:, 0] = np.minimum(shaped[:, 0], preference[:, 2])
    return shaped
