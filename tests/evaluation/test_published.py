"""Goals, and that the paper's figures say whose they are."""

import pytest

from backend.evaluation.intervals import Estimate
from backend.evaluation.published import GOALS, PUBLISHED, Goal


@pytest.mark.parametrize(
    ("side", "value", "met"),
    [("at most", 9.9, True), ("at most", 10.0, True), ("at most", 10.1, False),
     ("at least", 10.1, True), ("at least", 9.9, False), ("at least", float("nan"), False)],
)  # fmt: skip
def test_a_goal_is_met_by_the_figure_itself(side: str, value: float, met: bool) -> None:
    goal = Goal(limit=10.0, side=side, whose="ours")  # type: ignore[arg-type]
    assert goal.met(Estimate(value=value, low=0.0, high=100.0, count=3)) == met


def test_every_figure_of_the_paper_has_a_source() -> None:
    assert {one.source for one in PUBLISHED.values()} == {"paper", "digest"}
    assert all(one.text and one.about for one in PUBLISHED.values())
    assert {one.whose for one in GOALS.values()} == {"the paper's", "ours"}
    assert GOALS["steering"].limit == PUBLISHED["success"].value / 100
