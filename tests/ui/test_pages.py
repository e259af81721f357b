"""Pages inside the frame, without a browser: controls, events, errors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.asking import aim, ask

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def _clear_caches() -> Iterator[None]:
    """Streamlit's caches outlive an AppTest in the same process."""
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.fixture
def app() -> AppTest:
    """The first screen, with verification out of the way once it has been done."""
    return AppTest.from_file(APP, default_timeout=120).run()


def table(app: AppTest) -> str:
    """The numbers table's Markdown."""
    return next(m.value for m in app.markdown if m.value.startswith("| objective"))


def test_first_screen_shows_a_finished_verified_steer(app: AppTest) -> None:
    assert not app.exception
    assert not app.error
    assert "measured *(n = 6)*" in table(app)
    assert any("Rollouts: promise" in m.value for m in app.markdown)


def test_every_page_of_the_menu_opens_in_the_frame(app: AppTest) -> None:
    from pages.shared.frame import SECTIONS

    scripts = sorted(Path(APP).parent.glob("pages/*/*.py"))
    pages = [path for path in scripts if path.parent.name != "shared"]
    assert len(pages) == sum(len(section) for section in SECTIONS().values())
    for path in pages:
        shown = app.switch_page(str(path.relative_to(Path(APP).parent))).run()
        assert not shown.exception
        atlases = [radio for radio in shown.sidebar.radio if radio.key == "robot"]
        assert bool(atlases) == (path.parent.name != "systems")
        assert all("HalfCheetah" in radio.options for radio in atlases)


def test_a_slider_changes_what_is_aimed_and_measured(app: AppTest) -> None:
    before = table(app)
    ask(app, "forward", 3000)
    assert "= 3,000" in table(app)
    assert table(app) != before


def test_free_objectives_are_not_asked(app: AppTest) -> None:
    ask(app, "energy", mode="free")
    assert "| energy spent | free |" in table(app)
    ask(app, "forward", mode="free")
    assert not app.exception
    assert any("every one is *free*" in info.value for info in app.info)


def test_picking_a_policy_starts_from_it(app: AppTest) -> None:
    chosen = app.selectbox(key="start").options[5]
    app.session_state["map-view"] = {"pick": {"id": chosen}}
    app.run()
    assert app.selectbox(key="start").value == chosen


def test_ground_in_return_space_sets_the_aim(app: AppTest) -> None:
    app.session_state["return-view"] = {"ground": {"x": 5000.0, "y": -1500.0}}
    app.run()
    assert (aim(app, "forward").value, aim(app, "energy").value) == (5000, -1500)


def test_without_live_only_the_button_steers(app: AppTest) -> None:
    app.toggle(key="live").set_value(False).run()
    before = table(app)
    ask(app, "forward", 4000)
    assert table(app) == before
    next(button for button in app.button if button.label == "Steer").click().run()
    assert "= 4,000" in table(app)


@pytest.mark.parametrize("query", ["nonsense", "999999999", "NaN"])
def test_a_bad_deep_link_loses_nothing(query: str) -> None:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["forward"] = query
    app.run()
    assert not app.exception
    assert "Forward in the link" in app.warning[0].value and query in app.warning[0].value
    first = AppTest.from_file(APP, default_timeout=120).run()
    assert table(app).splitlines()[2:] == table(first).splitlines()[2:]


def test_a_damaged_atlas_is_one_clear_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import shutil

    from backend.atlas.store import ATLAS_DIR
    from backend.studio import Studio
    from pages.shared import cached

    shutil.copytree(ATLAS_DIR / "mo-halfcheetah-v5", tmp_path / "mo-halfcheetah-v5")
    file = tmp_path / "mo-halfcheetah-v5" / "latents.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    monkeypatch.setattr(cached, "studio", lambda: Studio(tmp_path))
    cached.overview.clear()
    app = AppTest.from_file(APP, default_timeout=120).run()
    cached.overview.clear()
    assert not app.exception
    assert "latents.safetensors" in app.error[0].value
    assert "steerscape atlas build" in app.error[0].value
