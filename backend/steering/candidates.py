"""Latents that were rolled out as possible answers, and what their episodes gave."""

from dataclasses import dataclass, fields, replace

import numpy as np

from backend.arrays import Array, Bool, Float, Int

FAILED = 4.0
"Badness of an episode that misses by this or more; 1 is the edge of success."
SHOT_ALLOWANCE = 0.2
"A confirmed single shot is kept unless another answer is better by more than this badness."


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """One row per latent; request r owns the rows where ``request == r``."""

    request: Int[Array, "start"]
    "Request each candidate answers."
    z: Float[Array, "start latent"]
    "Latent."
    mean: Float[Array, "start objective"]
    "Mean return over its verifying episodes (measured)."
    badness: Float[Array, "start"]
    "Mean over its episodes of their badness, each cut at ``FAILED``."
    num_episodes: Int[Array, "start"]
    "Episodes it was judged on."
    num_steps: Int[Array, "start"]
    "Solver steps that led to it; 0 for one that was given, tried as it is, or interpolated."
    single_shot: Bool[Array, "start"]
    "Whether it is the solver's own uncorrected answer."
    confirmed: Bool[Array, "start"]
    "Whether it was given the confirming episodes."

    def answer(self, request: int) -> int:
        """Row to give a person: the best confirmed one, or the single shot if it is as good.

        The single shot is where the path on the map ends, so it is kept when rollouts allow.
        """
        rows = np.flatnonzero(self.request == request)
        confirmed = rows[self.confirmed[rows]]
        pool = confirmed if len(confirmed) else rows
        handicap = np.where(self.single_shot[pool], 0.0, SHOT_ALLOWANCE)
        return int(pool[np.argmin(self.badness[pool] + handicap)])

    def best(self, request: int, num: int) -> Int[Array, "num"]:
        """Rows of a request's best candidates, best first."""
        rows = np.flatnonzero(self.request == request)
        return rows[np.argsort(self.badness[rows], kind="stable")][:num]

    def join(self, later: "Candidates") -> "Candidates":
        """Both sets, this one's rows first."""
        pairs = {f.name: (getattr(self, f.name), getattr(later, f.name)) for f in fields(self)}
        return Candidates(**{name: np.concatenate(pair) for name, pair in pairs.items()})

    def confirm(
        self,
        rows: Int[Array, "confirmed"],
        mean: Float[Array, "confirmed objective"],
        badness: Float[Array, "confirmed"],
        num_episodes: int,
    ) -> "Candidates":
        """Pool further episodes of some rows with those they had."""
        old = self.num_episodes[rows]
        share = num_episodes / (old + num_episodes)
        means, pooled, counts = self.mean.copy(), self.badness.copy(), self.num_episodes.copy()
        means[rows] += share[:, None] * (mean - self.mean[rows])
        pooled[rows] += share * (badness - self.badness[rows])
        counts[rows] += num_episodes
        confirmed = self.confirmed.copy()
        confirmed[rows] = True
        return replace(self, mean=means, badness=pooled, num_episodes=counts, confirmed=confirmed)


def episode_badness(badness: Float[Array, "start episode"]) -> Float[Array, "start"]:
    """Judge a candidate by all its episodes.

    Cutting each at ``FAILED`` makes the mean grow with the share of episodes that fail, not with
    how far a fallen robot misses; the worst episode alone could not rank bistable latents.
    """
    return np.minimum(badness, FAILED).mean(1)
