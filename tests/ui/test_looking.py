"""Lassos, ball, field, walks and the table on the first screen, without a browser."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from backend.studio import Studio
from pages.shared import map_panel, session
from pages.shared.scatter import ScatterEvents, ScatterView
from tests.toys import ATLAS

Open = Callable[..., AppTest]
Place = tuple[float, float]


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[ScatterView]:
    """What the map was sent, newest last."""
    sent: list[ScatterView] = []
    draw = map_panel.scatter_view

    def spy(view: ScatterView, *, key: str, height: int) -> ScatterEvents:
        sent.append(view)
        return draw(view, key=key, height=height)

    monkeypatch.setattr(map_panel, "scatter_view", spy)
    return sent


def tell(app: AppTest, key: str, **event: Any) -> None:
    """What a component tells, once."""
    app.session_state[key] = event
    app.run()
    del app.session_state[key]
    assert not app.exception


def around(places: np.ndarray) -> Sequence[Place]:
    """A box around some places."""
    (left, low), (right, high) = places.min(0) - 1e-6, places.max(0) + 1e-6
    return [(left, low), (right, low), (right, high), (left, high)]


def groups(app: AppTest) -> dict[str, list[str]]:
    """Rows of the groups' table by name."""
    table = next(m.value for m in app.markdown if m.value.startswith("| group"))
    rows = [[c.strip() for c in line.split("|")[1:-1]] for line in table.splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def test_a_lasso_opens_its_statistics(opened: Open, views: list[ScatterView]) -> None:
    app, studio = opened(), Studio()
    overview = studio.overview(ATLAS)
    places = overview.places["sheet"]
    slow = np.flatnonzero(overview.returns[:, 0] < 1500)
    box = around(places[slow])
    tell(app, "map-view", lasso={"group": "these", "polygon": box})
    inside = studio.survey(ATLAS).lassoed("sheet", np.array(box))
    found = studio.survey(ATLAS).group(inside)
    assert groups(app)["these"][0] == str(len(inside))
    mean, std = found.measured_mean[0], found.measured_std[0]
    assert groups(app)["these"][1] == f"{mean:,.0f} ± {std:,.0f}"
    assert views[-1].these is not None and len(views[-1].these) == 4
    app.button(key="mean-these").click().run()
    assert app.selectbox(key="start").value == session.SPOT
    app.button(key="forget").click().run()
    assert views[-1].these is None
    assert not app.exception


def test_a_lasso_of_nothing_says_so_and_loses_nothing(opened: Open) -> None:
    app = opened(forward="is:4321")
    nowhere = [(1e3, 1e3), (1e3 + 1, 1e3), (1e3, 1e3 + 1)]
    tell(app, "map-view", lasso={"group": "these", "polygon": nowhere})
    assert any("Nobody is inside" in info.value for info in app.info)
    assert app.query_params["forward"] == "is:4321"


def test_a_walk_between_groups_needs_groups(opened: Open, views: list[ScatterView]) -> None:
    app = opened(forward="is:5000")
    app.session_state[session.INSTRUMENT] = "walk"
    app.session_state[session.ROUTE] = "contrast"
    app.run()
    assert not app.exception
    assert any("Draw a lasso" in info.value for info in app.info)
    assert views[-1].path_title == "path"


@pytest.mark.parametrize("route", ["data", "straight", "neutral"])
def test_a_walk_is_drawn_and_any_step_shown(
    opened: Open, views: list[ScatterView], route: str
) -> None:
    app = opened(forward="is:5000")
    app.session_state[session.INSTRUMENT] = "walk"
    app.session_state[session.ROUTE] = route
    app.run()
    assert not app.exception
    assert views[-1].path_title == "walk"
    assert (views[-1].second_path is not None) == (route == "data")
    before = views[-1].solution
    tell(app, session.WALK, step=1)
    assert views[-1].solution != before


def test_the_field_and_a_ball(opened: Open, views: list[ScatterView]) -> None:
    app = opened()
    assert views[-1].field_url is None
    app.toggle(key=session.FIELD).set_value(True).run()
    assert views[-1].field_url is not None
    assert views[-1].field_title == "uphill: forward, predicted"
    x, y = Studio().overview(ATLAS).places["sheet"].mean(0).tolist()
    tell(app, "map-view", ball={"x": x, "y": y})
    assert views[-1].ball is not None
    assert "forward, predicted" in (views[-1].ball_note or "")


def test_the_value_plane_shows_what_is_predicted(opened: Open, views: list[ScatterView]) -> None:
    app = opened(map=session.VALUES, forward="is:5000")
    assert (views[-1].x_column, views[-1].y_column) == ("forward predicted", "energy predicted")
    tree = app.session_state["_of_atlas_tree"]
    result = Studio().steer(ATLAS, tree.visits[0].request).result
    np.testing.assert_allclose(views[-1].solution, result.predicted[-1])
    tell(app, "map-view", ground={"x": 5000.0, "y": -1500.0})
    assert app.selectbox(key="start").value == session.SPOT


def table_key(app: AppTest) -> str:
    """The table's, which carries what it lists."""
    return str(app.dataframe[0].key)


def choose_row(app: AppTest, row: int) -> None:
    app.session_state[table_key(app)] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    app.run()


def test_a_row_of_the_table_is_a_start(opened: Open) -> None:
    app = opened()
    app.session_state[session.INSTRUMENT] = "table"
    app.run()
    assert not app.exception
    assert len(app.dataframe[0].value) == len(Studio().overview(ATLAS).ids)
    choose_row(app, 7)
    chosen = app.dataframe[0].value["policy"].iloc[7]
    assert app.selectbox(key="start").value == chosen


def test_a_chosen_row_is_not_chosen_in_another_table(opened: Open) -> None:
    """Streamlit keeps a row by its number."""
    app = opened()
    app.session_state[session.INSTRUMENT] = "table"
    app.run()
    choose_row(app, 7)
    chosen = app.selectbox(key="start").value
    overview = Studio().overview(ATLAS)
    x, y = overview.places["sheet"].mean(0)
    box = [[x - 2, y - 2], [x + 2, y - 2], [x + 2, y + 2], [x - 2, y + 2]]
    tell(app, "map-view", lasso={"group": "these", "polygon": box})
    app.session_state[session.INSTRUMENT] = "table"
    app.run()
    assert 7 < len(app.dataframe[0].value) < len(overview.ids)
    assert app.selectbox(key="start").value == chosen
    other = "mo-walker2d-v5"
    app.sidebar.radio(key="robot").set_value(other).run()
    assert not app.exception
    assert app.selectbox(key="start").value == Studio().overview(other).first_start
