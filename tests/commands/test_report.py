"""The README's table is made from the evidence, never typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.commands.changes_table import MARKS as CHANGES_MARKS
from backend.commands.changes_table import changes_markdown
from backend.commands.live_table import MARKS as LIVE_MARKS
from backend.commands.live_table import switching_markdown
from backend.commands.polynomial_table import MARKS as POLYNOMIAL_MARKS
from backend.commands.polynomial_table import (
    polynomial_markdown,
    quadrature_markdown,
    robots_markdown,
    worlds_markdown,
)
from backend.commands.report import (
    FIGURES,
    LIVE_ENV,
    MARKS,
    RECOVERY_MARKS,
    markdown,
    recovery_markdown,
    write_table,
)
from backend.commands.search_table import MARKS as SEARCH_MARKS
from backend.commands.search_table import searches_markdown
from backend.compressed import Compressed
from backend.errors import InvalidValue
from backend.evaluation.changes import ALL, DECODERS, STEPS
from backend.evaluation.evidence import load_evidence
from backend.evidence import Estimate, Headline, Library, Provenance
from backend.live.store import LIVE_DIR
from backend.live.study import EVIDENCE_DIR, TABLE
from backend.polynomial import Polynomial
from tests.studies import write_study

README = Path(__file__).parents[2] / "README.md"


def estimate(value: float) -> Estimate:
    return Estimate(value=value, low=value / 2, high=2 * value, count=300)


def test_every_figure_has_its_interval_and_its_unit() -> None:
    figures = {
        "reconstruction": {"relative": estimate(4.0), "of range": estimate(1.0)},
        "geometry": {"probe R², raw": estimate(0.48)},
        "steering": {"default": estimate(0.5)},
    }
    headlines = [Headline(env="x", title="X", figures=figures), Headline(env="y", title="Y")]
    lines = markdown(headlines).splitlines()
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
    marked = markdown([old, now])
    assert "| X † | Y |" in marked.splitlines()[0]
    assert marked.splitlines()[-1].startswith("† To be measured again")
    assert "†" not in markdown([now])


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{MARKS[0]}\nold\n{MARKS[1]}\nafter\n")
    write_table(path, "new")
    assert path.read_text() == f"before\n{MARKS[0]}\nnew\n{MARKS[1]}\nafter\n"


def test_a_file_without_marks_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("nothing here\n")
    with pytest.raises(InvalidValue, match="evidence"):
        write_table(path, "new")
    assert path.read_text() == "nothing here\n"


def test_changes_have_a_line_each_and_only_environments_that_were_measured(tmp_path: Path) -> None:
    write_study("changes", tmp_path)
    lines = changes_markdown(Library(tmp_path)).splitlines()
    assert lines[0] == "| success inside / into a hole | HalfCheetah |"
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == list(STEPS)
    write_study("decoder", tmp_path)
    lines = changes_markdown(Library(tmp_path)).splitlines()
    assert [line.split(" | ")[0].strip("| ") for line in lines[-4:]] == [*DECODERS, ALL]


def test_the_readme_says_what_the_evidence_says() -> None:
    library = Library()
    changes = f"{CHANGES_MARKS[0]}\n{changes_markdown(library)}\n{CHANGES_MARKS[1]}"
    assert changes in README.read_text()
    found = [h for env in library.environments() if (h := library.headline(env)).figures]
    assert f"{MARKS[0]}\n{markdown(found)}\n{MARKS[1]}" in README.read_text()


def test_the_readme_says_what_compression_recovers() -> None:
    compressed, text = Compressed(), README.read_text()
    _, _, told = text.partition(RECOVERY_MARKS[0])
    for env in compressed.envs():
        table = recovery_markdown(compressed.recovery(env))
        assert f"**{compressed.about(env).title}**\n\n{table}\n" in told


def test_the_readme_says_what_polynomial_policies_keep() -> None:
    told = polynomial_markdown(Polynomial())
    assert f"{POLYNOMIAL_MARKS[0]}\n{told}\n{POLYNOMIAL_MARKS[1]}" in README.read_text()


def test_the_readme_says_what_live_decoders_buy() -> None:
    rows = load_evidence(TABLE, LIVE_ENV, LIVE_DIR / EVIDENCE_DIR).rows
    told = switching_markdown(rows)
    assert f"{LIVE_MARKS[0]}\n{told}\n{LIVE_MARKS[1]}" in README.read_text()


def test_the_readme_says_what_searches_and_learners_earn() -> None:
    told = searches_markdown(Compressed())
    assert f"{SEARCH_MARKS[0]}\n{told}\n{SEARCH_MARKS[1]}" in README.read_text()


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
