"""Populations on disk."""

import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from backend.errors import DamagedArtifact, UnknownName
from backend.population.gathering import GatherConfig
from backend.population.population import Population
from backend.population.store import load_population, save_population
from tests.toys import SPEC, population


@pytest.fixture
def saved(tmp_path: Path) -> tuple[Population, Path]:
    made = population(held_out=(2, 5))
    folder = tmp_path / "population"
    save_population(made, SPEC, folder, config=GatherConfig(), facts={"num": 12})
    return made, folder


def test_population_comes_back_exactly(saved: tuple[Population, Path]) -> None:
    made, folder = saved
    loaded, manifest = load_population(SPEC, folder)
    assert loaded.members == made.members
    assert manifest.facts == {"num": 12}
    for field in fields(Population):
        value = getattr(made, field.name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(getattr(loaded, field.name), value)
    obs = np.random.default_rng(0).normal(size=(3, SPEC.obs_dim))
    for row in range(len(made.members)):
        np.testing.assert_array_equal(loaded.actor(row).act(obs), made.actor(row).act(obs))


@pytest.mark.parametrize("name", ["policies.parquet", "networks.safetensors", "manifest.json"])
def test_truncated_file_is_named_with_the_command_that_rebuilds_it(
    saved: tuple[Population, Path], name: str
) -> None:
    _, folder = saved
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(DamagedArtifact) as caught:
        load_population(SPEC, folder)
    text = str(caught.value)
    assert name in text
    assert f"steerscape population train {SPEC.name}" in text
    assert "\n" not in text


def test_an_atlas_is_not_a_population(saved: tuple[Population, Path]) -> None:
    _, folder = saved
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"kind": "atlas"}))
    with pytest.raises(DamagedArtifact, match="expected population schema"):
        load_population(SPEC, folder)


def test_subset_keeps_rows_together() -> None:
    made = population(held_out=(2,))
    part = made.subset(np.array([7, 2]))
    assert part.ids == [made.ids[7], made.ids[2]]
    np.testing.assert_array_equal(part.returns, made.returns[[7, 2]])
    assert part.is_training.tolist() == [True, False]


def test_unknown_policy_shows_what_ids_look_like() -> None:
    made = population()
    assert made.row(made.ids[4]) == 4
    with pytest.raises(UnknownName) as caught:
        made.row("run-9/99/w0.50")
    assert made.ids[0] in str(caught.value)
    assert "12 in all" in str(caught.value)
