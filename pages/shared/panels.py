"""The panels of the atlas page: map, ask, return space, outcome, numbers."""

from typing import Literal

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend.studio import METHODS, Mode, Overview, SteerAnswer, SteerRequest, VerifiedAnswer
from pages.shared import cached, session
from pages.shared.scatter import ScatterView, TargetLine, points_file, scatter_view

MAP_NAMES = {"sheet": "sheet", "gaits": "gait families", "pca": "PCA"}
MAP_NOTES = {
    "sheet": "UMAP of the value projections: returns change smoothly along the sheet.",
    "gaits": "UMAP of z: islands are gait families. Distances between islands mean nothing.",
    "pca": "The two directions of latent space that vary most.",
}
OUTCOME_HEIGHT = 104
OUTCOME_ICONS = {
    "reached": ":material/check_circle:", "infeasible": ":material/block:",
    "left manifold": ":material/warning:", "out of steps": ":material/hourglass_bottom:",
}  # fmt: skip


def headline(overview: Overview) -> None:
    """What this is, and how to make the next steer."""
    st.markdown(
        f"**{overview.title}** · {len(overview.ids)} policies "
        f"· {len(overview.objectives)} objectives :gray[— move a slider, click the map or the "
        "return space; the robots below answer.]"
    )


def points_url(overview: Overview) -> str:
    """Publish the atlas' points; the same atlas gives the same address."""
    columns: dict[str, object] = {"id": list(overview.ids)}
    for name, xy in overview.places.items():
        columns |= {f"{name}.x": xy[:, 0], f"{name}.y": xy[:, 1]}
    for i, objective in enumerate(overview.objectives):
        measured, predicted = overview.returns[:, i], overview.predicted[:, i]
        columns[f"{objective.name} measured"] = measured
        columns[f"{objective.name} predicted"] = predicted
        columns[f"{objective.name} residual"] = predicted - measured
        columns[objective.name] = [
            f"{mean:.0f} ± {std:.0f}"
            for mean, std in zip(measured, overview.returns_std[:, i], strict=True)
        ]
    columns["held out"] = (overview.held_out != "").astype(float)
    return points_file(columns)  # type: ignore[arg-type]


def colour_choices(overview: Overview) -> dict[str, tuple[str, tuple[float, float]]]:
    """Colour name -> (title with unit, fixed range over the whole atlas)."""
    choices = {}
    for i, objective in enumerate(overview.objectives):
        extent = (float(overview.returns_low[i]), float(overview.returns_high[i]))
        for kind in ("measured", "predicted"):
            choices[f"{objective.name} {kind}"] = (f"{objective.name}, {kind}", extent)
        largest = float(np.abs(overview.predicted[:, i] - overview.returns[:, i]).max())
        title = f"{objective.name}, predicted − measured"
        choices[f"{objective.name} residual"] = (title, (-largest, largest))
    return choices


