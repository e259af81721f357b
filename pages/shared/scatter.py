"""Points one can pick, with a steer drawn over them: the map, and the return space beside it.

The points travel once, as a content-addressed file; an update carries only what changed (the path,
a few marks), so a rerun costs a few kilobytes however many policies the atlas holds.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import plotly

from pages.shared.static_files import publish, publish_file
from pages.shared.web_component import WEB_DIR, register

Place = tuple[float, float]

_MAX_PATH_STEPS = 256
"A path is thinned to this many steps: more cannot be told apart and would fatten the message."
_ALIGN = 8
_PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"The plotly.js that the plotly wheel ships: no network, no second copy in the repository."


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
    held_out_column: str | None = None
    "Column that is 1 for policies kept out of training; they get an outline."
    hover: Sequence[tuple[str, str]] | None = None
    "(column, label) lines of the hover card; None shows every text column."
    path: Sequence[Place] | None = None
    "The solver's steps."
    start: Place | None = None
    "Hollow circle."
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
    caption: str | None = None
    "One sentence under the plot saying what to notice."


@dataclass(frozen=True, kw_only=True)
class ScatterEvents:
    """What the person did since the last run; each field is alive for exactly one run."""

    picked: str | None = None
    "Id of the policy clicked, or chosen with Enter."
    ground: Place | None = None
    "Where empty ground was clicked."
    cleared: bool = False
    "Esc was pressed: drop the selection."


def points_file(columns: Mapping[str, Sequence[Any] | np.ndarray]) -> str:
    """Publish the points and return their address for ``ScatterView.points_url``.

    ``columns`` holds ``id`` (texts), any number of number columns (NaN allowed), and text columns.
    """
    lengths = {name: len(column) for name, column in columns.items()}
    if "id" not in columns or len(set(lengths.values())) != 1:
        raise ValueError(f"columns: expected equal lengths and an 'id' column, got {lengths}")
    numbers: dict[str, np.ndarray] = {}
    texts: dict[str, list[str]] = {}
    for name, column in columns.items():
        array = np.asarray(column)
        if name != "id" and array.dtype.kind in "fiub":
            numbers[name] = array.astype("<f4")
        else:
            texts[name] = ["" if value is None else str(value) for value in array.tolist()]
    header = json.dumps(
        {"count": lengths["id"], "numbers": list(numbers), "texts": texts}, separators=(",", ":")
    ).encode()
    header += b" " * (-(len(header) + 4) % _ALIGN)
    content = b"".join(
        [struct.pack("<I", len(header)), header, *(a.tobytes() for a in numbers.values())]
    )
    return publish(content, ".bin")


def scatter_view(view: ScatterView, *, key: str, height: int) -> ScatterEvents:
    """Show the panel in a box of ``height`` pixels and return what the person did with it.

    Use the same key for every view of one panel: zoom, pan and focus then survive each update.
    """
    result = _component(publish_file(WEB_DIR / "map.js"))(
        key=key,
        data={**_message(view), "plotly_url": publish_file(_PLOTLY_JS)},
        height=height,
        on_pick_change=_ignore,
        on_ground_change=_ignore,
        on_clear_change=_ignore,
    )
    return _events(result)


def _message(view: ScatterView) -> dict[str, Any]:
    message = {name: value for name, value in asdict(view).items() if value is not None}
    for name in ("path", "front"):
        message[name] = _thinned([place for place in message.get(name, ()) if _finite(place)])
    for name in ("start", "target", "solution", "nearest"):
        place = message.pop(name, None)
        if place is not None and _finite(place):
            message[name] = _short(place)
    return message


def _finite(place: Place) -> bool:
    # JSON knows no NaN: one would take the whole message, and the panel, down in the browser.
    return bool(np.isfinite(place).all())


def _thinned(places: Sequence[Place]) -> list[list[float]] | None:
    if len(places) < 2:
        return None
    if len(places) > _MAX_PATH_STEPS:
        rows = np.linspace(0, len(places) - 1, _MAX_PATH_STEPS).round().astype(int)
        places = [places[row] for row in rows]
    return [_short(place) for place in places]


def _short(place: Place) -> list[float]:
    return [float(f"{float(value):.6g}") for value in place]


def _events(result: Any) -> ScatterEvents:
    # Read like a dict: in a test the session state was seeded with plain ones.
    pick, ground, clear = (result.get(name) for name in ("pick", "ground", "clear"))
    return ScatterEvents(
        picked=str(pick["id"]) if isinstance(pick, Mapping) and "id" in pick else None,
        ground=_place(ground),
        cleared=bool(clear),
    )


def _place(event: Any) -> Place | None:
    if not isinstance(event, Mapping):
        return None
    x, y = event.get("x"), event.get("y")
    if isinstance(x, int | float) and isinstance(y, int | float) and np.isfinite([x, y]).all():
        return float(x), float(y)
    return None


@cache
def _component(module_url: str) -> Any:
    return register("steerscape_scatter", module_url)


def _ignore() -> None:
    """Streamlit learns the names of the events from the callbacks; the result is read instead."""
