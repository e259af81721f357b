"""The spaces compared: each method's training differs from ours in exactly what its name says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.evaluation import spaces
from backend.evaluation.spaces import TRAINED, raw_space, train_space
from backend.representation.training import TrainingConfig
from tests.toys import SHORT, dataset

NUM = 10
TRAINING = np.arange(8)


def test_raw_features_are_first_and_second_moments() -> None:
    data = dataset(NUM)
    space = raw_space(data, TRAINING)
    assert space.z.shape == (NUM, 2 * (data.obs.shape[-1] + data.action.shape[-1]))
    np.testing.assert_allclose(space.z[TRAINING].mean(0), 0, atol=1e-9)
    level = np.linspace(-1, 1, NUM)
    assert abs(np.corrcoef(space.z[:, 0], level)[0, 1]) > 0.99


@pytest.mark.parametrize("name", TRAINED)
def test_every_space_trains_and_comes_back_from_its_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = {"num_steps": 3, "num_policies": 6, "context_size": 8, "num_queries": 4}
    shortened = replace(TRAINED[name], training=replace(TRAINED[name].training, **quick))
    monkeypatch.setitem(spaces.TRAINED, name, shortened)
    first = train_space(SHORT, dataset(NUM), TRAINING, name, seed=0, folder=tmp_path)
    (path,) = tmp_path.iterdir()
    stamp = path.stat().st_mtime_ns
    again = train_space(SHORT, dataset(NUM), TRAINING, name, seed=0, folder=tmp_path)
    assert path.stat().st_mtime_ns == stamp, "trained again"
    np.testing.assert_array_equal(first.z, again.z)
    assert np.isfinite(first.z).all()
    assert len(np.unique(first.z[:, 0])) == NUM
    assert (first.u is None) == (shortened.training.contrast != "rank-n")


def test_only_what_the_name_says_differs() -> None:
    ours = TRAINED["ours (VAE + Rank-N-Contrast)"].training
    changed = {
        name: {key for key in vars(ours) if getattr(recipe.training, key) != getattr(ours, key)}
        for name, recipe in TRAINED.items()
    }
    assert changed["VAE"] == changed["VAE + InfoNCE"] == {"contrast"}
    assert changed["AE + Rank-N-Contrast"] == {"kl_weight", "sample_latent"}
    assert not changed["mean-pool encoder"] | changed["MLP projectors"]
    assert isinstance(ours, TrainingConfig)