def map_choices(overview: Overview) -> None:
    """Which map, coloured by what."""
    which, colour = st.columns([1.45, 1])
    which.segmented_control(
        "map", list(MAP_NAMES), key=session.MAP, required=True, bind="query-params",
        format_func=MAP_NAMES.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    colour.selectbox(
        "colour", list(colour_choices(overview)), key=session.COLOUR, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip


def map_panel(
    overview: Overview, answer: SteerAnswer | None, verified: VerifiedAnswer | None, height: int
) -> None:
    """The map: pick a policy to start from it, click the ground to ask for what lives there."""
    colours = colour_choices(overview)
    which, colour = session.choice(session.MAP), session.choice(session.COLOUR)
    title, extent = colours[colour]
    path = None if answer is None else answer.places[which]
    end = path[-1] if path is not None else None
    solution = verified.places[which][0] if verified else end
    events = scatter_view(
        ScatterView(
            points_url=points_url(overview), x_column=f"{which}.x", y_column=f"{which}.y",
            label=f"Map of {overview.title} policies, {MAP_NAMES[which]}",
            colour_column=colour, colour_title=title, colour_range=extent,
            held_out_column="held out", hover=[(o.name, o.title) for o in overview.objectives],
            path=None if path is None else [tuple(p) for p in path],
            start=None if path is None else tuple(path[0]),
            solution=None if solution is None else tuple(solution),
            selected_id=None if answer is None else answer.result.start_id,
            caption=MAP_NOTES[which],
        ),
        key="map-view", height=height,
    )  # fmt: skip
    if events.picked is not None:
        session.change({session.START: events.picked, session.LIVE: True})
    if events.ground is not None:
        z = cached.studio().latent_at(overview.name, which, np.array(events.ground))
        session.set_goals(overview, cached.studio().promise(overview.name, z))
    if events.cleared:
        session.change({session.START: session.NEAREST})


def return_space_panel(
    overview: Overview, request: SteerRequest | None, answer: SteerAnswer | None,
    verified: VerifiedAnswer | None, height: int,
) -> None:  # fmt: skip
    """Measured returns of every policy with the front; a click sets the aim."""
    x, y = overview.objectives[:2]
    goals = request.goals if request else {}
    axes: tuple[tuple[Literal["x", "y"], str], ...] = (("x", x.name), ("y", y.name))
    lines = [
        TargetLine(axis=axis, value=goals[name].value, infeasible=_forbidden(goals[name].mode))
        for axis, name in axes
        if name in goals
    ]
    aimed = all(o.name in goals for o in (x, y))
    solution = verified.measured.mean if verified else None
    path = None if answer is None else answer.result.predicted
    events = scatter_view(
        ScatterView(
            points_url=points_url(overview),
            x_column=f"{x.name} measured", y_column=f"{y.name} measured",
            label="Return space", x_title=f"{x.name} ({x.unit})", y_title=y.name,
            target=(goals[x.name].value, goals[y.name].value) if aimed else None,
            target_lines=lines, front=[tuple(p) for p in overview.front],
            path=None if path is None else [tuple(p) for p in path],
            start=None if path is None else tuple(path[0]),
            solution=None if solution is None else tuple(solution),
            nearest=None if answer is None else tuple(answer.nearest_returns),
            hover=[(o.name, o.title) for o in overview.objectives],
        ),
        key="return-view", height=height,
    )  # fmt: skip
    if events.picked is not None:
        session.set_goals(overview, overview.returns[overview.ids.index(events.picked)])
    if events.ground is not None:
        session.set_goals(overview, events.ground)


def _forbidden(mode: Mode) -> Literal["below", "above"] | None:
    sides: dict[Mode, Literal["below", "above"]] = {"at least": "below", "at most": "above"}
    return sides.get(mode)


def ask_panel(overview: Overview) -> None:
    """One control per objective, where to start, how to steer."""
    for i, objective in enumerate(overview.objectives):
        low, high = session.value_range(overview, i)
        mode_key, value_key = session.mode_key(objective.name), session.value_key(objective.name)
        name, mode = st.columns([1.3, 1], vertical_alignment="center")
        name.markdown(f"**{objective.title}**", help=f"{objective.meaning} Unit: {objective.unit}.")
        mode.selectbox(
            f"{objective.title}: mode", session.MODES, key=mode_key, bind="query-params",
            format_func=session.MODE_LABELS.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
        st.slider(
            f"attainable {low} … {high}", low, high, step=10 if high - low > 1000 else 1,
            key=value_key, bind="query-params",
            disabled=st.session_state[mode_key] == session.FREE,
        )  # fmt: skip
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
        tries = f"{verified.num_candidates} latents rolled out"
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
    units = "; ".join(f"{objective.title}: {objective.unit}" for objective in overview.objectives)
    st.caption(f"{units}. Measured: fresh MuJoCo episodes of 1000 steps, mean ± sd.")


def download(overview: Overview, request: SteerRequest, steered: bytes) -> None:
    """MP4 of the steered policy, rendered when asked for."""
    aims = ", ".join(f"{name} {g.mode} {g.value:.0f}" for name, g in request.goals.items())
    st.download_button(
        "MP4", lambda: cached.clip(overview.name, steered, f"asked: {aims}"),
        file_name="steered.mp4", mime="video/mp4", icon=":material/movie:", on_click="ignore",
        help="Five seconds of the steered policy, 480 × 360.",
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
