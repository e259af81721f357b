"""The solver made visible: its curves, and a scrub along its path that plays any step."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import streamlit as st

from backend.studio import MAX_DISTANCE, Overview, SteerAnswer, SteerRequest
from pages.shared import session
from pages.shared.static_files import publish_file
from pages.shared.web_component import WEB_DIR, register

HEIGHT = 168
MAX_POINTS = 200
"A curve is thinned to this many points: more cannot be told apart and would fatten the message."
COLOURS = ("#2c728e", "#8073ac", "#2a9d74")
"Of the objectives, in order; multipliers of an objective have its colour."


def solver_panel(overview: Overview, request: SteerRequest, answer: SteerAnswer) -> None:
    """Show the solver's steps; the step chosen is taken by ``session.step`` on the next run."""
    st.markdown(
        "**The solver, step by step** :gray[— scrub along its path: the map, the numbers and the "
        "orange robot show the policy at that step]"
    )
    chosen = session.step(answer.result.num_steps)
    _component(publish_file(WEB_DIR / "solver.js"))(
        key=session.SOLVER, height=HEIGHT, on_step_change=_ignore,
        data={
            "num_steps": answer.result.num_steps, "step": chosen,
            "curves": [
                *_predicted(overview, request, answer), _multipliers(overview, answer),
                _distance(answer),
            ],
        },
    )  # fmt: skip


def _predicted(
    overview: Overview, request: SteerRequest, answer: SteerAnswer
) -> list[Mapping[str, Any]]:
    return [
        {
            "title": f"{objective.name}, predicted",
            "about": "Value head of the latent at each step; dashed: what was asked.",
            "lines": [["", _thin(answer.result.predicted[:, i]), COLOURS[i]]],
            "goals": [g.value for name, g in request.goals.items() if name == objective.name],
        }
        for i, objective in enumerate(overview.objectives)
    ]


def _multipliers(overview: Overview, answer: SteerAnswer) -> Mapping[str, Any]:
    rows = answer.result.multipliers
    pushed = [i for i in range(rows.shape[1]) if np.abs(rows[:, i]).max() > 0]
    return {
        "title": "multipliers",
        "about": "How hard each bound pushes back (Lagrange multipliers); 0: it does not bind.",
        "lines": [[overview.objectives[i].name, _thin(rows[:, i]), COLOURS[i]] for i in pushed]
        or [["no bound binds:", [0.0, 0.0], COLOURS[0]]],
        "goals": [],
    }


def _distance(answer: SteerAnswer) -> Mapping[str, Any]:
    distance = answer.result.distance_to_data
    near_limit = distance.max() > MAX_DISTANCE / 2
    return {
        "title": "distance to data",
        "about": "To the nearest training policy, in local spacings; beyond the dashed line "
        "predictions are not trusted.",
        "lines": [["", _thin(distance), "#7f8a99"]],
        "goals": [MAX_DISTANCE] if near_limit else [],
    }


def _thin(values: np.ndarray) -> list[float]:
    rows = np.linspace(0, len(values) - 1, min(len(values), MAX_POINTS)).round().astype(int)
    return [float(f"{value:.5g}") for value in values[rows]]


@cache
def _component(module_url: str) -> Any:
    return register("steerscape_solver", module_url)


def _ignore() -> None:
    """Streamlit learns the names of the events from the callbacks; the state is read instead."""
