"""What our figures stand beside: the paper's own, as far as they are known, and the goals.

The paper is Li, Rozada and Ribeiro (2026), arXiv 2601.22350. Its tables per environment are not
known to us; these aggregates are. Each says whether the paper itself or a digest of it is the
source, so that nobody takes the one for the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from backend.evaluation.intervals import Estimate

PAPER = "Li, Rozada & Ribeiro 2026, arXiv 2601.22350"
COUNTING = "How the paper counts a success (on predictions or on rollouts, how near) is not known."


@dataclass(frozen=True, kw_only=True)
class Published:
    """One figure of the paper."""

    text: str
    "As published."
    source: Literal["paper", "digest"]
    "Where we have it from."
    about: str
    "What it is a figure of."
    value: float | None = None
    "Where it can be drawn, in %."


PUBLISHED: Mapping[str, Published] = {
    "reconstruction": Published(
        text="< 10 %", source="paper",
        about="relative difference of a decoded policy's return from its source's",
    ),
    "probe": Published(
        text="≈ 5 × lower", source="digest",
        about="mean squared error of the return probe, against the baselines",
    ),
    "success": Published(
        text="up to 98 %", source="paper", about="requests counted as success", value=98.0,
    ),
    "target error": Published(text="≈ 11.7 %", source="digest", about="error of the target"),
    "violation": Published(text="≈ 0.13 %", source="digest", about="violation of the bounds"),
}  # fmt: skip
"Short name -> the paper's figure."


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a figure of the overview has to reach."""

    limit: float
    "In the figure's own unit."
    side: Literal["at most", "at least"]
    "On which side of the limit the goal is."
    whose: Literal["the paper's", "ours"]
    "Who set it."

    def met(self, estimate: Estimate) -> bool:
        """Whether the figure itself, not the friendlier end of its interval, reaches the goal."""
        if self.side == "at most":
            return estimate.value <= self.limit
        return estimate.value >= self.limit


GOALS: Mapping[str, Goal] = {
    "reconstruction": Goal(limit=10.0, side="at most", whose="the paper's"),
    "of range": Goal(limit=2.0, side="at most", whose="ours"),
    "probe": Goal(limit=0.95, side="at least", whose="ours"),
    "steering": Goal(limit=0.98, side="at least", whose="the paper's"),
    "hole": Goal(limit=0.8, side="at least", whose="ours"),
}
"""Relative error in %, error in % of range, R², share of requests that the app's default answers
within 5 % of range inside the population, and the same into a hole."""
