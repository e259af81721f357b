"""Beside the pictures: what is asked, how it is answered, how it ended and what would help."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend.studio import METHODS, MOST_STEPS, Overview, SteerAnswer, SteerRequest, VerifiedAnswer
from pages.shared import cached, session
from pages.shared.navigator import navigator

OUTCOME_HEIGHT = 122
OUTCOME_ICONS = {
    "reached": ":material/check_circle:", "infeasible": ":material/block:",
    "left manifold": ":material/warning:", "out of steps": ":material/hourglass_bottom:",
}  # fmt: skip
MORE_STEPS = 3
"How many times the budget, when the solver ran out of steps."


def ask_panel(
    overview: Overview, answer: SteerAnswer | None, verified: VerifiedAnswer | None
) -> None:
    """One control per objective, where to start, how to steer, and the way back."""
    navigator(
        overview, cached.reach(overview.name), verified.measured if verified else None,
        spoken="" if answer is None else outcome(answer, verified).replace("*", ""),
    )  # fmt: skip
    start, method = st.columns([1.55, 1], vertical_alignment="bottom")
    start.selectbox(
        "start from", session.offered_starts(overview), key=session.START, bind="query-params",
        help="A policy id (or click one on the map), the spot that was clicked on the map's "
        "ground, or the policy whose returns suit the goals best.",
    )  # fmt: skip
    with method.popover("how", icon=":material/tune:", width="stretch", key="how"):
        _how()
    go, undo, redo, live = st.columns([1.6, 0.55, 0.55, 1], vertical_alignment="center")
    go.button("Steer", type="primary", width="stretch", on_click=session.ask)
    for slot, icon, step, words in (
        (undo, "undo", session.undo, "Back to the question before"),
        (redo, "redo", session.redo, "On to the question after"),
    ):
        slot.button(
            f":material/{icon}:", key=icon, help=words, width="stretch", on_click=step,
            disabled=not session.can(icon), type="tertiary",
        )  # fmt: skip
    live.toggle("live", key=session.LIVE)


def _how() -> None:
    """Method, how strictly the path stays on the data, and the step budget."""
    st.selectbox(
        "method", METHODS, key=session.METHOD, bind="query-params",
        help="tangent stays among the policies, free does not project, closed-form jumps once, "
        "nearest does not steer.",
    )  # fmt: skip
    st.slider(
        "stay on the data: 0 is free, 1 is strict", 0.0, 1.0, step=0.05, key=session.PROJECTION,
        bind="query-params", disabled=session.choice(session.METHOD) != "tangent",
        help="Of each step's part that leaves the local tangent space, the share that is removed. "
        "Without it predictions are met sooner, off the data, where they need not hold.",
    )  # fmt: skip
    st.number_input(
        "step budget", 1, MOST_STEPS, key=session.STEPS, bind="query-params",
        help="The solver stops here even if it has not arrived.",
    )  # fmt: skip


def outcome_panel(
    overview: Overview, request: SteerRequest | None, answer: SteerAnswer | None,
    verified: VerifiedAnswer | None,
) -> DeltaGenerator:  # fmt: skip
    """How the solver ended, what rollouts said, and the one thing that helps.

    Returns the slot for verification's progress. The box keeps its height, so that nothing below
    it moves.
    """
    box = st.container(height=OUTCOME_HEIGHT, border=False)
    with box:
        if request is None or answer is None:
            text = "Ask for at least one objective: every one is *free*."
            st.info(text, icon=":material/help:")
            return st.empty()
        text = f"{OUTCOME_ICONS[answer.result.outcome]} {outcome(answer, verified)}"
        st.markdown(f"<small>{text}</small>", unsafe_allow_html=True)
        _help(overview, request, answer, verified)
        return st.empty()


def outcome(answer: SteerAnswer, verified: VerifiedAnswer | None) -> str:
    """How the solver ended, and what rollouts said, if they did."""
    result = answer.result
    text = f"**{result.outcome}** · {result.reason}"
    if verified is not None:
        word = "kept" if verified.success else "**missed**"
        how = "corrected" if verified.corrected else "confirmed"
        num = verified.num_candidates
        tries = f"{num} latent{'s' * (num > 1)} rolled out"
        text += f" Rollouts: promise {word}, {how}; {tries}."
    return text


def _help(
    overview: Overview, request: SteerRequest, answer: SteerAnswer, verified: VerifiedAnswer | None
) -> None:
    """One button for the one thing that helps, where something is amiss."""
    ended = answer.result.outcome
    if ended == "out of steps":
        _offer("Allow more steps", {session.STEPS: min(MORE_STEPS * request.max_steps, MOST_STEPS)})
    elif ended == "left manifold" and (request.method != "tangent" or request.projection < 1):
        _offer("Stay on the data", {session.METHOD: "tangent", session.PROJECTION: 1.0})
    elif ended == "infeasible" or (verified is not None and not verified.success):
        near = cached.nearest_feasible(overview.name, replace(request, start=None))
        aims = session.aimed(overview, {overview.index(name): near[name] for name in near})
        if aims != session.aims():
            _offer("Ask for the nearest that is in reach", {session.AIMS: aims})


def _offer(label: str, values: dict[str, object]) -> None:
    if st.button(label, key="help", icon=":material/lightbulb:", type="tertiary"):
        session.ask_with(values)


def verify(overview: Overview, request: SteerRequest, slot: DeltaGenerator) -> None:
    """Verify by rollouts now, show progress, then start a run that shows the result.

    Moving any control stops it: Streamlit ends this run at the next progress report.
    """

    def report(share: float, text: str) -> None:
        slot.progress(share, f"Verifying by rollouts: {text}")

    report(0.0, "several near starts")
    cached.verify(overview.name, request, report)
    st.rerun()
