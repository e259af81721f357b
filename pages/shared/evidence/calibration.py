"""Section on calibration: what the value heads predict against what rollouts measure."""

from typing import Any

import numpy as np
import streamlit as st

from backend.evidence import ANSWERS, Library, Promises, regions
from backend.studio import Overview
from pages.shared import cached, panels
from pages.shared.evidence import charts, controls, words
from pages.shared.evidence.tables import Cell, Column, Row, estimate_cell, table
from pages.shared.map_panel import MAP_NAMES
from pages.shared.numerals import spread, whole
from pages.shared.scatter import ScatterView, points_file, scatter_view

HELD_OUT = "held-out policies"
SOURCES = {HELD_OUT: "", "answers inside": "steering", "answers into the hole": "hole"}
VARIANTS = {"single shot": ANSWERS["single shot"], "the app’s answer": ANSWERS["default"],
            "the paper’s procedure": ANSWERS["paper"]}  # fmt: skip
CHART_HEIGHT, MAP_HEIGHT = 300, 380


def calibration(shelf: Library) -> None:
    """Predicted against measured, by region of return space and on the map."""
    places = st.columns([1, 2, 1])
    env = controls.environment(shelf, places[0])
    source = controls.one(places[1], "promises made for", list(SOURCES), "source")
    study = SOURCES[source]
    if study and controls.missing(shelf, env, study):
        return
    atlas = shelf.atlas(env, study)
    if atlas not in cached.studio().names():
        _no_atlas(shelf, env, study)
        return
    overview = cached.overview(atlas)
    given = _held_out(overview) if not study else None
    if given is None:
        who = str(places[2].selectbox("answers by", list(VARIANTS), key="who", bind="query-params"))
        provenance = shelf.provenance(env, study)
        controls.notice(provenance)
        given = shelf.promises(env, study, VARIANTS[who], provenance.seeds)
    controls.question(
        "Do the value heads keep their word?",
        "Under the dashed line a policy earns less than predicted. Single shots are chosen by "
        "predictions, so errors find them.",
    )
    if not len(given.measured):
        st.info("No such answers were measured.", icon=":material/filter_alt_off:")
        return
    for i, column in enumerate(st.columns(len(overview.objectives))):
        predicted, measured = (
            panels.titled(overview, i, kind, panels.LONGEST_PLANE)
            for kind in ("predicted", "measured")
        )
        with column:
            figure = charts.identity_figure(
                given.predicted[:, i], given.measured[:, i], given.names,
                titles=(predicted, measured), colour=charts.BLUE, name=source,
            )  # fmt: skip
            figure.update_layout(showlegend=False)
            charts.show(figure, CHART_HEIGHT, key=f"calibration-{i}", top=10)
    names = [objective.name for objective in overview.objectives]
    left, right = st.columns([1.1, 1])
    with left:
        chosen = controls.one(st.container(), "objective", names, "objective")
        _regions(overview, given, names.index(chosen))
    with right:
        maps = {MAP_NAMES[name]: name for name in overview.places}
        which = controls.one(st.container(), "map", list(maps), "residual-map")
        _map(overview, given, chosen, maps[which])
    _origin(shelf, env, study, len(given.names))


def _no_atlas(shelf: Library, env: str, study: str) -> None:
    flag = " --hole" if study == "hole" else ""
    st.info(f"The atlas of {shelf.title(env)} is not here yet. This builds it:",
            icon=":material/map:")  # fmt: skip
    st.code(f"steerscape atlas build {env}{flag}", language="sh")


def _held_out(overview: Overview) -> Promises:
    """The policies that nothing was fitted on."""
    held = overview.held_out != ""
    return Promises(
        names=tuple(np.array(overview.ids)[held]), seed=np.zeros(int(held.sum()), int),
        predicted=overview.predicted[held], measured=overview.returns[held],
    )  # fmt: skip


