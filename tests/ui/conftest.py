"""The first screen on the shipped HalfCheetah, without its verification."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import controls

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open the app at a link given by its query parameters."""
    monkeypatch.setattr(controls, "verify", lambda *_: None)

    def run(**query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return run
