"""The map in three dimensions: every policy where it was put, on a fixed scale."""

import numpy as np
from streamlit.testing.v1 import AppTest

from pages.shared.globe import NOTE, globe_figure

PLACES = np.random.default_rng(0).normal(size=(7, 3))
VALUES = np.arange(7.0)
IDS = [f"policy-{row}" for row in range(7)]


def test_every_policy_is_there_and_the_scale_is_fixed() -> None:
    figure = globe_figure(PLACES, VALUES, IDS, title="forward, measured", extent=(0.0, 9.0))
    (trace,) = figure.data
    np.testing.assert_allclose(np.stack([trace.x, trace.y, trace.z], 1), PLACES)
    assert (trace.marker.cmin, trace.marker.cmax) == (0, 9)
    assert list(trace.text) == IDS


def test_the_chosen_one_is_ringed_and_differences_are_two_sided() -> None:
    figure = globe_figure(
        PLACES, VALUES, IDS, title="residual", extent=(-5.0, 5.0), selected="policy-4"
    )
    points, ring = figure.data
    np.testing.assert_allclose([ring.x[0], ring.y[0], ring.z[0]], PLACES[4])
    plain = globe_figure(PLACES, VALUES, IDS, title="x", extent=(0.0, 5.0), selected="nobody")
    assert len(plain.data) == 1
    assert plain.data[0].marker.colorscale != points.marker.colorscale


def test_the_panel_says_what_distances_mean() -> None:
    def page() -> None:
        from pages.shared.globe import globe_panel
        from tests.ui.test_globe import IDS, PLACES, VALUES

        globe_panel(PLACES, VALUES, IDS, title="forward", extent=(0.0, 9.0), key="g", height=300)

    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert [caption.value for caption in app.caption] == [NOTE]
