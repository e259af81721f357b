"""Figures of an answer: measured only where it was measured, the same bytes every time."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from backend.errors import UnknownName
from backend.figure import DPI, INCHES
from backend.studio import Goal, SteerRequest, Studio


@pytest.fixture
def asked(tiny: Callable[[str], Path]) -> tuple[Studio, str, SteerRequest]:
    folder = tiny("mo-hopper-v5")
    studio = Studio(folder.parent)
    view = studio.overview(folder.name)
    value = float(view.returns[:, 2].mean())
    return studio, folder.name, SteerRequest(goals={"energy": Goal(mode="at least", value=value)})


def test_what_was_not_measured_is_not_drawn(asked: tuple[Studio, str, SteerRequest]) -> None:
    studio, name, request = asked
    answer = studio.steer(name, request)
    shot = studio.figure(name, request, answer, None, map_name="pca", pair=(0, 2)).decode()
    assert "not verified" in shot
    assert "measured (n" not in shot
    verified = studio.verify(name, request, answer.result.z, num_episodes=2)
    drawn = studio.figure(name, request, answer, verified, map_name="pca", pair=(0, 2))
    assert "measured (n = 2)" in drawn.decode()
    assert "energy ≥" in drawn.decode()
    again = studio.figure(name, request, answer, verified, map_name="pca", pair=(0, 2))
    assert drawn == again


def test_pictures_have_their_size_and_maps_are_checked(
    asked: tuple[Studio, str, SteerRequest],
) -> None:
    studio, name, request = asked
    answer = studio.steer(name, request)
    drawn = studio.figure(name, request, answer, None, map_name="pca", format="png")
    assert Image.open(BytesIO(drawn)).size == tuple(int(DPI * side) for side in INCHES)
    with pytest.raises(UnknownName, match="unknown map 'globe'"):
        studio.figure(name, request, answer, None, map_name="globe")
