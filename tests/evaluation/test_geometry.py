"""Geometry figures of spaces whose order is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.store import load_atlas
from backend.evaluation import studies
from backend.evaluation.bench import Bench, Size
from backend.evaluation.evidence import Rows
from backend.evaluation.geometry import distance_spearman, geometry
from backend.evaluation.spaces import APP, RAW, Space
from backend.workspace import Workspace
from tests.toys import ATLAS

NUM = 120
RNG = np.random.default_rng(0)
RETURNS = RNG.normal(size=(NUM, 2)) * [3000, 500]
TRAINING = np.arange(NUM) % 4 != 0
NAMES = ("forward", "energy")


def values(rows: Rows, metric: str) -> list[float]:
    return [row["value"] for row in rows if row["metric"] == metric]


def test_latents_that_are_returns_are_perfectly_ordered() -> None:
    standard = RETURNS / RETURNS.std(0)
    u = np.stack([standard[:, i : i + 1] for i in range(2)])
    rows = geometry(Space(z=standard, u=u), RETURNS, TRAINING, NAMES)
    assert values(rows, "probe R²") == pytest.approx([1, 1], abs=1e-4)
    assert values(rows, "probe MSE") == pytest.approx([0, 0], abs=1e-4)
    assert values(rows, "Spearman of u distances") == pytest.approx([1, 1], abs=1e-9)
    assert max(values(rows, "roughness")) < 10
    assert {row["objective"] for row in rows} == set(NAMES)


def test_latents_that_know_nothing_are_not_ordered() -> None:
    rows = geometry(Space(z=RNG.normal(size=(NUM, 8)), u=None), RETURNS, TRAINING, NAMES)
    assert max(values(rows, "probe R²")) < 0.2
    assert np.abs(values(rows, "Spearman of z distances")).max() < 0.2
    assert min(values(rows, "probe MSE")) > 0.7
    assert values(rows, "Spearman of u distances") == []


def test_walks_on_an_ordered_space_are_smoother() -> None:
    ordered = geometry(Space(z=RETURNS / RETURNS.std(0), u=None), RETURNS, TRAINING, NAMES)
    mixed = geometry(
        Space(z=RNG.permutation(RETURNS / RETURNS.std(0)), u=None), RETURNS, TRAINING, NAMES
    )
    assert max(values(ordered, "roughness")) < 0.5 * min(values(mixed, "roughness"))


def test_distance_correlation_does_not_mind_turning_or_scaling() -> None:
    turn = np.linalg.qr(RNG.normal(size=(2, 2)))[0]
    assert distance_spearman(RETURNS, 3 * RETURNS @ turn) == pytest.approx(1)


def test_an_atlas_stands_by_its_own_returns(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its policies, gathered again, had other luck; what is trained on those stands by those."""
    atlas = load_atlas(ATLAS)
    unlucky = replace(atlas.population, returns=atlas.population.returns[::-1].copy())
    monkeypatch.setattr(studies, "TRAINED", ())
    monkeypatch.setattr(studies, "load_population", lambda *_: (unlucky, None))
    monkeypatch.setattr(studies, "raw_space", lambda *_: Space(z=atlas.z, u=None))
    monkeypatch.setattr(Bench, "dataset", lambda _: None)
    bench = Bench(workspace=Workspace(spec=atlas.spec, root=tmp_path), seed=0, size=Size())
    rows = studies.STUDIES["geometry"](bench)
    apps, raw = ([row for row in rows if row["space"] == name] for name in (APP, RAW))
    assert min(values(apps, "probe R²")) > 0.95 > 0.5 > max(values(raw, "probe R²"))
