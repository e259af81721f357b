"""The solver made visible: what it predicted, pushed and risked at every step."""

import numpy as np
import streamlit as st

from backend.studio import MAX_DISTANCE, Overview, SteerAnswer, SteerRequest
from pages.shared import session
from pages.shared.steps_panel import COLOURS, Curve, steps_panel

WORDS = {"first": "the start", "last": "the answer", "between": "on the way"}


def solver_panel(overview: Overview, request: SteerRequest, answer: SteerAnswer) -> None:
    """Scrub along the solver's path: map, numbers and orange robot show the policy there."""
    last = answer.result.num_steps
    step = session.step(session.SOLVER, last)
    steps_panel(
        session.SOLVER,
        [*_predicted(overview, request, answer), _multipliers(overview, answer), _distance(answer)],
        num_steps=last, step=step, words=WORDS,
    )  # fmt: skip
    words, go_on = st.columns([3, 1], vertical_alignment="center")
    words.caption(
        "Play or scrub the path: the map, the numbers and the orange robot show the policy at that "
        "step. Dashed: what was asked."
    )
    if go_on.button(
        "Start from this step", key="go-on", icon=":material/flag:", width="stretch",
        disabled=step == last, help="Stop here: the policy at this step becomes the start, and "
        "the solver goes on from it with whatever is asked then.",
    ):  # fmt: skip
        z = tuple(answer.result.path[step].tolist())
        session.ask_with({session.LATENT: z, session.START: session.SPOT})


def _predicted(overview: Overview, request: SteerRequest, answer: SteerAnswer) -> list[Curve]:
    return [
        Curve(
            title=f"{objective.name}, predicted",
            about="Value head of the latent at each step; dashed: what was asked. "
            f"Unit: {session.unit(overview, i)}.",
            lines=[("", answer.result.predicted[:, i], COLOURS[i])],
            goals=[g.value for name, g in request.goals.items() if name == objective.name],
        )
        for i, objective in enumerate(overview.objectives)
    ]


def _multipliers(overview: Overview, answer: SteerAnswer) -> Curve:
    rows = answer.result.multipliers
    pushed = [i for i in range(rows.shape[1]) if np.abs(rows[:, i]).max() > 0]
    return Curve(
        title="multipliers",
        about="How hard each bound pushes back (Lagrange multipliers); 0: it does not bind.",
        lines=[(overview.objectives[i].name, rows[:, i], COLOURS[i]) for i in pushed]
        or [("no bound binds:", np.zeros(2), COLOURS[0])],
    )


def _distance(answer: SteerAnswer) -> Curve:
    distance = answer.result.distance_to_data
    return Curve(
        title="distance to data",
        about="To the nearest training policy, in local spacings; beyond the dashed line "
        "predictions are not trusted.",
        lines=[("", distance, "#7f8a99")],
        goals=[MAX_DISTANCE] * bool(distance.max() > MAX_DISTANCE / 2),
    )
