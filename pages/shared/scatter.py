"""Points one can pick, with a steer drawn over them: the map, and the return space beside it.

The points travel once, as a content-addressed file; an update carries only what changed (the path,
a few marks), so a rerun costs a few kilobytes however many policies the atlas holds.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import plotly
import streamlit as st

from pages.shared.scatter_files import field_file, points_file, short
from pages.shared.static_files import publish_file
from pages.shared.web_component import mount

__all__ = [
    "Lassoed", "Place", "ScatterEvents", "ScatterView", "TargetLine", "field_file", "heard",
    "points_file", "scatter_view",
]  # fmt: skip

Place = tuple[float, float]

_MAX_STEPS = 256
"A line is thinned to this many vertices: more cannot be told apart and would fatten the message."
_PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"The plotly.js that the plotly wheel ships: no network, no second copy in the repository."
_EVENTS = ("pick", "ground", "clear", "lasso", "drop", "ball")
_LINES = ("path", "second_path", "front", "ball", "these", "those")
_PLACES = ("start", "target", "solution", "nearest", "reference")


@dataclass(frozen=True, kw_only=True)
class TargetLine:
    """An accent line across the plot: what one objective was asked to be."""

    axis: Literal["x", "y"]
    "Which axis carries the value."
    value: float
    "Where the line stands."
    infeasible: Literal["below", "above"] | None = None
    "The side to shade because the request forbids it; None for an equality."


@dataclass(frozen=True, kw_only=True)
class ScatterView:
    """Everything one scatter panel shows. Places are (x, y) in the units of the two columns."""

    points_url: str
    "From ``points_file``."
    x_column: str
    "Column drawn along x."
    y_column: str
    "Column drawn along y."
    label: str = "Map of policies"
    "What the panel is, for screen readers."
    x_title: str | None = None
    "Axis title with unit; None hides the axis, as a UMAP coordinate has no unit."
    y_title: str | None = None
    "Same for y."
    colour_column: str | None = None
    "Column that colours the points; policies where it is NaN, or all if None, stay grey."
    colour_title: str | None = None
    "Title of the colour bar, with the unit; None hides the bar."
    colour_range: tuple[float, float] | None = None
    "Fixed ends of the colour scale; None takes the column's own range."
    ringed_column: str | None = None
    "Column that is 1 for points that get an outline."
    ringed_title: str = "held out of training"
    "What these are, for the legend."
    hover: Sequence[tuple[str, str]] | None = None
    "(column, label) lines of the hover card; None shows every text column."
    path: Sequence[Place] | None = None
    "The solver's steps, or a walk."
    path_title: str = "path"
    "What the solid line is, for the legend."
    second_path: Sequence[Place] | None = None
    "Another way, dashed: the straight line beside a walk on the data."
    start: Place | None = None
    "Hollow circle."
    start_title: str = "start"
    "What it is, for the legend."
    target: Place | None = None
    "Star."
    solution: Place | None = None
    "Filled circle."
    solution_title: str = "solution"
    "What the filled circle is, for the legend: predicted and measured must not blur."
    nearest: Place | None = None
    "Diamond: the nearest existing policy."
    selected_id: str | None = None
    "Policy that carries the ring."
    target_lines: Sequence[TargetLine] = ()
    "What was asked, in the return space."
    front: Sequence[Place] | None = None
    "Pareto front, drawn as a thin dashed line."
    front_title: str = "Pareto front"
    "What the dashed line is, for the legend."
    reference: Place | None = None
    "Shade what the front dominates down to this place, and draw the front as its staircase."
    dominated_title: str = "dominated"
    "What the shade is, for the legend: the place for the hypervolume."
    pin: Literal["solution", "target"] | None = None
    "The mark that may be dragged, or moved with P and the arrow keys."
    lasso: bool = False
    "Offer the lasso. Policies outside every lasso turn grey."
    kept: Sequence[int] | None = None
    "Rows of the points file that keep their colour whatever the lassos say: chosen elsewhere."
    these: Sequence[Place] | None = None
    "Outline of the first lasso, as it came in ``lassoed``."
    those: Sequence[Place] | None = None
    "Outline of the second."
    field_url: str | None = None
    "From ``field_file``: arrows and iso-lines of a predicted return."
    field_title: str = "uphill, predicted"
    "What arrows and iso-lines are of, for the legend."
    ball_tool: bool = False
    "Offer to drop a ball; where it goes is for ``ball`` to say."
    ball: Sequence[Place] | None = None
    "The way of a ball. A new one is rolled along once."
    ball_note: str | None = None
    "How the ball ended, for the legend and for screen readers."
    caption: str | None = None
    "One sentence under the plot saying what to notice."


@dataclass(frozen=True, kw_only=True)
class Lassoed:
    """An outline the person drew. Who is inside is the backend's to say."""

    group: Literal["these", "those"]
    "Which of the two groups it is."
    polygon: tuple[Place, ...]
    "At least three vertices."


