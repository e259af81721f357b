"""Box filters: shares of a pixel, exact where one can count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.rollouts.coverage import band, footprint, rows_of, square_wave, stripes

FINE = np.linspace(-0.5, 0.5, 4001)[:-1] + 0.5 / 4000
"Places within a pixel of width 1, to average over."


def plane(*values: float) -> np.ndarray:
    return np.array([values], np.float32)


@given(value=st.floats(-3, 3), span=st.floats(0.05, 2), half=st.floats(0.05, 1))
def test_a_band_covers_the_share_that_counting_finds(
    value: float, span: float, half: float
) -> None:
    counted = (np.abs(value + span * FINE) < half).mean()
    assert band(plane(value), plane(span), 0.0, half)[0, 0] == pytest.approx(counted, abs=2e-3)


@given(value=st.floats(-20, 20), origin=st.floats(-50, 50), span=st.floats(0.05, 1))
def test_stripes_repeat(value: float, origin: float, span: float) -> None:
    found = stripes(plane(value), plane(span), origin, 5.0, 0.1)[0, 0]
    place = value + origin + span * FINE
    counted = (np.abs(place - 5 * np.round(place / 5)) < 0.1).mean()
    assert found == pytest.approx(counted, abs=0.02)


@given(value=st.floats(-20, 20), origin=st.floats(-50, 50), span=st.floats(0.05, 3))
def test_the_square_wave_is_averaged_over_a_pixel(value: float, origin: float, span: float) -> None:
    found = square_wave(plane(value), plane(span), origin, 1.0)[0, 0]
    counted = np.where(np.floor(value + origin + span * FINE) % 2, 1, -1).mean()
    assert abs(found) == pytest.approx(abs(counted), abs=0.02)


def test_footprint_is_what_a_pixel_spans() -> None:
    y, x = np.mgrid[0:4, 0:5].astype(float)
    np.testing.assert_allclose(footprint(0.5 * x), np.full((4, 5), 0.5))
    np.testing.assert_allclose(footprint(0.5 * x + 2 * y), np.full((4, 5), 2.5))


def test_rows_of_holds_all_that_is_wanted() -> None:
    wanted = np.zeros((6, 3), bool)
    assert rows_of(wanted) == slice(0, 0)
    wanted[2, 1] = wanted[4, 0] = True
    assert rows_of(wanted) == slice(2, 5)
