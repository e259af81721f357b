"""The README's table is made from the evidence, never typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.commands.changes_table import changes_markdown
from backend.commands.evidence_table import FIGURES, MARKS, evidence_markdown
from backend.commands.methods_table import methods_markdown
from backend.commands.outside_table import BEYOND, MET, REACHED, outside_markdown
from backend.commands.polynomial_table import (
    quadrature_markdown,
    robots_markdown,
    worlds_markdown,
)
from backend.commands.recovery_table import recovery_markdown
from backend.commands.report import TABLES, Report, with_table, write_tables
from backend.errors import InvalidValue
from backend.evaluation.changes import ALL, DECODERS, STEPS
from backend.evidence import Estimate, Headline, Library, Provenance
from tests.studies import write_study

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "assets/evidence/README.md")
"Where people read the tables."


def estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value / 2, high=2 * value, count=300)


def test_every_figure_has_its_interval_and_its_unit() -> None:
    figures = {
        "reconstruction": {"relative": estimate(4.0), "of range": estimate(1.0)},
        "geometry": {"probe R², raw": estimate(0.48)},
        "steering": {"default": estimate(0.5)},
    }
    headlines = [Headline(env="x", title="X", figures=figures), Headline(env="y", title="Y")]
    lines = evidence_markdown(headlines).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rows[0] == ["", "X", "Y"]
    told = {row[0]: row[1] for row in rows[3:] if row[1] != "–"}
    assert told == {
        "reconstruction, median relative %": "4.0 [2.0, 8.0]",
        "reconstruction, median % of range": "1.0 [0.5, 2.0]",
        "probe R², raw feature means": "0.480 [0.240, 0.960]",
        "**inside: the app’s default**": "50 % [25, 100]",
    }
    assert {row[2] for row in rows[2:]} == {"–"}
    assert len(rows) == len(FIGURES) + 3
    assert {len(row) for row in rows} == {3}


def test_what_was_judged_differently_is_marked_and_the_mark_explained() -> None:
    made = Provenance(
        command="", seeds=(0,), num_requests=1, num_episodes=1, num_rows=1, cpu_seconds=None,
        other_builds=(), former_protocol=True,
    )  # fmt: skip
    old = Headline(env="x", title="X", made={"steering": made})
    now = Headline(env="y", title="Y", made={"steering": replace(made, former_protocol=False)})
    marked = evidence_markdown([old, now])
    assert "| X † | Y |" in marked.splitlines()[0]
    assert marked.splitlines()[-1].startswith("† To be measured again")
    assert "†" not in evidence_markdown([now])


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    text = "before\n{0}\n{2}\n{1}\nafter\n"
    assert with_table(text.format(*MARKS, "old"), "new", MARKS) == text.format(*MARKS, "new")


@pytest.mark.parametrize("text", ["nothing here\n", f"{MARKS[0]}\nno end\n"])
def test_a_file_without_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text)
    with pytest.raises(InvalidValue, match="evidence"):
        Report(into=path).run()
    assert path.read_text() == text


def test_what_people_read_is_what_the_evidence_says(tmp_path: Path) -> None:
    """Every table stands somewhere, and writing it again changes nothing."""
    texts = [(ROOT / page).read_text() for page in PAGES]
    assert all(sum(marks[0] in text for text in texts) == 1 for marks in TABLES)
    for text in texts:
        page = tmp_path / "page.md"
        page.write_text(text)
        write_tables(page)
        assert page.read_text() == text


def test_changes_have_a_line_each_and_only_environments_that_were_measured(tmp_path: Path) -> None:
    write_study("changes", tmp_path)
    lines = changes_markdown(Library(tmp_path)).splitlines()
    assert lines[0] == "| success inside / into a hole | HalfCheetah |"
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(STEPS)
    write_study("decoder", tmp_path)
    lines = changes_markdown(Library(tmp_path)).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[-4:]] == [*DECODERS, ALL]


def test_ways_are_counted_from_a_tenth_on_and_gates_stand_for_goals() -> None:
    rows = [
        {"layout": "two_slits", "kind": "polynomial", "success": s, "shares": [s],
         "gates": [g, s - g], "mean_length": 50.0}
        for s, g in ((1.0, 0.5), (0.9, 0.05), (0.95, 0.1))
    ]  # fmt: skip
    line = worlds_markdown(rows).splitlines()[-1]
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "Two slits", "polynomial", "95%", "2, 1, 2", "2", "50"
    ]  # fmt: skip


def test_every_method_has_a_line_in_each_region(tmp_path: Path) -> None:
    for study in ("steering", "hole"):
        write_study(study, tmp_path)
    library = Library(tmp_path)
    inside, hole = (table.splitlines() for table in methods_markdown(library).split("\n\n"))
    assert inside[0].startswith("| inside: success") and hole[0].startswith("| into a hole: succ")
    for lines, study in ((inside, "steering"), (hole, "hole")):
        ways = [line.split(" | ")[0].strip("| ") for line in lines[2:]]
        assert len(ways) == len({*ways}) == len(library.study("mo-halfcheetah-v5", study).figures)
        assert "the paper’s procedure" in ways


def test_outside_has_a_line_per_distance_and_method(tmp_path: Path) -> None:
    write_study("extrapolation", tmp_path)
    figures = Library(tmp_path).study("mo-halfcheetah-v5", "extrapolation").figures
    lines = outside_markdown(Library(tmp_path)).splitlines()
    assert lines[0].startswith("| outside by, % of range | says *reached* / met at 10 %, % | Half")
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert len({(beyond, way) for beyond, way, _ in cells}) == len(cells) == len(figures)
    assert [float(beyond) for beyond, *_ in cells] == sorted(row[BEYOND] for row in figures)
    told = {cell for *_, cell in cells}
    assert told == {
        f"{100 * row[REACHED].value:.0f} / {100 * row[MET].value:.0f}" for row in figures
    }


def test_recovery_has_a_line_per_network_and_size() -> None:
    rows = [
        {"reward": reward, "num_params": 17, "latent_dim": dim, "loss": "behaviour",
         "recovery_median": 0.5, "correlation_median": 0.25, "paper": paper}
        for dim in (2, 1) for reward, paper in (("left", None), ("speed", 0.75))
    ]  # fmt: skip
    lines = recovery_markdown(rows).splitlines()
    assert lines[0] == "| parameters | z | trained on | left | speed |"
    assert lines[2:] == [
        f"| 17 | {dim}-D | behaviour | 0.50 / 0.25 | 0.50 / 0.25 (0.75) |" for dim in (1, 2)
    ]


def test_every_seed_of_a_robot_is_shown() -> None:
    rows = [
        {"robot": "t-maze", "kind": "gaussian", "entropy_weight": 0.03, "return": 20.0 - seed,
         "shares": [1 - seed / 4, seed / 4], "mean_length": 22.0 + seed}
        for seed in range(3)
    ]  # fmt: skip
    cells = [cell.strip() for cell in robots_markdown(rows).splitlines()[-1].strip("|").split("|")]
    assert cells == ["T-maze", "Gaussian", "0.03", "20.0, 19.0, 18.0",
                     "100% / 0%, 75% / 25%, 50% / 50%", "23"]  # fmt: skip


def test_errors_of_quadrature_stand_by_dimension() -> None:
    rows = [
        {"dim": dim, "way": way, "budget": budget, "log_normaliser_error": dim / budget}
        for dim in (2, 3) for way in ("gauss", "trapezoid", "sobol") for budget in (1024, 16384)
    ]  # fmt: skip
    lines = quadrature_markdown(rows).splitlines()
    assert lines[2].startswith("| 2 | 0.002 | 0.00012 |") and lines[3].startswith("| 3 | 0.0029 |")
