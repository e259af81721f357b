"""The evidence page on synthetic evidence, without a browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from backend.evidence import EVIDENCE_VARIABLE, STUDIES
from backend.studio import Studio
from pages.shared.evidence.controls import SECTIONS
from tests.studies import write_study

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/inspect/evidence.py"
ENV, ATLAS_TITLE = "mo-halfcheetah-v5", "HalfCheetah"


@pytest.fixture(scope="module")
def hashes() -> dict[str, str]:
    """Content of the shipped atlases."""
    return {name: Studio().overview(name).content_hash for name in (ENV, f"{ENV}-hole")}


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty folder that the page takes its evidence from."""
    monkeypatch.setenv(EVIDENCE_VARIABLE, str(tmp_path))
    st.cache_resource.clear()
    yield tmp_path
    st.cache_resource.clear()


@pytest.fixture
def measured(root: Path, hashes: dict[str, str]) -> Path:
    """Every study of one environment."""
    for name in STUDIES:
        shipped = hashes[f"{ENV}-hole" if name == "hole" else ENV]
        write_study(name, root, env=ENV, atlas_hash=shipped)
    return root


def opened(**query: str | list[str]) -> AppTest:
    """The page at an address."""
    app = AppTest.from_file(APP, default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(PAGE).run()


def tables(app: AppTest) -> list[str]:
    return [
        html for html in (element.proto.body for element in app.get("html")) if "<table" in html
    ]


def lines(table: str) -> list[str]:
    """Names of a table's lines."""
    starts = table.split('<th scope="row">')[1:]
    return [start.split("<")[0] for start in starts]


def test_without_evidence_it_says_what_measures_it(root: Path) -> None:
    app = opened()
    assert not app.exception
    assert "No evidence" in app.info[0].value
    assert f"steerscape evaluate {ENV} --tables reconstruction" in app.code[0].value


def test_overview_has_a_line_per_environment_and_the_papers(measured: Path) -> None:
    app = opened()
    assert not app.exception
    (table,) = tables(app)
    assert lines(table)[:2] == [ATLAS_TITLE, "Walker2d"]
    assert lines(table)[-1] == "the paper’s"
    assert "not measured yet" in table
    assert "steerscape evaluate mo-walker2d-v5" in table
    for published in ("&lt; 10 %", "up to 98 %", "≈ 5 × lower", "digest"):
        assert published in table
    assert "goal\u00a0≥\u00a098\u00a0%" in table


def test_misses_are_marked_not_hidden(measured: Path) -> None:
    (table,) = tables(opened())
    assert 'class="accent missed"' not in table
    write_study("hole", measured, env=ENV, easy=0.0)
    (table,) = tables(opened())
    assert 'class="accent missed"' in table


@pytest.mark.parametrize("section", SECTIONS[1:])
def test_every_section_opens_with_its_command(measured: Path, section: str) -> None:
    app = opened(study=section)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="env").value == ENV
    study = {"calibration": None, "worst ten": "steering"}.get(section, section)
    if study:
        assert f"--tables {study} --seeds 0 1" in app.code[0].value
    shown = " ".join(caption.value for caption in app.caption)
    assert (
        "n = 75 held-out" in shown if section == "calibration" else "Training seeds 0, 1" in shown
    )


def test_an_address_filters(measured: Path) -> None:
    whole = lines(tables(opened(study="steering"))[0])
    few = opened(study="steering", methods=["nearest"], answers=["single shot"], seeds=["1"])
    names = lines(tables(few)[0])
    assert names == [
        "nearest existing policy, its own network", "nearest policy, decoded",
        "the paper’s, as published",
    ]  # fmt: skip
    assert len(whole) > len(names)
    assert any("n = 4 a line" in caption.value for caption in few.caption)
    assert opened(study="nonsense").segmented_control(key="study").value == "overview"


def test_the_environment_is_that_of_the_address_or_of_the_sidebar(measured: Path) -> None:
    write_study("sampling", measured, env="mo-walker2d-v5")
    linked = opened(study="sampling", env="Walker2d")
    assert "evaluate mo-walker2d-v5" in linked.code[0].value
    assert opened(study="sampling", atlas=f"{ENV}-hole").selectbox(key="env").value == ENV


def test_prediction_is_never_called_success(measured: Path) -> None:
    (table,) = tables(opened(study="hole"))
    head = table.split("<thead>")[1].split("<tbody>")[0]
    success, promise = head.index("success, measured"), head.index("promise")
    assert success < head.index("measured miss") < promise
    assert "PREDICTED" in head
    assert "PREDICTED feasible is no success" in table


def test_a_missing_study_says_its_command(root: Path, hashes: dict[str, str]) -> None:
    write_study("steering", root, env=ENV, atlas_hash=hashes[ENV])
    app = opened(study="geometry")
    assert "geometry" in app.info[0].value
    assert app.code[0].value == f"steerscape evaluate {ENV} --tables geometry"


def test_a_damaged_study_is_one_clear_message_and_hides_no_other(measured: Path) -> None:
    (measured / ENV / "hole.parquet").write_bytes(b"PAR1")
    for app in (opened(), opened(study="hole")):
        assert not app.exception
        assert "hole.parquet" in app.error[0].value
        assert f"steerscape evaluate {ENV} --tables hole" in app.error[0].value
    (table,) = tables(opened())
    assert "accent" in table, "steering is still there"


def test_another_build_is_noted(root: Path) -> None:
    write_study("steering", root, env=ENV, atlas_hash="former")
    assert "another build" in opened(study="steering").warning[0].value
    overview = tables(opened())[0]
    assert "another build" in overview and "Another build: " in overview
    assert "Former protocol" not in overview, "marks are explained where they stand"
    assert any("another build" in info.value for info in opened(study="worst ten").info)


def test_a_case_can_be_picked_and_is_replayed(measured: Path) -> None:
    app = opened(study="worst ten")
    case = app.selectbox(key="case")
    assert len(app.dataframe[0].value) == len(case.options) == 4, (
        "four requests of the shipped seed"
    )
    first = [caption.value for caption in app.caption if "earns" in caption.value]
    assert len(first) == 1
    app.segmented_control(key="episode").set_value("2").run()
    assert [caption.value for caption in app.caption if "earns" in caption.value] != first
    app.selectbox(key="case").set_value(case.options[2]).run()
    assert not app.exception
    assert app.session_state["worst-table"]["selection"]["rows"] == [2]


@pytest.mark.parametrize("table", ["steering", "hole", "reconstruction"])
def test_cases_of_a_former_protocol_say_why_they_are_not_played(measured: Path, table: str) -> None:
    path = measured / ENV / f"{table}.json"
    about = json.loads(path.read_text())
    about["parameters"]["protocol"] = 1
    path.write_text(json.dumps(about))
    app = opened(study="worst ten", cases=table)
    assert not app.exception
    assert "former protocol" in app.info[0].value


def test_cases_of_other_seeds_say_why_they_are_not_played(measured: Path) -> None:
    app = opened(study="worst ten", which="all training seeds")
    others = [key for key in app.selectbox(key="case").options if key.startswith("seed 1")]
    app.selectbox(key="case").set_value(others[0]).run()
    assert "is not shipped" in app.info[0].value
