"""The steering studies: inside the population, into a hole, beyond the front, along the tangent."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Rows
from backend.evaluation.requests import Questions, attainable, outside
from backend.evaluation.steering import DEFAULT, Judging, Variant, answer
from backend.steering.descent import DescentConfig

BEYOND = (0.0, 0.1, 0.2, 0.3, 0.4)
"Shares of the range by which the best policy misses."
NUM_VERIFIED = 8
"Requests per distance that are verified and corrected too: what cannot be had costs most rollouts."
NEIGHBOURS = (10, 25, 50, 100)
VARIANCES = (0.8, 0.9, 0.95, 0.99)


def inside(
    atlas: Atlas, questions: Questions, judging: Judging, variants: Sequence[Variant]
) -> Rows:
    """Requests drawn inside the training population's returns."""
    returns = atlas.population.returns[atlas.training_rows]
    problem = attainable(returns, atlas.returns_extent, questions)
    return answer(atlas, problem, variants, judging)


def into_hole(
    atlas: Atlas, questions: Questions, judging: Judging, variants: Sequence[Variant]
) -> Rows:
    """Requests that no policy of the atlas meets, since those that do were removed: synthesis.

    Targets lie among the removed policies', bounds among those of policies near a target, removed
    or not, of which one keeps them all: so each request is known to be attainable.
    """
    returns, training = atlas.population.returns, atlas.population.is_training
    span = (float(returns[~training, 0].min()), float(returns[~training, 0].max()))
    problem = attainable(
        returns, atlas.returns_extent, questions, span=span, unmet_by=returns[training]
    )
    return answer(atlas, problem, variants, judging)


def extrapolation(atlas: Atlas, questions: Questions, judging: Judging) -> Rows:
    """Requests that every policy misses by 0 to 40 %: how success falls, and what the app says."""
    shots = tuple(Variant(method=method) for method in ("tangent", "free", "closed-form"))
    rows: Rows = []
    for beyond in BEYOND:
        problem = outside(atlas.population.returns, atlas.returns_extent, beyond, questions)
        few = problem.rows(np.arange(min(NUM_VERIFIED, problem.num_requests)))
        answered = answer(atlas, problem, shots, judging) + answer(atlas, few, [DEFAULT], judging)
        rows += [{"beyond_percent": 100 * beyond, **row} for row in answered]
    return rows


def tangents(atlas: Atlas, questions: Questions, judging: Judging) -> Rows:
    """Single shots from random starts with tangent spaces of every size, and without."""
    returns = atlas.population.returns[atlas.training_rows]
    problem = attainable(returns, atlas.returns_extent, questions)
    sizes = [(k, 0.95) for k in NEIGHBOURS] + [(50, v) for v in VARIANCES if v != 0.95]
    rows: Rows = []
    for start in ("random", "near"):
        for k, variance in sizes:
            settings = replace(DescentConfig(), num_neighbours=k, variance_kept=variance)
            variant = Variant(method="tangent", start=start, descent=settings)
            answered = answer(atlas, problem, [variant], judging)
            rows += [{"num_neighbours": k, "variance_kept": variance, **row} for row in answered]
        none = answer(atlas, problem, [Variant(method="free", start=start)], judging)
        rows += [{"num_neighbours": 0, "variance_kept": 1.0, **row} for row in none]
    return rows
