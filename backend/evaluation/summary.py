"""From rows to the figures people read: each with its interval and count, none typed in."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from backend.evaluation.evidence import Evidence, Rows
from backend.evaluation.intervals import Estimate, clustered, share

Measure = Callable[[pd.DataFrame], Estimate]


def summarise(evidence: Evidence) -> Rows:
    """One row per group: the group's keys, then ``name`` -> ``Estimate`` for each figure."""
    frame = pd.DataFrame(evidence.rows)
    groups, measures = FIGURES[evidence.table]
    keys = [key for key in groups if key in frame]
    result: Rows = []
    for values, part in frame.groupby(keys, sort=False):
        row: dict[str, Any] = dict(
            zip(keys, np.atleast_1d(np.asarray(values, object)), strict=True)
        )
        result.append(row | {name: measure(part) for name, measure in measures.items()})
    return result


def as_numbers(rows: Rows) -> Rows:
    """The same with every estimate as value, low, high and count: for JSON."""
    return [
        {key: vars(value) if isinstance(value, Estimate) else value for key, value in row.items()}
        for row in rows
    ]


def success(column: str) -> Measure:
    """Share of rows where a yes-or-no column is true, seeds as clusters."""
    return lambda part: share(np.asarray(part[column], bool), np.asarray(part["seed"]))


def average(column: str, *, median: bool = False, crossed: bool = False) -> Measure:
    """Mean or median of a column, seeds as clusters; ``crossed`` where they share their items."""
    return lambda part: clustered(
        np.asarray(part[column], float), np.asarray(part["seed"]), median=median, crossed=crossed
    )


def over_seeds(column: str) -> Measure:
    """Mean over training seeds with their lowest and highest: three values have no quantiles."""

    def measure(part: pd.DataFrame) -> Estimate:
        values = np.asarray(part.groupby("seed")[column].mean(), float)
        mean, low, high = float(values.mean()), float(values.min()), float(values.max())
        return Estimate(value=mean, low=low, high=high, count=len(values))

    return measure


def is_outcome(word: str) -> Measure:
    """Share of requests of which the app says this."""
    return lambda part: share(np.asarray(part["outcome"] == word), np.asarray(part["seed"]))


def within(limit: float) -> Measure:
    """Share of policies whose every objective is reconstructed within ``limit`` % of its range."""

    def measure(part: pd.DataFrame) -> Estimate:
        worst = part.groupby(["seed", "policy"])["percent_of_range"].max()
        seeds = worst.index.get_level_values("seed")
        return share(np.asarray(worst) <= limit, np.asarray(seeds))

    return measure


_RECONSTRUCTION: dict[str, Measure] = {
    "median, % of range": average("percent_of_range", median=True, crossed=True),
    "mean, % of range": average("percent_of_range", crossed=True),
    "median relative, %": average("relative_percent", median=True, crossed=True),
    "mean relative, %": average("relative_percent", crossed=True),
    "within 5 % of range": within(5.0),
    "within 10 % of range": within(10.0),
}
_STEERING: dict[str, Measure] = {
    "success at 5 %": success("success_5"),
    "success at 10 %": success("success_10"),
    "predicted feasible": success("predicted_feasible"),
    "target error, % of range": average("target_error_percent"),
    "bound violation, % of range": average("violation_percent"),
    "steps": average("num_steps"),
    "distance to data, spacings": average("distance_to_data"),
    "CPU ms per request": over_seeds("cpu_ms"),
    "rollouts per request": average("rollouts"),
}
OUTCOMES = ("reached", "left manifold", "infeasible", "out of steps")
_VARIANT = ("procedure", "method", "start", "corrected")
FIGURES: dict[str, tuple[Sequence[str], dict[str, Measure]]] = {
    "reconstruction": (("mode", "objective"), _RECONSTRUCTION),
    "geometry": (("space", "metric", "objective"), {"value": over_seeds("value")}),
    "steering": (("region", *_VARIANT), _STEERING),
    "hole": (("region", *_VARIANT), _STEERING),
    "extrapolation": (
        ("beyond_percent", *_VARIANT),
        _STEERING | {f"says “{word}”": is_outcome(word) for word in OUTCOMES},
    ),
    "tangents": (("start", "num_neighbours", "variance_kept"), _STEERING),
    "sampling": (
        ("context_size", "num_episodes"),
        {"squared error, share of variance": average("share", crossed=True)},
    ),
    "changes": (("region", "step"), _STEERING),
    "decoder": (("decoder", "objective"), _RECONSTRUCTION),
}


def sampling_law(rows: Rows, num_episodes: int) -> tuple[float, float]:
    """(floor, R²) of a fall with 1 / context size, contexts from so many episodes."""
    from backend.evaluation.sampling import one_over_n

    frame = pd.DataFrame(rows)
    mean = frame[frame.num_episodes == num_episodes].groupby("context_size")["share"].mean()
    return one_over_n(np.asarray(mean.index, float), np.asarray(mean, float))
