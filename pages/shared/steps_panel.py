"""Curves along the steps of a path, with a scrub: the solver's and the walks'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pages.shared.scatter_files import short
from pages.shared.web_component import mount

HEIGHT = 168
MAX_POINTS = 200
"A curve is thinned to this many points: more cannot be told apart and would fatten the message."
COLOURS = ("#2c728e", "#8073ac", "#2a9d74")
"Of the objectives, in order; multipliers of an objective have its colour."


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One small picture: some quantity at every step."""

    title: str
    about: str
    "What it is, for people who point at the title."
    lines: Sequence[tuple[str, np.ndarray, str]]
    "(name, value of each step, colour)."
    goals: Sequence[float] = ()
    "Dashed levels: what was asked, or a limit."
    around: float = 0.0
    "The whole range of what is drawn: a tenth of it at least is shown, so that small looks small."


def steps_panel(
    key: str, curves: Sequence[Curve], *, num_steps: int, step: int, words: Mapping[str, str]
) -> None:
    """Show the curves; the step chosen is taken by ``session.take_step`` on the next run.

    ``words`` say what the first, the last and any other step is.
    """
    mount(
        "solver", key=key, height=HEIGHT, events=("step",),
        data={
            "num_steps": num_steps, "step": step, "words": dict(words),
            "curves": [_message(curve) for curve in curves],
        },
    )  # fmt: skip


def _message(curve: Curve) -> dict[str, Any]:
    return {
        "title": curve.title, "about": curve.about, "goals": list(curve.goals),
        "around": curve.around,
        "lines": [[name, _thin(values), colour] for name, values, colour in curve.lines],
    }  # fmt: skip


def _thin(values: np.ndarray) -> list[float]:
    rows = np.linspace(0, len(values) - 1, min(len(values), MAX_POINTS)).round().astype(int)
    return short(values[rows])
