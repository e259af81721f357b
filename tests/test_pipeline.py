"""The hole: a band of returns nobody is trained on."""

import numpy as np
import pytest

from backend.pipeline import hole_span, population_facts, with_hole
from tests.toys import population


def test_exactly_the_policies_inside_the_band_are_removed() -> None:
    made = population(200, held_out=(0, 3))
    first = made.returns[:, 0]
    low, high = hole_span(made, (0.3, 0.5))
    assert (low - first.min()) / np.ptp(first) == pytest.approx(0.3)
    assert (high - first.min()) / np.ptp(first) == pytest.approx(0.5)
    holed = with_hole(made, (0.3, 0.5))
    inside = (first > low) & (first < high)
    assert 0 < inside.sum() < 200
    np.testing.assert_array_equal(holed.is_training, ~inside)
    assert set(holed.held_out[inside]) == {"hole"}


def test_facts_name_the_widest_gap_in_the_first_return() -> None:
    made = population(5, held_out=(1,))
    made.returns[:, 0] = 0, 1, 2, 8, 10
    facts = population_facts(made)
    assert facts["widest_gap_percent_of_range"] == pytest.approx(60)
    assert (facts["num_policies"], facts["num_held_out"]) == (5, 1)
