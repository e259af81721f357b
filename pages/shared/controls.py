"""Beside and below the pictures: what is asked, how it ended, the numbers, the film."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend.studio import (
    CLIP_SECONDS,
    CLIP_SIZE,
    METHODS,
    Overview,
    SteerAnswer,
    SteerRequest,
    VerifiedAnswer,
)
from pages.shared import cached, session

ROOMY_OBJECTIVES = 2
"With more objectives than this, their controls close up so that the robots stay in sight."
OUTCOME_HEIGHT = 92
OUTCOME_ICONS = {
    "reached": ":material/check_circle:", "infeasible": ":material/block:",
    "left manifold": ":material/warning:", "out of steps": ":material/hourglass_bottom:",
}  # fmt: skip


def ask_panel(overview: Overview) -> None:
    """One control per objective, where to start, how to steer."""
    compact = len(overview.objectives) > ROOMY_OBJECTIVES
    with st.container(key="goals-compact" if compact else "goals"):
        for i in range(len(overview.objectives)):
            _goal(overview, i, compact=compact)
    start, method = st.columns([1.3, 1])
    start.selectbox(
        "start from", [session.NEAREST, *overview.ids], key=session.START, bind="query-params",
        help="A policy id (or click one on the map), or the one whose returns suit the goals best.",
    )  # fmt: skip
    method.selectbox(
        "method", METHODS, key=session.METHOD, bind="query-params",
        help="tangent stays among the policies, free does not project, closed-form jumps once, "
        "nearest does not steer.",
    )  # fmt: skip
    go, live = st.columns([1.3, 1], vertical_alignment="center")
    go.button("Steer", type="primary", width="stretch", on_click=session.ask)
    live.toggle("live", key=session.LIVE)


def _goal(overview: Overview, i: int, *, compact: bool) -> None:
    """Mode and value of one objective; without room, the range is told in the help."""
    objective, scale = overview.objectives[i], overview.scale(i)
    mode_key, value_key = session.mode_key(objective.name), session.value_key(objective.name)
    extent = f"attainable {scale.low} … {scale.high}"
    name, mode = st.columns([1.3, 1], vertical_alignment="center")
    about = f"{objective.meaning} Unit: {session.unit(overview, i)}; {extent}."
    name.markdown(f"**{objective.title}**", help=about)
    mode.selectbox(
        f"{objective.title}: mode", session.MODES, key=mode_key, bind="query-params",
        format_func=session.MODE_LABELS.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    st.slider(
        extent, scale.low, scale.high, step=scale.step, key=value_key, bind="query-params",
        disabled=st.session_state[mode_key] == session.FREE,
        label_visibility="collapsed" if compact else "visible",
    )  # fmt: skip


def outcome_panel(answer: SteerAnswer | None, verified: VerifiedAnswer | None) -> DeltaGenerator:
    """How the solver ended and what rollouts said; returns the slot for verification's progress.

    The box keeps its height, so that nothing below it moves.
    """
    box = st.container(height=OUTCOME_HEIGHT, border=False)
    with box:
        _outcome(answer, verified)
        return st.empty()


def _outcome(answer: SteerAnswer | None, verified: VerifiedAnswer | None) -> None:
    if answer is None:
        st.info("Ask for at least one objective: every mode is *free*.", icon=":material/help:")
        return
    result = answer.result
    text = f"{OUTCOME_ICONS[result.outcome]} **{result.outcome}** · {result.reason}"
    if verified is not None:
        word = "kept" if verified.success else "**missed**"
        how = "corrected" if verified.corrected else "confirmed"
        num = verified.num_candidates
        tries = f"{num} latent{'s' * (num > 1)} rolled out"
        text += f" Rollouts: promise {word}, {how}; {tries}."
    st.markdown(f"<small>{text}</small>", unsafe_allow_html=True)


def numbers_panel(
    overview: Overview, request: SteerRequest, answer: SteerAnswer,
    verified: VerifiedAnswer | None, quick: np.ndarray,
) -> None:  # fmt: skip
    """Aimed, predicted, measured side by side, never mixed; and what existed already."""
    num = len(verified.measured.episodes) if verified else 1
    predicted = verified.predicted if verified else answer.result.predicted[-1]
    rows = [
        f"| objective | aimed | predicted | measured (n = {num}) | measured − aimed "
        f"| nearest existing, measured ({answer.result.nearest_id}) |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    for i, objective in enumerate(overview.objectives):
        goal = request.goals.get(objective.name)
        aimed = f"{session.MODE_LABELS[goal.mode][0]} {goal.value:.0f}" if goal else "free"
        mean = verified.measured.mean[i] if verified else quick[i]
        spread = f" ± {verified.measured.std[i]:.0f}" if verified else ""
        error = "" if goal is None else _error(goal.value, mean, answer, overview, i)
        rows.append(
            f"| {objective.title} | {aimed} | {predicted[i]:.0f} | **{mean:.0f}**{spread} "
            f"| {error} | {answer.nearest_returns[i]:.0f} |"
        )
    st.markdown("\n".join(rows))
    units = "; ".join(f"{o.title}: {o.step_unit}" for o in overview.objectives)
    st.caption(
        f"Units, {session.summed(overview)}: {units}. Measured: fresh MuJoCo episodes of at most "
        f"{overview.horizon} steps, mean ± sd."
    )


def download(overview: Overview, request: SteerRequest, steered: bytes) -> None:
    """MP4 of the steered policy, rendered when asked for."""
    aims = ", ".join(f"{name} {g.mode} {g.value:.0f}" for name, g in request.goals.items())
    st.download_button(
        "MP4", lambda: cached.clip(overview.name, steered, f"asked: {aims}"),
        file_name="steered.mp4", mime="video/mp4", icon=":material/movie:", on_click="ignore",
        help=f"{CLIP_SECONDS:.0f} seconds of the steered policy, {CLIP_SIZE[0]} × {CLIP_SIZE[1]}.",
    )  # fmt: skip


def verify(overview: Overview, request: SteerRequest, slot: DeltaGenerator) -> None:
    """Verify by rollouts now, show progress, then start a run that shows the result.

    Moving any control stops it: Streamlit ends this run at the next progress report.
    """

    def report(share: float, text: str) -> None:
        slot.progress(share, f"Verifying by rollouts: {text}")

    report(0.0, "several near starts")
    cached.verify(overview.name, request, report)
    st.rerun()


def _error(value: float, mean: float, answer: SteerAnswer, overview: Overview, i: int) -> str:
    extent = overview.returns_high[i] - overview.returns_low[i]
    return f"{mean - value:+.0f} ({100 * (mean - value) / extent:+.1f} % of range)"
