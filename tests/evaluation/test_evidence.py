"""Evidence on disk, and the figures made from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.errors import DamagedArtifact, UnknownName
from backend.evaluation.evidence import (
    Evidence,
    list_evidence,
    load_evidence,
    of_seed,
    save_evidence,
)
from backend.evaluation.summary import as_numbers, summarise

ROWS = [
    {"seed": seed, "space": space, "metric": "probe R²", "objective": "forward", "value": value}
    for space, values in (("ours", (0.9, 0.95, 1.0)), ("VAE", (0.2, 0.4, 0.3)))
    for seed, value in enumerate(values)
]
EVIDENCE = Evidence(
    table="geometry", env="mo-halfcheetah-v5", rows=ROWS,
    command="steerscape evaluate it --tables geometry",
    atlases={"mo-halfcheetah-v5, seed 0": "abc"}, parameters={"seeds": [0, 1, 2]}, seconds=1.5,
)  # fmt: skip


def test_evidence_comes_back_exactly(tmp_path: Path) -> None:
    save_evidence(EVIDENCE, tmp_path)
    assert load_evidence("geometry", "mo-halfcheetah-v5", tmp_path) == EVIDENCE
    assert list_evidence(tmp_path) == {"geometry": ["mo-halfcheetah-v5"]}


def test_lists_in_rows_survive(tmp_path: Path) -> None:
    rows = [{"seed": 0, "z": [0.5, 1.5], "lower": [float("-inf"), 2.0]}]
    save_evidence(replace(EVIDENCE, rows=rows), tmp_path)
    assert load_evidence("geometry", EVIDENCE.env, tmp_path).rows == rows


def test_unknown_evidence_lists_what_exists(tmp_path: Path) -> None:
    save_evidence(EVIDENCE, tmp_path)
    with pytest.raises(UnknownName, match="mo-halfcheetah-v5/geometry"):
        load_evidence("steering", EVIDENCE.env, tmp_path)


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"PAR1"])
def test_damage_names_the_command_that_mends_it(
    tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = save_evidence(EVIDENCE, tmp_path).with_suffix(suffix)
    path.write_bytes(content)
    with pytest.raises(DamagedArtifact, match="steerscape evaluate .* --tables geometry"):
        load_evidence("geometry", EVIDENCE.env, tmp_path)


def test_rows_lost_on_the_way_are_noticed(tmp_path: Path) -> None:
    save_evidence(replace(EVIDENCE, rows=ROWS[:2]), tmp_path / "fewer")
    save_evidence(EVIDENCE, tmp_path)
    fewer = tmp_path / "fewer" / EVIDENCE.env / "geometry.parquet"
    (tmp_path / EVIDENCE.env / "geometry.parquet").write_bytes(fewer.read_bytes())
    with pytest.raises(DamagedArtifact, match="holds 2 rows, not 6"):
        load_evidence("geometry", EVIDENCE.env, tmp_path)


def test_seeds_are_marked() -> None:
    assert of_seed([[{"a": 1}], [{"a": 2}]], [0, 7]) == [{"seed": 0, "a": 1}, {"seed": 7, "a": 2}]


def test_figures_are_means_over_seeds_with_their_ends() -> None:
    ours, vae = summarise(EVIDENCE)
    assert (ours["space"], vae["space"]) == ("ours", "VAE")
    assert ours["value"].value == pytest.approx(0.95)
    assert (ours["value"].low, ours["value"].high, ours["value"].count) == (0.9, 1.0, 3)
    assert as_numbers([vae])[0]["value"]["value"] == pytest.approx(0.3)
