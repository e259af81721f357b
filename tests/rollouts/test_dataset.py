"""State-action pairs on disk."""

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from backend.rollouts.dataset import OccupancyDataset
from tests.toys import dataset

NAMES = [field.name for field in fields(OccupancyDataset)]


def test_dataset_comes_back_exactly(tmp_path: Path) -> None:
    made = dataset()
    made.save(tmp_path / "new" / "dataset.safetensors")
    loaded = OccupancyDataset.load(tmp_path / "new" / "dataset.safetensors")
    for name in NAMES:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(made, name))
        assert getattr(loaded, name).dtype == getattr(made, name).dtype


@pytest.mark.parametrize("rows", [[3, 1], np.arange(12) % 2 == 0])
def test_subset_takes_the_same_rows_of_everything(rows: list[int] | np.ndarray) -> None:
    made = dataset(12)
    part = made.subset(np.asarray(rows))
    for name in NAMES:
        np.testing.assert_array_equal(getattr(part, name), getattr(made, name)[np.asarray(rows)])
    assert part.num_policies == len(part.returns) < made.num_policies


def test_a_subset_that_is_not_contiguous_can_be_saved(tmp_path: Path) -> None:
    part = dataset(12).subset(np.array([7, 2, 5]))
    part.save(tmp_path / "part.safetensors")
    np.testing.assert_array_equal(
        OccupancyDataset.load(tmp_path / "part.safetensors").obs, part.obs
    )
