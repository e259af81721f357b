"""What stands over the pictures, the points they share, and the return space."""

from typing import Literal

import numpy as np
import streamlit as st

from backend.studio import Mode, Overview, SteerAnswer, SteerRequest
from pages.shared import cached, lassos, session
from pages.shared.numerals import spread
from pages.shared.scatter import ScatterView, TargetLine, heard, points_file, scatter_view
from pages.shared.shown import Shown

KEY = "return-view"
LONGEST_TITLE, LONGEST_SIDE = 42, 32
"Characters of an axis title that fit under the return space."
LONGEST_KIND, LONGEST_PLANE = 50, 40
"Characters that fit over a colour bar, and beside the value plane."


def headline(overview: Overview) -> None:
    """What this is, and how to make the next steer."""
    st.markdown(
        f"**{overview.title}** · {len(overview.ids)} policies "
        f"· {len(overview.objectives)} objectives :gray[— move a slider, click the map or the "
        "return space; the robots below answer.]"
    )


def link_notes() -> None:
    """What was wrong with the link that opened this; the rest of it holds."""
    notes = [f"{note[0].upper()}{note[1:]}." for note in session.notes()]
    if not notes:
        return
    told, close = st.columns([12, 1.1], vertical_alignment="center")
    told.warning("  \n".join(notes), icon=":material/link_off:")
    close.button(
        "Close", key="close-notes", on_click=session.forget_notes, type="tertiary",
        help="What could be read of the link is kept.",
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs={Overview: lambda o: o.content_hash})
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
            spread(mean, std)
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
            choices[f"{objective.name} {kind}"] = (titled(overview, i, kind), extent)
        largest = float(np.abs(overview.predicted[:, i] - overview.returns[:, i]).max())
        title = titled(overview, i, "predicted − measured")
        choices[f"{objective.name} residual"] = (title, (-largest, largest))
    return choices


def titled(overview: Overview, i: int, kind: str, longest: int = LONGEST_KIND) -> str:
    """An objective's returns of some kind, with their unit in short where that fits."""
    objective = overview.objectives[i]
    full = f"{objective.name}, {kind} ({objective.step_unit}, summed)"
    return full if len(full) <= longest else f"{objective.name}, {kind}, summed"


def axes_choice(overview: Overview) -> None:
    """Which two objectives the return space shows, where there are more."""
    st.selectbox(
        "axes of the return space", [session.pair_label(overview, pair) for pair in overview.pairs],
        key=session.AXES, bind="query-params", label_visibility="collapsed",
    )  # fmt: skip


def hear(overview: Overview) -> None:
    """Ask for what was pointed at in the return space. Call before anything is drawn."""
    events = heard(KEY)
    if events.picked is not None and events.picked in overview.rows:
        row = overview.returns[overview.rows[events.picked]]
        session.set_goals(overview, dict(enumerate(row.tolist())))
    ground = events.ground or events.dropped
    if ground is not None:
        session.set_goals(overview, dict(zip(session.axes(overview), ground, strict=True)))


def return_space_panel(
    overview: Overview, request: SteerRequest | None, answer: SteerAnswer | None,
    here: Shown | None, height: int,
) -> None:  # fmt: skip
    """Measured returns of every policy in two objectives, with their front; a click sets the aim.

    The front is that of the two objectives shown: with a third, a policy may be off it here and
    still unbeaten in all three.
    """
    pair = session.axes(overview)
    x, y = (overview.objectives[i] for i in pair)
    goals = request.goals if request else {}
    found = cached.dominated(overview.name, pair)
    axes: tuple[tuple[Literal["x", "y"], str], ...] = (("x", x.name), ("y", y.name))
    lines = [
        TargetLine(axis=axis, value=goals[name].value, infeasible=_forbidden(goals[name].mode))
        for axis, name in axes
        if name in goals
    ]
    aimed = all(o.name in goals for o in (x, y))
    path = None if answer is None else [_place(row, pair) for row in answer.result.predicted]
    scatter_view(
        ScatterView(
            points_url=points_url(overview),
            x_column=f"{x.name} measured", y_column=f"{y.name} measured",
            label="Return space", x_title=_axis_title(overview, pair[0]),
            y_title=_side_title(overview, pair[1]),
            target=(goals[x.name].value, goals[y.name].value) if aimed else None,
            target_lines=lines, front=[_place(row, (0, 1)) for row in found.front],
            front_title="Pareto front" if len(overview.pairs) == 1 else "front of these two",
            reference=_place(found.reference, (0, 1)), pin="target",
            dominated_title=f"dominated: hypervolume {100 * found.share:.0f} % of the box",
            kept=lassos.kept_rows(overview),
            path=path, path_title="path, predicted",
            start=None if path is None else path[0], start_title="start, predicted",
            solution=_solution(here, pair),
            solution_title="answer, measured" if here and here.verified else "step, predicted",
            nearest=None if answer is None else _place(answer.nearest_returns, pair),
            hover=hovered(overview), caption="Dots: policies, as measured. Click where to go.",
        ),
        key=KEY, height=height,
    )  # fmt: skip


def hovered(overview: Overview) -> list[tuple[str, str]]:
    """Lines of the card of a policy."""
    return [(o.name, f"{o.title}, measured") for o in overview.objectives]


def _solution(here: Shown | None, pair: tuple[int, int]) -> tuple[float, float] | None:
    """The verified answer stands where it was measured, a step on the way where it is predicted."""
    if here is None or (here.is_answer and here.verified is None):
        return None
    return _place(here.verified.measured.mean if here.verified else here.predicted, pair)


def _place(row: np.ndarray, pair: tuple[int, int]) -> tuple[float, float]:
    return float(row[pair[0]]), float(row[pair[1]])


def _axis_title(overview: Overview, i: int) -> str:
    objective = overview.objectives[i]
    full = f"{objective.name} ({session.unit(overview, i)})"
    return full if len(full) <= LONGEST_TITLE else f"{objective.name}, {session.summed(overview)}"


def _side_title(overview: Overview, i: int) -> str:
    """The same where there is room for less; the axis below says over how many steps."""
    objective = overview.objectives[i]
    full = f"{objective.name} ({objective.step_unit}, summed)"
    return full if len(full) <= LONGEST_SIDE else f"{objective.name}, summed"


def _forbidden(mode: Mode) -> Literal["below", "above"] | None:
    sides: dict[Mode, Literal["below", "above"]] = {"at least": "below", "at most": "above"}
    return sides.get(mode)
