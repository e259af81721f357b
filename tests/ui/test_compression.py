"""The compression page without a browser: choices, links, what is not on the shelf."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/systems/compression.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(PAGE).run()


def table(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("| reward"))


def test_it_opens_where_the_flag_is_reached() -> None:
    app = opened()
    assert not app.exception and not app.error
    measured = float(table(app).splitlines()[2].split("**")[1])
    assert measured > 80
    assert any("1185 parameters in 2 numbers" in c.value for c in app.caption)


def test_what_is_too_large_to_keep_is_told() -> None:
    app = opened(size="large", dim="1-D")
    assert not app.exception
    assert any("large-2d-behaviour" in note.value for note in app.info)
    assert any("| large, 121801 | 1-D |" in m.value for m in app.markdown)


@pytest.mark.parametrize("z", ["nonsense", "1", "nan,2", "1e9,0"])
def test_a_bad_place_in_a_link_is_named_and_loses_nothing(z: str) -> None:
    app = opened(z=z)
    assert not app.exception and not app.error
    assert ["z in the address: " in w.value for w in app.warning] == [True]
    assert table(app) == table(opened())


def test_a_good_place_in_a_link_is_shown() -> None:
    app = opened(z="0.84,1.76")
    assert not app.warning
    assert table(app) != table(opened())
