"""Iso-lines on functions whose level sets are known."""

import numpy as np

from backend.atlas.isolines import isolines

AXIS = np.linspace(-1, 1, 41)
X, Y = np.meshgrid(AXIS, AXIS)


def test_a_plane_has_straight_lines() -> None:
    (line,) = isolines(AXIS, AXIS, 2 * X - Y, 0.3)
    np.testing.assert_allclose(2 * line[:, 0] - line[:, 1], 0.3, atol=1e-9)
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    np.testing.assert_allclose(length, np.linalg.norm(line[-1] - line[0]))
    assert np.ptp(line[:, 1]) > 1.99  # from edge to edge


def test_a_bowl_has_one_closed_circle() -> None:
    (line,) = isolines(AXIS, AXIS, X**2 + Y**2, 0.25)
    np.testing.assert_allclose(line[0], line[-1])
    np.testing.assert_allclose(np.linalg.norm(line, axis=1), 0.5, atol=2e-3)
    length = np.linalg.norm(np.diff(line, axis=0), axis=1).sum()
    np.testing.assert_allclose(length, np.pi, rtol=0.01)


def test_two_hills_have_two_lines_and_a_saddle_does_not_tangle() -> None:
    hills = np.exp(-20 * ((X - 0.5) ** 2 + Y**2)) + np.exp(-20 * ((X + 0.5) ** 2 + Y**2))
    assert len(isolines(AXIS, AXIS, hills, 0.5)) == 2
    assert len(isolines(AXIS, AXIS, X * Y, 0.0)) in (2, 3)
    for line in isolines(AXIS, AXIS, X * Y, 0.1):
        np.testing.assert_allclose(line.prod(1), 0.1, atol=2e-3)


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    value = np.where(X < 0, np.nan, Y)
    for line in isolines(AXIS, AXIS, value, 0.2):
        assert (line[:, 0] >= 0).all()
    assert isolines(AXIS, AXIS, np.full_like(X, np.nan), 0.0) == []
    assert isolines(AXIS, AXIS, X, 5.0) == []


def test_a_level_through_the_nodes_is_one_line() -> None:
    (line,) = isolines(AXIS, AXIS, X, float(AXIS[20]))
    np.testing.assert_allclose(line[:, 0], AXIS[20], atol=1e-9)
