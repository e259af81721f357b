"""The live page without a browser: links, messages from the robot, what was measured."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/explore/live.py"


def opened(told: dict | None = None, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    if told is not None:
        app.session_state["live-robot"] = {"settled": told}
    return app.switch_page(PAGE).run()


def table(app: AppTest) -> str:
    return next((m.value for m in app.markdown if m.value.startswith("| objective")), "")


def test_before_anybody_has_let_go_nothing_is_measured() -> None:
    app = opened()
    assert not app.exception and not app.error and not app.warning
    assert table(app) == ""
    assert any("Nothing measured yet" in caption.value for caption in app.caption)


def test_a_link_is_measured_by_rollouts() -> None:
    app = opened(at="sheet:1.2,5.8")
    assert not app.exception and not app.warning
    assert "measured *(n = 6)*" in table(app)
    assert any("As the link says" in caption.value for caption in app.caption)


def test_what_sliders_chose_is_in_the_address() -> None:
    z = [0.1 * i for i in range(32)]
    said = {"atlas": "mo-halfcheetah-v5", "z": z, "at": [0, 0], "map": "sheet", "by": "aims"}
    chosen = opened(said)
    assert not chosen.exception and not chosen.warning
    linked = opened(at=str(chosen.query_params["at"]))
    assert not linked.exception and not linked.warning
    assert table(linked) == table(chosen) != ""


@pytest.mark.parametrize(
    "at", ["here", "sheet:1", "sheet:nan,1", "nowhere:1,2", "z:", "z:AAAA", "z:%%%", "z:AAAAAAAA"]
)
def test_a_bad_link_is_named_and_loses_nothing(at: str) -> None:
    app = opened(at=at)
    assert not app.exception
    assert any("Shown is the atlas' first policy" in w.value for w in app.warning)


def test_a_latent_the_page_could_not_have_made_is_refused() -> None:
    told = {
        "atlas": "mo-halfcheetah-v5",
        "z": [9e9] * 32,
        "at": [0, 0],
        "map": "sheet",
        "by": "map",
    }
    app = opened(told)
    assert not app.exception
    assert any("latent: expected" in w.value for w in app.warning)


def test_the_table_before_and_after_names_its_command() -> None:
    app = opened()
    assert any("steerscape live measure mo-halfcheetah-v5" in c.value for c in app.caption)


def test_a_robot_without_a_decoder_of_its_own_says_so() -> None:
    app = opened(atlas="mo-halfcheetah-v5-hole")
    assert not app.exception
    assert any("has never seen a latent change" in m.value for m in app.markdown)


def test_one_comes_here_from_the_atlas_page() -> None:
    app = AppTest.from_file(APP, default_timeout=180).run()
    shown = app.switch_page(PAGE).run()
    assert not shown.exception and not shown.error