def _regions(overview: Overview, given: Promises, i: int) -> None:
    extent = float(overview.returns_high[i] - overview.returns_low[i])
    rows = []
    for region in regions(given, i, extent):
        bias = region.bias
        sign = "too much" if bias.value > 0 else "too little"
        surely = bias.low > 0 or bias.high < 0
        rows.append(Row(cells=[
            Cell(main=f"{words.number(region.low)} … {words.number(region.high)}"),
            Cell(main=whole(bias.value, "+"),
                 small=f"{words.interval(bias, whole)}{f' {sign}' if surely else ''}"),
            estimate_cell(region.error, words.percent),
            Cell(main=words.percent(region.worst)),
            Cell(main=str(bias.count)),
        ]))  # fmt: skip
    table(
        [Column(title=panels.titled(overview, i, "predicted"), note="fifths of the cases"),
         Column(title="predicted − measured", note="mean, in return units"),
         Column(title="size of the error", note="mean, of range"),
         Column(title="largest", note="of range"), Column(title="n")],
        rows, caption="In brackets: 95 % bootstrap, training seeds drawn first.",
    )  # fmt: skip


def _map(overview: Overview, given: Promises, objective: str, which: str) -> None:
    colour = f"{objective} residual"
    title, extent = panels.colour_choices(overview)[colour]
    url, caption = panels.points_url(overview), "Every policy of the atlas."
    ringed, ringed_title = "held out", "held out of training"
    kept = [row for row, z in enumerate(given.z or ()) if z is not None]
    if given.z is not None:
        i = [one.name for one in overview.objectives].index(objective)
        residual = (given.predicted - given.measured)[:, i]
        largest = float(np.abs(residual).max(initial=extent[1]))
        extent = (-largest, largest)
        url = _answers_url(overview, given, kept, i)
        ringed, ringed_title = "ringed", "answers"
        caption = f"{len(kept)} answers of the shipped atlas among its policies, in grey."
    scatter_view(
        ScatterView(
            points_url=url, x_column=f"{which}.x", y_column=f"{which}.y",
            label=f"Map of {overview.title} policies, coloured by the residual of {objective}",
            colour_column=colour, colour_title=title, colour_range=extent,
            ringed_column=ringed, ringed_title=ringed_title,
            hover=[(o.name, o.title) for o in overview.objectives], caption=caption,
        ),
        key="residual-view", height=MAP_HEIGHT,
    )  # fmt: skip


def _answers_url(overview: Overview, given: Promises, kept: list[int], i: int) -> str:
    """Points of answers behind which the policies, without a residual of their own, stay grey."""
    z = np.array([given.z[row] for row in kept], float) if given.z else np.zeros((0, 1))
    unknown = np.full(len(overview.ids), np.nan)
    columns: dict[str, Any] = {"id": [*overview.ids, *(given.names[row] for row in kept)]}
    answers = cached.studio().places(overview.name, z) if kept else {}
    for name, xy in overview.places.items():
        both = np.concatenate([xy, *([answers[name]] if kept else [])])
        columns |= {f"{name}.x": both[:, 0], f"{name}.y": both[:, 1]}
    residual = (given.predicted - given.measured)[kept, i]
    columns[f"{overview.objectives[i].name} residual"] = np.concatenate([unknown, residual])
    for j, objective in enumerate(overview.objectives):
        told = zip(overview.returns[:, j], overview.returns_std[:, j], strict=True)
        columns[objective.name] = [
            *(spread(mean, std) for mean, std in told),
            *(f"{whole(p)} predicted, {whole(m)} measured"
              for p, m in zip(given.predicted[kept, j], given.measured[kept, j], strict=True)),
        ]  # fmt: skip
    columns["ringed"] = np.concatenate([np.zeros(len(overview.ids)), np.ones(len(kept))])
    return points_file(columns)


def _origin(shelf: Library, env: str, study: str, num: int) -> None:
    if study:
        controls.origin(shelf.study(env, study), f"n = {num} answers.")
    else:
        st.code(f"steerscape atlas build {env}", language="sh")
        st.caption(f"n = {num} held-out policies, straight from the shipped atlas: the value heads "
                   "were not fitted on them. The paper’s calibration is not known.")  # fmt: skip
