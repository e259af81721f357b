"""The map of the policies: what it shows, and what clicks, drags and lassos on it do."""

import numpy as np
import streamlit as st

from backend.studio import Overview, SteerAnswer
from backend.survey import Walked
from pages.shared import cached, lassos, session
from pages.shared.globe import globe_panel
from pages.shared.numerals import whole
from pages.shared.panels import LONGEST_PLANE, colour_choices, hovered, points_url, titled
from pages.shared.scatter import ScatterView, field_file, heard, scatter_view
from pages.shared.shown import Shown

KEY = "map-view"
MAP_NAMES = {
    "sheet": "sheet", "gaits": "gaits", "pca": "PCA", session.VALUES: "values",
}  # fmt: skip
MAP_NOTES = {
    "sheet": "UMAP of the value projections: returns change smoothly along the sheet.",
    "gaits": "UMAP of z: islands are gait families. Distances between islands mean nothing.",
    "pca": "The two directions of latent space that vary most.",
    session.VALUES: "Predicted returns against each other: what the value heads read of z.",
}
BALL_ENDS = {
    "top": "rests on a top", "edge": "rolled to the edge of the crowd", "steps": "still rolls",
}  # fmt: skip


def hear(overview: Overview) -> None:
    """Do what was done on the map since the last run. Call before anything is drawn."""
    events, picture = heard(KEY), session.picture(overview)
    if events.picked is not None and events.picked in overview.rows:
        session.put({session.START: events.picked, session.LIVE: True})
    ground = events.ground or events.dropped
    if ground is not None:
        settler = cached.survey(overview.name).settler(picture, np.array(ground))
        aims = session.aimed(overview, dict(enumerate(settler.predicted.tolist())))
        session.put({
            session.LATENT: tuple(settler.z.tolist()), session.START: session.SPOT,
            session.AIMS: aims, session.LIVE: True,
        })  # fmt: skip
    if events.lassoed is not None:
        outline = tuple((float(x), float(y)) for x, y in events.lassoed.polygon)
        key = session.LASSOS[events.lassoed.group]
        session.put({key: (picture, outline), session.INSTRUMENT: "group"})
    if events.ball is not None:
        objective = session.choice(session.COLOUR).rsplit(" ", 1)[0]
        session.put({session.BALL: (picture, objective, events.ball)})
    if events.cleared:
        session.put({**session.NOTHING, session.START: session.NEAREST})


