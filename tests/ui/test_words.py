"""Figures of the evidence as people read them."""

import pytest

from backend.evidence import Estimate
from pages.shared.evidence import words


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (10.0, "10"), (2.1, "2.10"), (12.96, "13.0"), (99.97, "100"),
     (1503.2, "1,503"),
     (0.2, "0.20"), (0.0018, "0.0018"), (5.6e-9, "0.000"), (-2.5, "−2.50")],
)  # fmt: skip
def test_numbers_have_equal_digits_and_no_exponent(value: float, text: str) -> None:
    assert words.number(value) == text


def test_an_interval_without_width_is_not_written() -> None:
    assert words.interval(Estimate(value=0.996, low=0.996, high=0.996, count=1), words.three) == ""
    wide = Estimate(value=2.0, low=1.44, high=2.2, count=9)
    assert words.interval(wide, words.percent) == "[1.44, 2.20]"
