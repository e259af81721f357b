"""The polynomial page without a browser: choices, links, what was measured."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/systems/polynomial.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(PAGE).run()


def asked(app: AppTest) -> dict:
    return app.session_state["asked-of-worlds"][1].as_json()


def test_it_opens_in_the_middle_as_trained() -> None:
    app = opened()
    assert not app.exception and not app.error and not app.warning
    assert asked(app) == {"at": [0.0, 0.0], "temperature": 1.0, "tilt": [0.0, 0.0], "nudge": []}
    assert any("peak" in caption.value for caption in app.caption)


def test_a_link_goes_to_a_place_and_a_steering() -> None:
    app = opened(world="Two slits", at="-0.5,0.25", tau="0.5", tilt="1,-2")
    assert not app.exception and not app.warning
    assert asked(app) == {
        "at": [-0.5, 0.25], "temperature": 0.5, "tilt": [1.0, -2.0], "nudge": []
    }  # fmt: skip


def test_the_address_goes_where_one_stands() -> None:
    """Not as another world was steered, and again after a visit to another page."""
    app = opened(at="-0.5,0.25", tilt="1,-2")
    app.switch_page("pages/inspect/evidence.py").run()
    app.query_params.clear()  # as a change of page does
    app.switch_page(PAGE).run()
    assert {name: app.query_params[name] for name in ("at", "tilt")} == {
        "at": "-0.5,0.25", "tilt": "1,-2"
    }  # fmt: skip
    app.segmented_control(key="world").set_value("Two slits").run()
    assert not app.warning and "tilt" not in app.query_params


@pytest.mark.parametrize(
    "query",
    [{"at": "here"}, {"at": "5,5"}, {"tau": "0"}, {"tilt": "1"}, {"tilt": "nan,0"},
     {"lambda": "9,9,9"}],
)  # fmt: skip
def test_a_bad_link_is_named_and_loses_nothing(query: dict[str, str]) -> None:
    app = opened(**query)
    assert not app.exception
    assert any("Shown is the policy as trained" in w.value for w in app.warning)
    assert asked(app)["at"] == [0.0, 0.0]


def test_order_and_basis_change_the_fit() -> None:
    app = opened(basis="monomials")
    before = [c.value for c in app.caption]
    app.select_slider(key="order").set_value(4).run()
    assert not app.exception
    assert [c.value for c in app.caption] != before


def test_a_shelf_without_a_fit_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.polynomial.Polynomial._fits", {})
    st.cache_resource.clear()  # what an earlier test opened
    st.cache_data.clear()
    app = opened()
    assert not app.exception and not app.error
    assert any("steerscape polynomial build" in info.value for info in app.info)
    assert asked(app)["at"] == [0.0, 0.0], "the rest of the page is there"


def test_measured_tables_name_their_seeds() -> None:
    app = opened()
    table = next(m.value for m in app.markdown if m.value.startswith("| policy | seed"))
    assert table.count("polynomial") == 3 and table.count("Gaussian") >= 3


def test_a_robot_is_tilted_by_a_link_and_its_rivals_are_not() -> None:
    app = opened(**{"mover-tilt-t-maze": "2.0"})
    assert not app.exception and not app.error
    assert app.slider(key="mover-tilt-t-maze").value == 2.0
    assert any("64 episodes, measured" in m.value for m in app.markdown)
    app.segmented_control(key="mover-t-maze").set_value("gaussian").run()
    assert not app.exception
    assert not any(slider.key == "mover-tilt-t-maze" for slider in app.slider)
