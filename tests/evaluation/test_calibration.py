"""Regions of return space and the errors of predictions in them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.evaluation.calibration import Promises, promises, regions


def promised(predicted: np.ndarray, measured: np.ndarray) -> Promises:
    num = len(measured)
    return Promises(
        names=tuple(map(str, range(num))), seed=np.arange(num) % 2,
        predicted=predicted[:, None], measured=measured[:, None],
    )  # fmt: skip


def test_regions_by_hand() -> None:
    predicted = np.arange(10.0)
    given_ = promised(predicted, predicted - np.where(predicted < 2, 3, -1))
    found = regions(given_, 0, extent=100.0)
    assert [(one.low, one.high) for one in found] == [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
    assert (found[0].bias.value, found[0].error.value, found[0].worst) == (3, 3, 3)
    assert (found[4].bias.value, found[4].error.value, found[4].worst) == (-1, 1, 1)


@given(num=st.integers(1, 30), seed=st.integers(0, 20))
def test_every_case_lies_in_one_region(num: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = regions(promised(rng.normal(size=num), rng.normal(size=num)), 0, extent=1.0)
    assert sum(one.bias.count for one in found) == num
    assert len(found) == min(5, num)
    assert all(one.high <= other.low for one, other in zip(found, found[1:], strict=False))
    assert all(one.worst >= one.error.value - 1e-12 for one in found)


def test_luck_alone_is_no_bias() -> None:
    """Measured returns that only scatter about what was predicted: no region is off for sure."""
    rng = np.random.default_rng(0)
    predicted = rng.uniform(0, 100, 2000)
    for region in regions(
        promised(predicted, predicted + rng.normal(0, 30, 2000)), 0, extent=100.0
    ):
        assert region.bias.low < 0 < region.bias.high


def test_no_cases_have_no_regions() -> None:
    assert regions(promised(np.zeros(0), np.zeros(0)), 0, extent=1.0) == []


def test_promises_of_rows() -> None:
    rows = [{"seed": 1, "request": 4, "predicted": [1.0, 2.0], "measured": [3.0, 4.0]}]
    found = promises(rows)
    assert found.names == ("seed 1, request 4",)
    assert found.measured.tolist() == [[3, 4]]
    assert found.predicted[0, 1] == pytest.approx(2)
