"""Latents that were rolled out as possible answers, and what their episodes gave."""

from dataclasses import dataclass, fields, replace

import numpy as np

from backend.arrays import Array, Bool, Float, Int

CONFIRMED_SHOT = 0.6
"A confirmed single shot with at most this badness is not replaced by a better candidate."


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
    "Worst episode's badness: at most 1 is success in every episode."
    num_episodes: Int[Array, "start"]
    "Episodes it was judged on."
    single_shot: Bool[Array, "start"]
    "Whether it is the solver's own uncorrected answer."
    confirmed: Bool[Array, "start"]
    "Whether it was given the confirming episodes."

    def answer(self, request: int) -> int:
        """Row to give a person: a single shot that rollouts confirm, else the best confirmed."""
        rows = np.flatnonzero(self.request == request)
        shots = rows[self.single_shot[rows] & (self.badness[rows] <= CONFIRMED_SHOT)]
        if len(shots):
            return int(shots[0])
        confirmed = rows[self.confirmed[rows]]
        pool = confirmed if len(confirmed) else rows
        return int(pool[np.argmin(self.badness[pool])])

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
        """Fold further episodes of some rows in: pooled mean, worst badness."""
        old = self.num_episodes[rows][:, None]
        means, worst, counts = self.mean.copy(), self.badness.copy(), self.num_episodes.copy()
        means[rows] = (old * self.mean[rows] + num_episodes * mean) / (old + num_episodes)
        worst[rows] = np.maximum(worst[rows], badness)
        counts[rows] += num_episodes
        confirmed = self.confirmed.copy()
        confirmed[rows] = True
        return replace(self, mean=means, badness=worst, num_episodes=counts, confirmed=confirmed)
