"""Below the live robot: what is said of a study that is there, missing, or of another version."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from backend.errors import DamagedArtifact, StudioError, UnknownName
from backend.live_view import Live
from tests.toys import ATLAS

COMMAND = f"steerscape live measure {ATLAS}"


def page() -> None:
    from pages.shared.live import panels
    from tests.toys import ATLAS

    panels.switching(ATLAS)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[StudioError | None], AppTest]:
    """The panel, where asking for the study raises an error."""

    def run(error: StudioError | None) -> AppTest:
        def switching(*_: object) -> None:
            assert error is not None
            raise error

        if error is not None:
            monkeypatch.setattr(Live, "switching", switching)
        st.cache_data.clear()
        app = AppTest.from_function(page, default_timeout=120).run()
        st.cache_data.clear()
        assert not app.exception
        return app

    return run


def test_the_table_has_robots_and_held_out_policies(shown: Callable[..., AppTest]) -> None:
    app = shown(None)
    table = app.markdown[0].value
    assert "of 64 robots" in table and "held out" in table
    assert COMMAND in app.caption[0].value
    assert not app.warning and not app.info


def test_what_is_missing_names_its_command(shown: Callable[..., AppTest]) -> None:
    app = shown(UnknownName("evidence", ATLAS, []))
    assert COMMAND in app.info[0].value
    assert not app.warning and not app.markdown


def test_what_is_of_another_version_is_not_shown(shown: Callable[..., AppTest]) -> None:
    error = DamagedArtifact("table", "was measured on another version", COMMAND)
    app = shown(error)
    assert app.warning[0].value == str(error)
    assert not app.info and not app.markdown
