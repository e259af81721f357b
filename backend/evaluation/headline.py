"""The few figures an environment is judged by at first sight, picked from its studies."""

from collections.abc import Callable, Mapping

import pandas as pd

from backend.evaluation.evidence import Evidence
from backend.evaluation.intervals import Estimate
from backend.evaluation.reconstruction import MODES
from backend.evaluation.spaces import APP, RAW, TRAINED
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
    """Median errors, each of the objective in which it is largest.

    Of mean actions: relative, of the range, and of the range where the whole network was held out;
    with each policy's own noise: relative.
    """
    mean_actions, noisy = (frame[frame["mode"] == mode] for mode in MODES)
    unseen = mean_actions[mean_actions["held_out"] == "network"]
    return {
        name: _largest(part, column)
        for name, part, column in (
            ("relative", mean_actions, "relative_percent"),
            ("of range", mean_actions, "percent_of_range"),
            ("of range, unseen network", unseen, "percent_of_range"),
            ("relative, noisy", noisy, "relative_percent"),
        )
        if len(part)
    }


def _largest(frame: pd.DataFrame, column: str) -> Estimate:
    parts = [part for _, part in frame.groupby("objective", sort=False)]
    worst = max(parts, key=lambda part: part[column].median())
    return average(column, median=True, crossed=True)(worst)


def geometry_figures(frame: pd.DataFrame) -> Figures:
    """Probes of the app's atlas, of our short training and of plain features; and a VAE's beside.

    Each probe is that of the objective which it reads worst.
    """
    probe = frame[frame["metric"] == "probe R²"]
    figures = {
        name: _worst_probe(probe[probe["space"] == space])
        for name, space in (("probe R²", APP), ("probe R², short", OURS), ("probe R², raw", RAW))
        if (probe["space"] == space).any()
    }
    times = times_lower(frame)
    return figures | ({"below VAE": times["VAE"]} if "VAE" in times else {})


def _worst_probe(probe: pd.DataFrame) -> Estimate:
    parts = [part for _, part in probe.groupby("objective", sort=False)]
    return over_seeds("value")(min(parts, key=lambda part: part["value"].mean()))


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
