"""The orchestra: every seed measured once, joined, marked, written."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from backend.atlas.store import ATLAS_DIR
from backend.envs.table import env_spec
from backend.errors import InvalidValue, UnknownName
from backend.evaluation import run
from backend.evaluation.bench import Bench, Size
from backend.evaluation.evidence import Rows, load_evidence, save_evidence
from backend.evaluation.run import STUDIES, evaluate
from backend.evaluation.summary import FIGURES
from backend.workspace import Workspace
from tests.toys import ATLAS


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Nothing trained, but the shipped atlas also stands in for training seed 1."""
    made = Workspace(spec=env_spec(ATLAS), root=tmp_path / "runs")
    made.studies(1).parent.mkdir(parents=True)
    made.studies(1).symlink_to(ATLAS_DIR)
    return made


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A study that only notes the seeds it was asked for."""
    asked: list[int] = []

    def study(bench: Bench) -> Rows:
        asked.append(bench.seed)
        return [{"policy": f"p{bench.seed}", "share": float(bench.questions.num_requests)}]

    monkeypatch.setattr(run, "STUDIES", {**STUDIES, "sampling": study})
    return asked


def test_every_study_has_its_figures() -> None:
    assert STUDIES.keys() == FIGURES.keys()


def test_seeds_are_joined_marked_and_written(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    (evidence,) = evaluate(
        workspace, studies=["sampling"], seeds=[0, 1], size=Size(num_requests=7), root=tmp_path
    )
    assert measured == [0, 1]
    assert [(row["seed"], row["policy"]) for row in evidence.rows] == [(0, "p0"), (1, "p1")]
    assert (
        evidence.command
        == f"steerscape evaluate {ATLAS} --tables sampling --seeds 0 1 --requests 7"
    )
    assert len(evidence.atlases) == 2
    assert load_evidence("sampling", ATLAS, tmp_path) == evidence


def test_what_was_measured_is_not_measured_again(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    for seeds in ([0], [0, 1], [0, 1]):
        evaluate(workspace, studies=["sampling"], seeds=seeds, size=Size(), root=tmp_path)
    assert measured == [0, 1]
    other = replace(Size(), num_requests=9)
    evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=other, root=tmp_path)
    assert measured == [0, 1, 0, 1]
    evaluate(workspace, studies=["sampling"], seeds=[1, 0], size=other, root=tmp_path, afresh=True)
    assert measured == [0, 1, 0, 1, 1, 0], "unless it is wanted"


def test_seeds_that_are_not_asked_for_stay(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    (whole,) = evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    (again,) = evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)
    assert (again.rows, again.command) == (whole.rows, whole.command)
    assert measured == [0, 1]


def test_other_settings_never_cost_the_rows_of_other_seeds(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    few = Size(num_requests=3)
    with pytest.raises(InvalidValue, match="seed 1 was measured otherwise .*: steerscape"):
        evaluate(workspace, studies=["sampling"], seeds=[0], size=few, root=tmp_path)
    assert measured == [0, 1], "said before anything is measured"
    elsewhere = tmp_path / "elsewhere"
    evaluate(workspace, studies=["sampling"], seeds=[0], size=few, root=elsewhere)
    assert len(load_evidence("sampling", ATLAS, tmp_path).parameters["seeds"]) == 2


def test_another_solver_is_measured_anew(
    workspace: Workspace, measured: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)
    monkeypatch.setattr(run, "PAPER", replace(run.PAPER, num_neighbours=7))
    evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)
    assert measured == [0, 0]


def test_shipped_seeds_stand_when_the_runs_are_lost(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    whole = evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    shutil.rmtree(workspace.root)
    again = evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    assert again == whole
    assert measured == [0, 1]


def test_shipped_seeds_of_another_atlas_are_measured_anew(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    (whole,) = evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    shutil.rmtree(workspace.folder / "evidence")
    changed = {key: "0" * 64 if key.endswith("seed 0") else key for key in whole.atlases}
    save_evidence(replace(whole, atlases=changed), tmp_path)
    evaluate(workspace, studies=["sampling"], seeds=[0, 1], size=Size(), root=tmp_path)
    assert measured == [0, 1, 0, 1]


def test_a_damaged_table_is_mended_by_measuring_anew(
    workspace: Workspace, measured: list[int], tmp_path: Path
) -> None:
    evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)
    shutil.rmtree(workspace.folder / "evidence")
    (tmp_path / ATLAS / "sampling.parquet").write_bytes(b"not a table")
    evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)
    assert measured == [0, 0]
    assert load_evidence("sampling", ATLAS, tmp_path).rows


def test_missing_atlas_names_the_command(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="steerscape atlas build mo-halfcheetah-v5 --seed 2"):
        evaluate(workspace, studies=["steering"], seeds=[2], size=Size(), root=tmp_path)
    with pytest.raises(InvalidValue, match="steerscape population train mo-halfcheetah-v5"):
        evaluate(workspace, studies=["sampling"], seeds=[0], size=Size(), root=tmp_path)


def test_unknown_study_lists_what_there_is(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="reconstruction.*geometry"):
        evaluate(workspace, studies=["astrology"], seeds=[0], size=Size(), root=tmp_path)