@dataclass(frozen=True, kw_only=True)
class ScatterEvents:
    """What the person did since the last run; each field is alive for exactly one run."""

    picked: str | None = None
    "Id of the policy clicked, or chosen with Enter."
    ground: Place | None = None
    "Where empty ground was clicked."
    cleared: bool = False
    "Esc was pressed: drop the selection, and both lassos."
    lassoed: Lassoed | None = None
    "A lasso was closed."
    dropped: Place | None = None
    "Where the pin was dropped."
    ball: Place | None = None
    "Where a ball is to start."


def heard(key: str) -> ScatterEvents:
    """What the person did with a panel since the last run; to be asked before it is drawn.

    Then the run that the deed started shows its answer, and no second one is needed.
    """
    return _events(st.session_state.get(key) or {})


def scatter_view(view: ScatterView, *, key: str, height: int) -> ScatterEvents:
    """Show the panel in a box of ``height`` pixels and return what the person did with it.

    Use the same key for every view of one panel: zoom, pan and focus then survive each update.
    """
    result = mount(
        "map",
        key=key,
        data={**_message(view), "plotly_url": publish_file(_PLOTLY_JS)},
        height=height,
        events=_EVENTS,
    )
    return _events(result)


def _message(view: ScatterView) -> dict[str, Any]:
    message = {name: value for name, value in asdict(view).items() if value is not None}
    for name in _LINES:
        places = _thinned([place for place in message.pop(name, ()) if _finite(place)])
        if places is not None:
            message[name] = places
    if view.kept is not None:
        message["kept"] = _bit_mask(view.kept)
    for name in _PLACES:
        place = message.pop(name, None)
        if place is not None and _finite(place):
            message[name] = short(place)
    return message


def _bit_mask(rows: Sequence[int]) -> str:
    """A bit per row in base 64: 17 kB for 100 000 policies."""
    mask = np.zeros(max(rows, default=-1) + 1, bool)
    mask[list(rows)] = True
    return base64.b64encode(np.packbits(mask).tobytes()).decode()


def _finite(place: Place) -> bool:
    # JSON knows no NaN: one would take the whole message, and the panel, down in the browser.
    return bool(np.isfinite(place).all())


def _thinned(places: Sequence[Place]) -> list[list[float]] | None:
    if len(places) < 2:
        return None
    if len(places) > _MAX_STEPS:
        rows = np.linspace(0, len(places) - 1, _MAX_STEPS).round().astype(int)
        places = [places[row] for row in rows]
    return [short(place) for place in places]


def _events(result: Any) -> ScatterEvents:
    # Read like a dict: in a test the session state was seeded with plain ones.
    pick = result.get("pick")
    return ScatterEvents(
        picked=str(pick["id"]) if isinstance(pick, Mapping) and "id" in pick else None,
        ground=_place(result.get("ground")),
        cleared=bool(result.get("clear")),
        lassoed=_lassoed(result.get("lasso")),
        dropped=_place(result.get("drop")),
        ball=_place(result.get("ball")),
    )


def _lassoed(event: Any) -> Lassoed | None:
    if not isinstance(event, Mapping) or event.get("group") not in ("these", "those"):
        return None
    vertices = event.get("polygon")
    places = [_vertex(pair) for pair in vertices] if isinstance(vertices, Sequence) else []
    polygon = tuple(place for place in places if place is not None)
    if len(polygon) < max(3, len(places)):
        return None
    return Lassoed(group=event["group"], polygon=polygon)


def _vertex(pair: Any) -> Place | None:
    listed = isinstance(pair, list | tuple) and len(pair) == 2
    return _place({"x": pair[0], "y": pair[1]}) if listed else None


def _place(event: Any) -> Place | None:
    if not isinstance(event, Mapping):
        return None
    x, y = event.get("x"), event.get("y")
    if isinstance(x, int | float) and isinstance(y, int | float) and np.isfinite([x, y]).all():
        return float(x), float(y)
    return None
