"""Aimed, predicted and measured side by side."""

import numpy as np
import streamlit as st

from backend.studio import Overview, SteerAnswer, SteerRequest
from pages.shared import session
from pages.shared.numerals import minus, whole
from pages.shared.shown import Beside, Shown


def numbers_panel(
    overview: Overview, request: SteerRequest, here: Shown, grey: Beside, quick: np.ndarray,
    answer: SteerAnswer,
) -> None:  # fmt: skip
    """Aimed, predicted, measured side by side, never mixed; and what existed already."""
    verified = here.verified
    num = len(verified.measured.episodes) if verified else 1
    rows = [
        f"| objective | aimed | predicted | measured *(n = {num})* | measured − aimed "
        f"| nearest existing, measured *({answer.result.nearest_id})* "
        f"| beside it, measured *({grey.label}, n = {grey.num_episodes})* |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    for i, objective in enumerate(overview.objectives):
        goal, aim = request.goals.get(objective.name), session.asked_aims()[objective.name]
        aimed = f"{session.SIGNS[goal.mode]} {whole(goal.value)}" if goal else "free"
        held = " (held)" if goal and aim.mode == "hold" else ""
        mean = verified.measured.mean[i] if verified else quick[i]
        spread = f" ± {whole(verified.measured.std[i])}" if verified else ""
        error = "" if goal is None else _error(goal.value, mean, overview, i)
        rows.append(
            f"| {objective.title} | {aimed}{held} | {whole(here.predicted[i])} "
            f"| **{whole(mean)}**{spread} | {error} | {whole(answer.nearest_returns[i])} "
            f"| {whole(grey.returns[i])} |"
        )
    st.container(key="numbers").markdown("\n".join(rows))
    units = "; ".join(f"{o.title}: {o.step_unit}" for o in overview.objectives)
    st.caption(
        f"Units, {session.summed(overview)}: {units}. Measured: fresh MuJoCo episodes of at most "
        f"{overview.horizon} steps, mean ± sd."
    )


def _error(value: float, mean: float, overview: Overview, i: int) -> str:
    extent = overview.returns_high[i] - overview.returns_low[i]
    error = mean - value
    return f"{whole(error, '+')} ({minus(f'{100 * error / extent:+.1f}')} % of range)"
