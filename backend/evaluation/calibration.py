"""Do the value heads keep their promises? Predicted against measured returns, by region."""

from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Float
from backend.evaluation.evidence import Rows
from backend.evaluation.intervals import Estimate, clustered

NUM_REGIONS = 5


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Predicted and measured returns of the same latents."""

    names: tuple[str, ...]
    "What each is, for a person."
    seed: Array
    "Training seed each was measured on."
    predicted: Float[Array, "case objective"]
    "What the value heads say."
    measured: Float[Array, "case objective"]
    "Mean of rollouts."
    z: tuple[tuple[float, ...] | None, ...] | None = None
    "Latents of answers, where they were kept; None for policies of the atlas."


@dataclass(frozen=True, kw_only=True)
class Region:
    """One fifth of the cases, by predicted return, and how far predictions are off there.

    By what is known beforehand: cut by measured returns, the lowest fifth would hold all that fell
    short and the highest all that did better, however good the heads are.
    """

    low: float
    "Smallest predicted return in it."
    high: float
    "Largest."
    bias: Estimate
    "Predicted − measured, in return units: above 0 the heads promise too much."
    error: Estimate
    "Its size, in % of the range."
    worst: float
    "Largest size, in % of the range."


def promises(rows: Rows) -> Promises:
    """The promises of rows of a steering study."""
    return Promises(
        names=tuple(f"seed {row['seed']}, request {row['request']}" for row in rows),
        seed=np.array([row["seed"] for row in rows]),
        predicted=np.array([row["predicted"] for row in rows], float),
        measured=np.array([row["measured"] for row in rows], float),
        z=tuple(None if row.get("z") is None else tuple(row["z"]) for row in rows),
    )


def regions(
    given: Promises, objective: int, extent: float, *, num: int = NUM_REGIONS
) -> list[Region]:
    """Errors in equally full regions of one objective's predicted return, lowest first.

    ``extent`` is the range that errors are shares of. Fewer cases than regions give one each.
    """
    measured, predicted = given.measured[:, objective], given.predicted[:, objective]
    parts = np.array_split(np.argsort(predicted, kind="stable"), min(num, len(measured)) or 1)
    found = []
    for part in parts:
        if not len(part):
            continue
        off, seed = (predicted - measured)[part], given.seed[part]
        size = 100 * np.abs(off) / extent
        found.append(Region(
            low=float(predicted[part].min()), high=float(predicted[part].max()),
            bias=clustered(off, seed), error=clustered(size, seed), worst=float(size.max()),
        ))  # fmt: skip
    return found
