"""Chunks of actions on the polynomial page, without a browser."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from backend.errors import DamagedArtifact

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/systems/polynomial.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=180)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(PAGE).run()


def story(app: AppTest) -> str | None:
    found = [m.value for m in app.markdown if m.value.startswith("| | speed, m/s")]
    return found[0] if found else None


def test_nothing_of_it_is_computed_while_it_is_closed() -> None:
    app = opened()
    assert not app.exception and story(app) is None


def test_a_link_opens_it_under_a_tilt() -> None:
    app = opened(chunks="true", pull="0,-9")
    assert not app.exception and not app.warning
    told = story(app)
    assert told is not None
    plain, tilted = (line.split("|")[2] for line in told.splitlines()[2:])
    assert plain != tilted
    table = next(m.value for m in app.markdown if m.value.startswith("| | parameters"))
    assert all(
        kind in table
        for kind in ("polynomial", "Gaussian", "flow", "gaits in turn", "as learnt from")
    )
    every = "\n".join(m.value for m in app.markdown)
    assert "energy distance" in every and "| observation and chunk |" in every
    assert any("3 training seeds" in caption.value for caption in app.caption)


def test_a_missing_shelf_says_how_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a fragment the frame's handler does not help."""

    def missing(*_: object, **__: object) -> None:
        raise DamagedArtifact("shelf", "missing", "steerscape polynomial chunks")

    monkeypatch.setattr("backend.chunked.load", missing)
    st.cache_resource.clear()  # what an earlier test opened
    app = opened(chunks="true")
    assert not app.exception and not app.error and story(app) is None
    assert any("steerscape polynomial chunks" in info.value for info in app.info)


@pytest.mark.parametrize("query", [{"pull": "far"}, {"pull": "99,0"}, {"pull-tau": "0"}])
def test_a_bad_link_is_named_and_loses_nothing(query: dict[str, str]) -> None:
    app = opened(chunks="true", **query)
    assert not app.exception
    assert any("Shown is the prior as trained" in warning.value for warning in app.warning)
    told = story(app)
    assert told is not None
    plain, tilted = (line.split("|")[2] for line in told.splitlines()[2:])
    assert plain == tilted
