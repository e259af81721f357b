"""What switching decoders buy, as a table: shares of segments and robots, returns at fixed z."""

from typing import Any

from backend.commands.live_table import switching_markdown as of_readme
from backend.live.table import switching_markdown
from backend.live_view import switching_markdown as of_page


def row(study: str, **numbers: Any) -> dict[str, Any]:
    none = {"seed": 0, "objective": "", "segments": 0, "stuck": 0, "robots": 0, "robots_stuck": 0}
    return {"decoder": "live", "study": study, "median_percent": 0.0, **none, **numbers}


def cells(*rows: dict[str, Any]) -> list[str]:
    fixed = [row(f"fixed z, {kind}", objective="forward", robots=9, median_percent=value)
             for kind, value in (("training", 0.734), ("held out", 1.026))]  # fmt: skip
    last = switching_markdown([*rows, *fixed]).splitlines()[-1]
    return [cell.strip() for cell in last.strip("|").split("|")]


def test_readme_and_page_have_one_table() -> None:
    assert of_readme is of_page is switching_markdown


def test_stuck_robots_stand_beside_the_share_of_segments() -> None:
    found = cells(
        row("glide", seed=0, segments=20, stuck=3, robots=4, robots_stuck=1),
        row("glide", seed=1, segments=20, stuck=3, robots=4, robots_stuck=2),
        row("jump", segments=10, stuck=10, robots=2, robots_stuck=2),
    )
    assert found == ["live", "15.0 % (6 of 40), 3 of 8 robots", "100.0 % (10 of 10), 2 of 2 robots",
                     "0.73", "1.03"]  # fmt: skip


def test_without_a_segment_nothing_is_divided() -> None:
    assert cells(row("glide", robots=4))[1:3] == ["–", "–"]
