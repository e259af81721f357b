"""A one-page app with the map room's panels on the shipped atlas, for the browser tests.

It is also the shortest example of how a page calls each of them. ``?many=`` draws that many points.
"""

from dataclasses import replace

import numpy as np
import streamlit as st

from backend.studio import Studio
from backend.survey import Survey
from pages.shared.scatter import ScatterEvents, ScatterView, field_file, points_file, scatter_view
from tests.toys import ATLAS

PATHS = ("none", "walk", "neutral")


@st.cache_resource
def survey() -> Survey:
    return Studio().survey(ATLAS)


@st.cache_resource
def points_url(many: int) -> str:
    """Places on every map and both returns; the same policies over and over, shaken, if many."""
    atlas = survey().atlas
    rng = np.random.default_rng(0)
    rows = np.arange(max(many, len(atlas.z))) % len(atlas.z)
    shake = (rows != np.arange(len(rows))) * 0.02
    columns: dict[str, np.ndarray] = {"id": np.array(atlas.population.ids)[rows]}
    numbers = {"forward": atlas.population.returns[:, 0], "energy": atlas.population.returns[:, 1]}
    for name in atlas.pictures:
        x, y = atlas.place(name, atlas.z).T
        numbers |= {f"{name}.x": x, f"{name}.y": y}
    for name, column in numbers.items():
        columns[name] = column[rows] + shake * rng.normal(size=len(rows)) * np.ptp(column)
    return points_file(columns)


@st.cache_resource
def field_url(map_name: str) -> str:
    field = survey().field(map_name, "forward")
    return field_file(field.arrows, [(line.level, line.lines) for line in field.isolines])


def walks(kind: str, map_name: str) -> dict:
    """The marks of a walk: on the data beside the straight one, or along the level set."""
    ids = survey().atlas.population.ids
    if kind == "none":
        return {}
    if kind == "walk":
        routes = [survey().walk(ids[5], ids[250], route) for route in ("data", "straight")]
        path, second = (route.places[map_name].tolist() for route in routes)
        return {"path": path, "path_title": "walk on the data", "second_path": second,
                "start": path[0], "solution": path[-1]}  # fmt: skip
    walked = survey().neutral(ids[60])
    path = walked.places[map_name].tolist()
    return {"path": path, "path_title": "same predicted returns", "start": path[walked.walk.origin]}


def hear(events: ScatterEvents, map_name: str) -> None:
    """Keep what was drawn, and say in words what came."""
    state = st.session_state
    if events.lassoed:
        state[events.lassoed.group] = events.lassoed.polygon
    if events.cleared:
        for name in ("these", "those", "ball"):
            state.pop(name, None)
    if events.ball:
        state["ball"] = survey().ball(map_name, "forward", np.array(events.ball))
    if events.dropped:
        state["settler"] = survey().settler(map_name, np.array(events.dropped))
    if events != ScatterEvents():
        state["heard"] = repr(events)[:120]
        st.rerun()


def map_view(which: str, kind: str, with_field: bool, url: str) -> ScatterView:
    """The map with everything on it that one can ask for."""
    state, pair = st.session_state, which.split(" × ")
    ball, settler = state.get("ball"), state.get("settler")
    pin = [0.0, 0.0] if settler is None else settler.xy.tolist()
    note = None if ball is None else f"ball: {ball.ended}, predicted {ball.predicted[-1]:.0f}"
    plane = [f"{name}, predicted" for name in pair] if len(pair) == 2 else [None, None]
    return ScatterView(
        points_url=url, x_column=f"{which}.x", y_column=f"{which}.y", x_title=plane[0],
        y_title=plane[1],
        colour_column="forward", colour_title="forward, measured", colour_range=(0.0, 8000.0),
        lasso=True, these=state.get("these"), those=state.get("those"), pin="solution",
        ball_tool=True, ball=None if ball is None else ball.xy.tolist(), ball_note=note,
        field_url=field_url(which) if with_field else None,
        field_title="uphill: forward, predicted", **{"solution": pin, **walks(kind, which)},
        caption="Distances between islands mean nothing.",
    )  # fmt: skip


def return_view(kept: list[int] | None, url: str, target: tuple[float, float]) -> ScatterView:
    """Measured returns, what their front dominates, and the group chosen on the map."""
    found = survey().dominated((0, 1))
    return ScatterView(
        points_url=url, label="Return space", x_column="forward", y_column="energy",
        x_title="forward, measured", y_title="energy, measured", colour_column="forward",
        front=found.front.tolist(), reference=tuple(found.reference.tolist()),
        dominated_title=f"dominated: hypervolume {100 * found.share:.0f} % of the box",
        target=target, pin="target", kept=kept,
    )  # fmt: skip


def main() -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")
    choice = st.columns([2, 1, 1, 1, 1])
    maps = list(survey().atlas.pictures)
    which = choice[0].segmented_control("map", maps, default="gaits", required=True)
    kind = choice[1].segmented_control("path", PATHS, default="none", required=True)
    with_field = choice[2].checkbox("field")
    without_front, elsewhere = choice[3].checkbox("no front"), choice[4].checkbox("elsewhere")
    url = points_url(int(st.query_params.get("many", 0)))
    these = st.session_state.get("these")
    lassoed = survey().lassoed(which, np.array(these)) if these else ()
    kept = [survey().atlas.population.ids.index(policy) for policy in lassoed] if these else None
    left, right = st.columns([1.3, 1])
    with left:
        events = scatter_view(map_view(which, kind, with_field, url), key="map", height=440)
    with right:
        returns = return_view(kept, url, (3000.0, -1500.0) if elsewhere else (4000.0, -1500.0))
        returns = replace(returns, front=[]) if without_front else returns
        scatter_view(returns, key="returns", height=440)
    st.text(f"lassoed={len(lassoed)} heard={st.session_state.get('heard')}")
    hear(events, which)
