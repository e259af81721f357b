"""Figures and names as people read them: percent, intervals, ways to answer, how it was made."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.evidence import NUM_CORRECTIONS, Estimate, Goal, Provenance
from pages.shared.numerals import minus

Format = Callable[[float], str]
SMALLEST = 0.0005
"What is nearer to nothing is nothing at three decimals."
_GAP = "\u00a0"
"A number and its unit stay on one line."

METHODS = {
    "tangent": "tangent steps", "free": "free steps", "closed-form": "closed form",
    "nearest": "nearest policy",
}  # fmt: skip
STARTS = {"near": "near start", "random": "random start"}
KINDS = {False: "single shot", True: "verified and corrected"}
OUTCOMES = {
    "reached": "reached", "left manifold": "left the data", "infeasible": "infeasible",
    "out of steps": "out of steps",
}  # fmt: skip
THE_APP = f"the app: verified, ≤ {NUM_CORRECTIONS} corrections"


def percent(value: float) -> str:
    """A number that is already in percent."""
    return f"{number(value)}{_GAP}%"


def whole_percent(value: float) -> str:
    """A share as whole percent."""
    return f"{100 * value:.0f}{_GAP}%"


def number(value: float) -> str:
    """Three significant digits, two below 1, none below half a thousandth; never an exponent."""
    if abs(value) >= 99.95:
        text = f"{value:,.0f}"
    elif value == round(value):
        text = f"{value:.0f}"
    elif abs(value) < SMALLEST:
        text = "0.000"
    else:
        text = f"{value:#.2g}" if abs(value) < 1 else f"{value:#.3g}"
    return minus(text)


def three(value: float) -> str:
    """Three decimals."""
    return f"{value:.3f}"


def times(value: float) -> str:
    """A ratio."""
    return f"{number(value)}{_GAP}×"


def milliseconds(value: float) -> str:
    """Milliseconds, or seconds where those are easier to read."""
    return f"{number(value / 1000)}{_GAP}s" if value >= 1000 else f"{number(value)}{_GAP}ms"


def interval(estimate: Estimate, form: Format) -> str:
    """The ends, without the unit that the value beside them carries; none without a width."""
    if estimate.low == estimate.high:
        return ""
    if form is milliseconds and estimate.value >= 1000:
        return f"[{number(estimate.low / 1000)}, {number(estimate.high / 1000)}]"
    low, high = (form(end).partition(_GAP)[0] for end in (estimate.low, estimate.high))
    return f"[{low}, {high}]"


def goal(wanted: Goal, form: Format) -> str:
    """A goal, kept on one line."""
    sign = "≤" if wanted.side == "at most" else "≥"
    return f"goal{_GAP}{sign}{_GAP}{form(wanted.limit)}"


def is_app(row: Mapping[str, Any]) -> bool:
    """Whether rows of a steering study are what the app does by default."""
    return (row["procedure"], row["method"], row["start"], row["corrected"]) == (
        "ours", "tangent", "near", True,
    )  # fmt: skip


def variant(row: Mapping[str, Any]) -> str:
    """A way to answer, by its ``procedure``, ``method``, ``start`` and ``corrected``."""
    if is_app(row):
        return f"{THE_APP}"
    if row["procedure"] == "paper":
        return "the paper’s procedure (random start, one try)"
    if row["procedure"] == "own network":
        return "nearest existing policy, its own network"
    name = METHODS.get(row["method"], row["method"])
    name = f"{name}, decoded" if row["method"] == "nearest" else f"{name}, {STARTS[row['start']]}"
    return f"{name}, corrected" if row["corrected"] else name


def made_of(provenance: Provenance, count: str) -> str:
    """One sentence: what was measured, on how much, at what cost."""
    seeds = ", ".join(map(str, provenance.seeds))
    many = "s" if len(provenance.seeds) > 1 else ""
    return " · ".join([f"Training seed{many} {seeds}", count, *_cost(provenance.cpu_seconds)]) + "."


def _cost(seconds: float | None) -> list[str]:
    """The CPU time, where it was counted."""
    if seconds is None:
        return []
    minutes = seconds / 60
    return [f"{minutes:.0f} CPU minutes" if minutes >= 1.5 else f"{seconds:.0f} CPU s"]


def episodes(provenance: Provenance) -> str:
    """How often each policy was measured."""
    return f"{provenance.num_episodes} fresh episodes each"


def requests(provenance: Provenance) -> str:
    """How many requests and episodes a steering study has."""
    return f"{provenance.num_requests} requests per training seed, {episodes(provenance)}"


def one_seed(provenance: Provenance) -> str:
    """What intervals over one training seed leave out."""
    if len(provenance.seeds) > 1:
        return ""
    return " One training seed: the intervals say nothing of what training again would change."


WILSON = (
    "Shares: Wilson’s 95 % interval, wider where training seeds disagree (three that do say little "
    "of a fourth: there it covers less)."
)
BOOTSTRAP = "Means: 95 % bootstrap that draws training seeds first, then cases; of three, less."
ENDS = "lowest to highest training seed"