def map_choices(overview: Overview) -> None:
    """Which map, coloured by what, with what laid over it."""
    which, colour, layers = st.columns([1.88, 1.8, 0.38], gap="xsmall")
    which.segmented_control(
        "map", [name for name in MAP_NAMES if name in (*overview.places, session.VALUES)],
        key=session.MAP, required=True, bind="query-params", format_func=MAP_NAMES.__getitem__,
        label_visibility="collapsed",
    )  # fmt: skip
    colour.selectbox(
        "colour", list(colour_choices(overview)), key=session.COLOUR, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    with layers.popover(  # the icon as its label: what opens is named after it
        ":material/layers:", help="Laid over the map", width="stretch", key="layers"
    ):
        st.toggle(
            "value field", key=session.FIELD,
            help="Arrows point where the predicted return of the colour's objective grows, lines "
            "join places of equal prediction. B drops a ball that follows them.",
        )  # fmt: skip
        carried = cached.survey(overview.name).globe() is not None
        st.toggle(
            "in three dimensions", key=session.GLOBE, disabled=not carried,
            help="UMAP of z in space, to turn and look at."
            if carried else f"`steerscape atlas maps {overview.name}` adds it to this atlas.",
        )  # fmt: skip
        st.markdown(_qualities(overview))
        st.caption(
            "Trustworthiness: are neighbours on the map neighbours in z? Continuity: are "
            "neighbours in z still neighbours on the map? 1 is perfect, 0.5 is shuffled."
        )


def map_panel(
    overview: Overview, answer: SteerAnswer | None, here: Shown | None,
    walks: tuple[Walked | None, Walked | None], height: int,
) -> None:  # fmt: skip
    """Pick a policy to start from it, click the ground to meet what lives there (``hear``)."""
    if session.switch(session.GLOBE) and _globe(overview, answer, height):
        return
    scatter_view(_view(overview, answer, here, walks), key=KEY, height=height)


def _view(
    overview: Overview, answer: SteerAnswer | None, here: Shown | None,
    walks: tuple[Walked | None, Walked | None],
) -> ScatterView:  # fmt: skip
    which, picture, colour = (
        session.choice(session.MAP), session.picture(overview), session.choice(session.COLOUR)
    )  # fmt: skip
    title, extent = colour_choices(overview)[colour]
    objective = colour.rsplit(" ", 1)[0]
    pair, plane = session.axes(overview), which == session.VALUES
    columns = (
        [f"{overview.objectives[i].name} predicted" for i in pair]
        if plane else [f"{which}.x", f"{which}.y"]
    )  # fmt: skip
    lines = _lines(overview, answer, walks, picture)
    drawn = {group: session.lasso(group) for group in session.LASSOS}
    outlines = {g: list(d[1]) for g, d in drawn.items() if d is not None and d[0] == picture}
    return ScatterView(
        points_url=points_url(overview), x_column=columns[0], y_column=columns[1],
        x_title=titled(overview, pair[0], "predicted", LONGEST_PLANE) if plane else None,
        y_title=titled(overview, pair[1], "predicted", LONGEST_PLANE) if plane else None,
        label=f"Map of {overview.title} policies, {MAP_NAMES[which]}",
        colour_column=colour, colour_title=title, colour_range=extent,
        ringed_column="held out", hover=hovered(overview),
        solution=None if here is None else here.place(overview), pin="solution",
        selected_id=None if answer is None else answer.result.start_id,
        lasso=True, kept=None if outlines else lassos.kept_rows(overview),
        field_url=_field(overview, picture, objective) if session.switch(session.FIELD) else None,
        field_title=f"uphill: {objective}, predicted", caption=MAP_NOTES[which],
        **outlines, **_ball(overview, picture), **lines,
    )  # fmt: skip


def _lines(
    overview: Overview, answer: SteerAnswer | None, walks: tuple[Walked | None, Walked | None],
    picture: str,
) -> dict:  # fmt: skip
    """The solver's path, or the walk that is on show."""
    walk, straight = walks
    if walk is not None:
        path = walk.places[picture].tolist()
        second = None if straight is None else straight.places[picture].tolist()
        return {
            "path": path, "path_title": "walk", "start": path[walk.walk.origin],
            "second_path": second,
        }  # fmt: skip
    if answer is None:
        return {}
    plane = answer.result.predicted[:, list(session.axes(overview))]
    path = answer.places.get(picture, plane).tolist()
    return {"path": path, "start": path[0]}


def _field(overview: Overview, picture: str, objective: str) -> str:
    found = cached.field(overview.name, picture, objective)
    return field_file(found.arrows, [(line.level, line.lines) for line in found.isolines])


def _ball(overview: Overview, picture: str) -> dict:
    dropped = session.ball()
    if dropped is None or dropped[0] != picture:
        return {"ball_tool": True}
    _, objective, place = dropped
    found = cached.survey(overview.name).ball(picture, objective, np.array(place))
    end = f"{objective}, predicted {whole(found.predicted[-1])}"
    return {
        "ball_tool": True, "ball": found.xy.tolist(),
        "ball_note": f"The ball {BALL_ENDS[found.ended]}: {end}.",
    }  # fmt: skip


def _globe(overview: Overview, answer: SteerAnswer | None, height: int) -> bool:
    """The map in space, where the atlas carries one."""
    places = cached.survey(overview.name).globe()
    if places is None:
        return False
    colour = session.choice(session.COLOUR)
    title, extent = colour_choices(overview)[colour]
    objective, kind = colour.rsplit(" ", 1)
    i = overview.index(objective)
    values = {"measured": overview.returns[:, i], "predicted": overview.predicted[:, i]}
    values["residual"] = values["predicted"] - values["measured"]
    globe_panel(
        places, values[kind], overview.ids, title=title, extent=extent, key="globe-view",
        selected=None if answer is None else answer.result.start_id, height=height - 40,
    )  # fmt: skip
    return True


def _qualities(overview: Overview) -> str:
    """How far each map can be believed, against z."""
    rows = ["| against z | trustworthiness | continuity |", "|:--|--:|--:|"]
    rows += [
        f"| {MAP_NAMES.get(q.map_name, q.map_name)} "
        f"| {q.trustworthiness:.2f} | {q.continuity:.2f} |"
        for q in cached.qualities(overview.name)
        if q.space == "z"
    ]
    return "\n".join(rows)
