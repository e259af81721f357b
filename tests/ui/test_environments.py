"""Atlases of two and three objectives: what is shown, what clicks set, what switches keep."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from backend.atlas.store import ATLAS_DIR
from backend.studio import ATLASES_VARIABLE, Overview, Studio
from pages.shared import cached, controls, panels, session
from pages.shared.scatter import ScatterEvents, ScatterView
from tests.toys import ATLAS
from tests.ui.asking import aim, ask

APP = str(Path(__file__).parents[2] / "app.py")
HOPPER, ANT = "mo-hopper-v5", "mo-ant-2obj-v5"
HOLE = f"{HOPPER}-hole"
Views = dict[str, ScatterView]


@pytest.fixture
def views(
    monkeypatch: pytest.MonkeyPatch, tiny: Callable[[str], Path], tmp_path: Path
) -> Iterator[Views]:
    """An app of three robots that does not verify; what its two panels were last sent."""
    folders = {HOPPER: tiny(HOPPER), HOLE: tiny(HOPPER), ANT: tiny(ANT), ATLAS: ATLAS_DIR / ATLAS}
    for name, folder in folders.items():
        (tmp_path / name).symlink_to(folder, target_is_directory=True)
    monkeypatch.setenv(ATLASES_VARIABLE, str(tmp_path))
    monkeypatch.setattr(controls, "verify", lambda *_: None)
    sent: Views = {}
    draw = panels.scatter_view

    def spy(view: ScatterView, *, key: str, height: int) -> ScatterEvents:
        sent[key] = view
        return draw(view, key=key, height=height)

    monkeypatch.setattr(panels, "scatter_view", spy)
    st.cache_resource.clear()
    yield sent
    st.cache_resource.clear()


def opened(atlas: str | None = None, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for key, value in ({"atlas": atlas} if atlas else {}).items() | query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert not app.error
    return app


def overview(name: str) -> Overview:
    return Studio().overview(name)


def table(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("| objective"))


def test_friendly_titles_and_the_first_robot_first(views: Views) -> None:
    app = opened()
    titles = app.sidebar.radio(key="robot").options
    assert titles == ["HalfCheetah", "Hopper, three objectives", "Ant"]
    assert app.session_state["atlas"] == ATLAS
    assert not app.query_params
    assert any("backend: cpu" in caption.value for caption in app.sidebar.caption)


@pytest.mark.parametrize("name", [HOPPER, ANT])
def test_an_environment_opens_on_its_own_first_view(views: Views, name: str) -> None:
    app, seen = opened(name), overview(name)
    assert app.selectbox(key="start").value == seen.first_start
    for objective in seen.objectives:
        mode = aim(app, objective.name).mode
        asked = seen.first_goals.get(objective.name)
        assert mode == (asked[0] if asked else "free")
        if asked:
            assert aim(app, objective.name).value == asked[1]
        assert objective.title in table(app)
    assert any(f"at most {seen.horizon} steps" in caption.value for caption in app.caption)


def test_two_of_three_objectives_are_the_axes(views: Views) -> None:
    app, seen = opened(HOPPER), overview(HOPPER)
    chooser = app.selectbox(key="axes")
    assert chooser.options == ["forward × height", "forward × energy", "height × energy"]
    chooser.set_value("height × energy").run()
    view = views["return-view"]
    assert (view.x_column, view.y_column) == ("height measured", "energy measured")
    assert view.y_title == "energy (1 − Σ‖a‖², summed)"
    front = np.array(view.front)
    for row in seen.returns[:, 1:]:
        assert not ((front <= row).all(1) & (front < row).any(1)).any()
    assert view.front_title == "front of these two"
    assert len(table(app).splitlines()) == 2 + 3


def test_two_objectives_need_no_choice_of_axes(views: Views) -> None:
    app = opened(ANT)
    assert "axes" not in [box.key for box in app.selectbox]
    assert views["return-view"].front_title == "Pareto front"
    assert views["return-view"].y_title == "y-velocity, summed"


def test_ground_sets_the_two_objectives_it_shows(views: Views) -> None:
    app, seen = opened(HOPPER, axes="height × energy"), overview(HOPPER)
    forward = aim(app, "forward").value
    place = seen.returns[0, 1:]
    app.session_state["return-view"] = {"ground": {"x": float(place[0]), "y": float(place[1])}}
    app.run()
    assert not app.exception
    for i, name in enumerate(("height", "energy")):
        shown = aim(app, name).value
        assert shown == int(min(max(place[i], seen.scale(i + 1).low), seen.scale(i + 1).high))
    assert aim(app, "energy").mode == "at least", "it was free"
    assert aim(app, "forward").value == forward
    assert aim(app, "forward").mode == "target"


def test_a_policy_in_return_space_sets_all_three(views: Views) -> None:
    app, seen = opened(HOPPER), overview(HOPPER)
    app.session_state["return-view"] = {"pick": {"id": seen.ids[2]}}
    app.run()
    for i, objective in enumerate(seen.objectives):
        value, scale = seen.returns[2, i], seen.scale(i)
        expected = int(min(max(value, scale.low), scale.high))
        assert aim(app, objective.name).value == expected


def test_a_switch_leaves_nothing_behind(views: Views) -> None:
    app, home = opened(ATLAS), overview(ATLAS)
    ask(app, "forward", 150)
    ask(app, "energy", mode="free")
    app.selectbox(key="method").set_value("free").run()
    app.sidebar.radio(key="robot").set_value(HOPPER).run()
    assert not app.exception
    seen = overview(HOPPER)
    assert app.selectbox(key="start").value == seen.first_start
    assert aim(app, "forward").value == seen.first_goals["forward"][1]
    assert app.selectbox(key="method").value == "free", "how to steer is not the environment's"
    app.run()
    said = dict(app.query_params)
    assert said == {"atlas": HOPPER, "method": "free", "v": seen.content_hash[:10]}
    app.selectbox(key="axes").set_value("height × energy").run()
    app.sidebar.radio(key="robot").set_value(ATLAS).run()
    for name, (mode, value) in home.first_goals.items():
        assert aim(app, name).mode == mode
        assert aim(app, name).value == value
    assert app.query_params["atlas"] == ATLAS


def test_the_twin_with_a_hole_is_a_switch_away(views: Views) -> None:
    app = opened(HOPPER)
    assert not app.toggle(key="hole").value
    app.toggle(key="hole").set_value(True).run()
    assert not app.exception
    assert app.session_state["atlas"] == HOLE
    assert app.query_params["atlas"] == HOLE
    app.sidebar.radio(key="robot").set_value(ANT).run()
    assert app.session_state["atlas"] == ANT, "it has no such twin"
    assert app.toggle(key="hole").disabled
    app = opened(HOLE)
    assert app.sidebar.radio(key="robot").value == HOPPER
    assert app.toggle(key="hole").value


def test_a_deep_link_says_everything(views: Views) -> None:
    seen = overview(HOPPER)
    app = opened(
        HOPPER, axes="forward × energy", start=seen.ids[3], height="is:20",
        energy=f"max:{seen.scale(2).high}",
    )  # fmt: skip
    assert aim(app, "height").value == 20
    assert aim(app, "energy").mode == "at most"
    assert app.selectbox(key="start").value == seen.ids[3]
    assert views["return-view"].y_column == "energy measured"


@pytest.mark.parametrize("query", [{"axes": "forward × glory"}, {"atlas": "globe"}])
def test_a_link_to_nothing_falls_back(views: Views, query: dict[str, str]) -> None:
    app = opened(**{"atlas": HOPPER, **query})
    assert table(app) == table(opened("" if "atlas" in query else HOPPER))
    (name,) = query
    (note,) = (warning.value for warning in app.warning)
    assert f"{name} in the link: expected one of" in note.lower() and query[name] in note
    assert "globe" not in app.query_params.get("atlas", "")


def test_visits_to_other_pages_forget_nothing_of_the_atlas(views: Views) -> None:
    """Streamlit drops the widgets that a page does not draw; what they said must outlive that."""
    app = opened(HOPPER, steps="77", method="free")
    app.toggle(key=session.HOLE).set_value(True).run()
    ask(app, "height", mode="free")
    app.selectbox(key=session.START).set_value(overview(HOLE).ids[2]).run()
    asked, kept = aim(app, "forward"), (session.START, session.STEPS, session.METHOD)
    before = {key: app.session_state[key] for key in kept}
    others = "explore/live", "systems/compression", "systems/polynomial", "inspect/evidence"
    for page in (*others, "explore/atlas"):
        app.switch_page(f"pages/{page}.py").run()
        app.run()
        assert not app.exception
    assert app.session_state[session.ATLAS] == app.query_params[session.ATLAS] == HOLE
    assert (aim(app, "forward"), aim(app, "height").mode) == (asked, "free")
    assert {key: app.session_state[key] for key in kept} == before
    assert app.toggle(key=session.HOLE).value


def test_an_atlas_built_again_is_opened_again(views: Views, tmp_path: Path) -> None:
    app = opened(HOPPER)
    before = cached.overview(HOPPER)
    app.run()
    assert cached.overview(HOPPER) is before
    again = shutil.copytree(tmp_path / HOPPER, tmp_path / "again")
    (tmp_path / HOPPER).unlink()
    again.rename(tmp_path / HOPPER)
    os.utime(tmp_path / HOPPER / "manifest.json", (0, 0))
    app.run()
    assert not app.exception
    assert cached.overview(HOPPER) is not before
