"""The façade of the evidence: what it offers, where it comes from, what it says of bad files."""

import json
import os
from pathlib import Path

import pytest

from backend.artifacts import Manifest, write_artifact
from backend.errors import DamagedArtifact, UnknownName
from backend.evidence import DEFAULT, STUDIES, Library, evidence_root
from tests.studies import write_study

ENV, OTHER = "mo-halfcheetah-v5", "mo-walker2d-v5"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """All studies of one environment, one of another."""
    for name in STUDIES:
        write_study(name, tmp_path / "evidence", env=ENV)
    write_study("steering", tmp_path / "evidence", env=OTHER)
    return tmp_path / "evidence"


@pytest.fixture
def library(root: Path) -> Library:
    return Library(root, atlas_root=root.parent / "atlases")


def atlas(root: Path, name: str) -> str:
    """An atlas that has nothing but a manifest; returns its hash."""
    manifest = Manifest(kind="atlas", schema=1, rebuild="", seed=0, config={"env": name})
    with write_artifact(root / name, manifest) as scratch:
        (scratch / "a").write_text(name)
    return Library(root, root)._shipped(name) or ""


def test_every_environment_of_the_table_is_offered_with_what_it_has(library: Library) -> None:
    assert library.environments()[:2] == [ENV, OTHER]
    assert library.studies(ENV) == list(STUDIES)
    assert library.studies(OTHER) == ["steering"]
    assert library.studies("mo-humanoid-v5") == []
    assert library.title(ENV) == "HalfCheetah"
    write_study("sampling", library.root / "x", env=ENV)
    (library.root / "x" / ENV).rename(library.root / "mo-new-v5")
    assert library.environments()[-1] == "mo-new-v5"
    assert library.title("mo-new-v5") == "mo-new-v5"


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_has_figures_and_says_how_it_came(library: Library, name: str) -> None:
    study = library.study(ENV, name)
    assert study.figures
    made = study.provenance
    assert made.command.startswith(f"steerscape evaluate {ENV} --tables {name}")
    assert (made.seeds, made.num_requests, made.num_episodes) == ((0, 1), 4, 3)
    assert made.num_rows == len(library.rows(ENV, name)) > 0


def test_seeds_can_be_chosen(library: Library) -> None:
    both, one = (library.study(ENV, "steering", seeds) for seeds in ((), (1,)))
    assert both.figures[0]["success at 5 %"].count == 8
    assert one.figures[0]["success at 5 %"].count == 4
    assert {row["seed"] for row in library.rows(ENV, "steering", (1,))} == {1}


def test_changed_files_are_read_again(library: Library) -> None:
    before = library.study(ENV, "steering").provenance.num_requests
    assert library.study(ENV, "steering") is library.study(ENV, "steering")
    path = write_study("steering", library.root, env=ENV, requests=5)
    os.utime(path, (1, 1))
    assert (before, library.study(ENV, "steering").provenance.num_requests) == (4, 5)


def test_missing_studies_are_named(library: Library) -> None:
    with pytest.raises(UnknownName, match=f"{OTHER}/steering"):
        library.study(OTHER, "geometry")
    assert library.command(OTHER, "geometry") == f"steerscape evaluate {OTHER} --tables geometry"


@pytest.mark.parametrize("content", [b"", b"PAR1"])
def test_damage_names_the_file_and_what_mends_it(library: Library, content: bytes) -> None:
    (library.root / ENV / "hole.parquet").write_bytes(content)
    with pytest.raises(DamagedArtifact, match="hole.parquet.*evaluate .* --tables hole"):
        library.study(ENV, "hole")


def test_columns_or_parameters_of_another_time_are_damage_too(library: Library) -> None:
    path = library.root / ENV / "steering.json"
    about = json.loads(path.read_text())
    path.write_text(json.dumps(about | {"parameters": {}}))
    with pytest.raises(DamagedArtifact, match="how it was made"):
        library.study(ENV, "steering")
    sampling, hole = (library.root / ENV / f"{n}.parquet" for n in ("sampling", "hole"))
    hole.write_bytes(sampling.read_bytes())
    about = json.loads(sampling.with_suffix(".json").read_text())
    hole.with_suffix(".json").write_text(json.dumps(about))
    with pytest.raises(DamagedArtifact, match="--tables hole"):
        library.study(ENV, "hole")
    assert "hole" in library.headline(ENV).damaged


def test_first_sight_survives_a_damaged_study(library: Library) -> None:
    (library.root / ENV / "hole.json").write_text("{}")
    seen = library.headline(ENV)
    assert set(seen.figures) == {"reconstruction", "geometry", "steering"}
    assert list(seen.damaged) == ["hole"]
    assert "steerscape evaluate" in seen.damaged["hole"]
    assert seen.figures["steering"]["default"].count == 8
    assert not library.headline("mo-humanoid-v5").figures


def test_other_builds_are_noticed(root: Path) -> None:
    atlases = root.parent / "atlases"
    shipped = atlas(atlases, ENV)
    library = Library(root, atlases)
    assert library.provenance(ENV, "steering").other_builds == (ENV,)
    assert library.provenance(ENV, "hole").other_builds == (f"{ENV}-hole",)
    write_study("steering", root, env=ENV, atlas_hash=shipped)
    assert library.provenance(ENV, "steering").other_builds == ()
    (atlases / ENV / "manifest.json").write_text("{")
    assert library.provenance(ENV, "steering").other_builds == (ENV,)


def test_promises_and_worst_cases_are_those_of_one_way_to_answer(library: Library) -> None:
    given = library.promises(ENV, "steering", DEFAULT, (0, 1))
    assert given.predicted.shape == (8, 2)
    cases = library.worst(ENV, "hole", DEFAULT, (0,))
    assert len(cases) == 4
    assert all(case.z is not None for case in cases)
    assert len(library.worst(ENV, "reconstruction", DEFAULT, (0,))) == 10


def test_fits_are_those_of_the_chosen_rows(library: Library) -> None:
    one, all_ = (library.law(ENV, num)[0] for num in (1, 14))
    assert one == pytest.approx(0.01, rel=0.3)
    assert all_ < 0.003
    assert library.times_lower(ENV)["VAE"].value == pytest.approx(5, rel=0.15)


def test_the_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert evidence_root().name == "evidence"
    monkeypatch.setenv("STEERSCAPE_EVIDENCE", str(tmp_path))
    assert Library().root == tmp_path
