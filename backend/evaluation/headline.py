"""The few figures an environment is judged by at first sight, picked from its studies."""

from collections.abc import Callable, Mapping

import pandas as pd

from backend.evaluation.evidence import Evidence
from backend.evaluation.intervals import Estimate
from backend.evaluation.spaces import TRAINED
from backend.evaluation.steering import DEFAULT, SINGLE_SHOTS, Variant
from backend.evaluation.summary import average, over_seeds, success

OURS = next(iter(TRAINED))
"The space every other one is compared with."
ANSWERS: Mapping[str, Variant] = {
    "default": DEFAULT,
    "single shot": Variant(method="tangent"),
    "paper": SINGLE_SHOTS[0],
    "nearest": SINGLE_SHOTS[-1],
}
"The ways to answer that the overview compares; ``nearest`` runs its own network, undecoded."

Figures = dict[str, Estimate]


def reconstruction_figures(frame: pd.DataFrame) -> Figures:
    """Median errors of mean actions, each of the objective in which it is largest."""
    mean_actions = frame[frame["mode"] == "deterministic"]
    parts = [part for _, part in mean_actions.groupby("objective", sort=False)]

    def largest(column: str) -> Estimate:
        worst = max(parts, key=lambda part: part[column].median())
        return average(column, median=True, crossed=True)(worst)

    return {"relative": largest("relative_percent"), "of range": largest("percent_of_range")}


def geometry_figures(frame: pd.DataFrame) -> Figures:
    """Probe of our space, of the objective that is read worst; and how much better than a VAE's."""
    values = frame[frame["space"] == OURS]
    probe = values[values["metric"] == "probe R²"]
    by_objective = [part for _, part in probe.groupby("objective", sort=False)]
    worst = min(by_objective, key=lambda part: part["value"].mean())
    figures = {"probe R²": over_seeds("value")(worst)}
    times = times_lower(frame)
    return figures | ({"below VAE": times["VAE"]} if "VAE" in times else {})


def times_lower(frame: pd.DataFrame) -> Figures:
    """Space -> how many times lower our probe's mean squared error is than that space's.

    Each seed's errors are averaged over the objectives first; mean over seeds, lowest, highest.
    """
    errors = frame[frame["metric"] == "probe MSE"]
    table = errors.pivot_table(index="seed", columns="space", values="value", sort=False)
    if OURS not in table:
        return {}
    found = {}
    for space in table.columns.drop(OURS):
        ratio = (table[space] / table[OURS]).dropna()
        found[str(space)] = Estimate(
            value=float(ratio.mean()), low=float(ratio.min()), high=float(ratio.max()),
            count=len(ratio),
        )  # fmt: skip
    return found


def steering_figures(frame: pd.DataFrame) -> Figures:
    """Success at 5 % of each way to answer."""
    return {
        name: success("success_5")(frame[is_variant(frame, variant)])
        for name, variant in ANSWERS.items()
    }


def is_variant(frame: pd.DataFrame, variant: Variant) -> pd.Series:
    """Which rows a way to answer gave."""
    chosen = pd.Series(True, index=frame.index)
    for key, value in variant.facts.items():
        chosen &= frame[key] == value
    return chosen


HEADLINES: Mapping[str, Callable[[pd.DataFrame], Figures]] = {
    "reconstruction": reconstruction_figures,
    "geometry": geometry_figures,
    "steering": steering_figures,
    "hole": steering_figures,
}
"Study -> its figures of the first sight."


def headline(evidence: Evidence) -> Figures:
    """The first-sight figures of a study that has some."""
    return HEADLINES[evidence.table](pd.DataFrame(evidence.rows))
