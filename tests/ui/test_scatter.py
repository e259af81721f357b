"""What travels between a page and a scatter panel: small, finite, and checked on its way in."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pages.shared import static_files
from pages.shared.scatter import (
    Lassoed,
    ScatterEvents,
    ScatterView,
    _events,
    _message,
    field_file,
)

VIEW = ScatterView(points_url="app/static/points.bin", x_column="x", y_column="y")
MAX_BYTES = 20_000


def line(num: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(num)
    return [(float(x), float(y)) for x, y in 1000 * rng.normal(size=(num, 2)) + np.pi]


def test_the_fullest_message_stays_small() -> None:
    full = ScatterView(
        points_url="app/static/points.bin", x_column="x", y_column="y", path=line(300), lasso=True,
        these=line(64), those=line(64), front=line(30), ball=line(120), reference=(0.0, 0.0),
        start=(0.0, 0.0), solution=(1.0, 1.0), pin="solution", kept=range(0, 400, 2),
    )  # fmt: skip
    assert len(json.dumps(_message(full))) < MAX_BYTES


def test_a_bit_per_row_says_who_keeps_the_colour() -> None:
    view = ScatterView(points_url="", x_column="x", y_column="y", kept=[0, 9, 10])
    bits = np.unpackbits(np.frombuffer(base64.b64decode(_message(view)["kept"]), np.uint8))
    assert np.flatnonzero(bits).tolist() == [0, 9, 10]
    nobody = ScatterView(points_url="", x_column="x", y_column="y", kept=[])
    assert _message(nobody)["kept"] == ""
    assert "kept" not in _message(VIEW)
    many = ScatterView(points_url="", x_column="x", y_column="y", kept=range(100_000))
    assert len(_message(many)["kept"]) < MAX_BYTES


def test_what_is_not_a_number_is_left_out() -> None:
    view = ScatterView(
        points_url="", x_column="x", y_column="y", reference=(np.nan, 0.0),
        ball=[(0.0, 0.0), (np.inf, 1.0), (1.0, 2.0)],
    )  # fmt: skip
    message = _message(view)
    assert "reference" not in message
    assert message["ball"] == [[0, 0], [1, 2]]


def test_events_become_places_and_outlines() -> None:
    triangle = [[0, 0], [1, 0], [0, 1.5]]
    came = {"lasso": {"group": "those", "polygon": triangle}, "drop": {"x": 1, "y": 2},
            "ball": {"x": -1.0, "y": 0}}  # fmt: skip
    assert _events(came) == ScatterEvents(
        lassoed=Lassoed(group="those", polygon=((0, 0), (1, 0), (0, 1.5))),
        dropped=(1, 2), ball=(-1, 0),
    )  # fmt: skip


@pytest.mark.parametrize("lasso", [
    7, {"group": "them", "polygon": [[0, 0], [1, 0], [0, 1]]}, {"group": "these"},
    {"group": "these", "polygon": 3}, {"group": "these", "polygon": [[0, 0], [1, 0]]},
    {"group": "these", "polygon": [[0, 0], [1, 0], [0, "1"]]},
    {"group": "these", "polygon": [[0, 0], [1, 0], 5]}, {"group": "these", "polygon": "abc"},
])  # fmt: skip
def test_what_is_no_lasso_is_not_heard(lasso: Any) -> None:
    assert _events({"lasso": lasso}) == ScatterEvents()


def test_a_field_lies_under_its_contents_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static_files, "STATIC_DIR", tmp_path)
    arrows, lines = np.ones((3, 4)) / 3, [(2000.0, [np.zeros((5, 2)), np.ones((4, 2))])]
    url = field_file(arrows, lines)
    assert url == field_file(arrows, lines)
    written = json.loads((tmp_path / url.rpartition("/")[2]).read_text())
    assert written["arrows"][0] == [0.333333] * 4
    assert [len(part) for part in written["isolines"][0]["lines"]] == [5, 4]
