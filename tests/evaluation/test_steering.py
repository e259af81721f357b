"""The steering study, in a world where decoded latents keep every promise, or break all alike."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation import steering
from backend.evaluation.ledger import Ledger
from backend.evaluation.requests import Questions, attainable
from backend.evaluation.steering import (
    CORRECTED,
    SINGLE_SHOTS,
    Judging,
    Variant,
    answer,
    judge_returns,
)
from backend.steering.problem import Problem
from tests.evaluation.worlds import exact_world
from tests.toys import problem

NAN, INF = np.nan, np.inf
JUDGING = Judging(num_episodes=2)


@pytest.fixture(scope="module")
def asked(atlas: Atlas) -> Problem:
    returns = atlas.population.returns[atlas.training_rows]
    return attainable(returns, atlas.returns_extent, Questions(num_requests=6))


def test_judgement_by_hand() -> None:
    """Range 100 each: a target off by 4, 8 and 20; a bound missed by 0, 3 and 1."""
    goal = {"target": [50.0, NAN], "lower": [-INF, 10.0]}
    three = problem(goal, goal, goal, extent=(100.0, 100.0))
    judged = judge_returns(three, np.array([[54.0, 12.0], [42.0, 7.0], [70.0, 9.0]]))
    assert judged["target_error_percent"].tolist() == pytest.approx([4, 8, 20])
    assert judged["violation_percent"].tolist() == pytest.approx([0, 3, 1])
    assert judged["success_5"].tolist() == [True, False, False]
    assert judged["success_10"].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("returns", "five", "ten"),
    [
        ([55.0, 10.0], True, True),  # the edge of the target's tolerance counts
        ([55.1, 10.0], False, True),
        ([50.0, 8.0], True, True),  # and that of the bound's
        ([50.0, 7.9], False, True),
        ([60.0, 0.0], False, True),
        ([60.1, 10.0], False, False),
        ([50.0, -0.1], False, False),
    ],
)
def test_success_needs_both_goals(returns: list[float], five: bool, ten: bool) -> None:
    one = problem({"target": [50.0, NAN], "lower": [-INF, 10.0]}, extent=(100.0, 100.0))
    judged = judge_returns(one, np.array([returns]))
    assert (judged["success_5"][0], judged["success_10"][0]) == (five, ten)


def test_where_promises_are_kept_the_closed_form_always_succeeds(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Affine returns: the minimum-norm answer is exact, so success is 1 and the error 0."""
    exact_world(monkeypatch, atlas)
    rows = answer(atlas, asked, [Variant(method="closed-form", start="random")], JUDGING)
    assert all(row["success_5"] and row["predicted_feasible"] for row in rows)
    assert max(row["target_error_percent"] for row in rows) < 1e-6
    for row in rows:
        np.testing.assert_allclose(row["measured"], row["predicted"])


def test_predictions_are_never_called_success(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rollout comes out 20 % of the range short: promised feasible, measured a failure."""
    exact_world(monkeypatch, atlas, lambda _: -0.2 * atlas.returns_extent)
    rows = answer(atlas, asked, [Variant(method="closed-form")], JUDGING)
    assert all(row["predicted_feasible"] for row in rows)
    assert not any(row["success_10"] for row in rows)
    assert [row["target_error_percent"] for row in rows] == pytest.approx([20] * 6)


def test_correction_undoes_a_constant_error(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off by 8 % everywhere: the single shot misses, one shift of the aim is the exact remedy."""
    world = exact_world(monkeypatch, atlas, lambda _: -0.08 * atlas.returns_extent)
    closed = Variant(method="closed-form", start="random")
    shot, corrected = (
        answer(atlas, asked, [variant], JUDGING)
        for variant in (closed, replace(closed, corrected=True))
    )
    assert not any(row["success_5"] for row in shot)
    assert all(row["success_5"] for row in corrected)
    assert all(row["rollouts"] > 0 for row in corrected)
    assert not any(row["rollouts"] for row in shot)
    assert world.episodes == sum(r["rollouts"] for r in corrected) + 2 * 6 * JUDGING.num_episodes


def test_a_random_start_gets_no_help_from_near_ones(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a random start only its own answer is verified in the first round: one latent each."""
    world = exact_world(monkeypatch, atlas)
    answer(atlas, asked, [Variant(method="closed-form", start="random", corrected=True)], JUDGING)
    assert len(world.latents[0]) == asked.num_requests


def test_nearest_policy_moves_nowhere(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact_world(monkeypatch, atlas)
    judging = replace(JUDGING, keep_latents=True)
    for row in answer(atlas, asked, [Variant(method="nearest")], judging):
        start = atlas.z[atlas.population.row(row["start_policy"])]
        np.testing.assert_allclose(row["z"], start, rtol=1e-6)
        assert row["num_steps"] == 0


def test_every_request_is_judged_on_episodes_of_its_own_the_same_for_every_answer(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "BATCH", 4)
    world = exact_world(monkeypatch, atlas)
    answer(atlas, asked, [Variant(method="closed-form"), Variant(method="free")], JUDGING)
    first, second = np.concatenate(world.seeds[:2]), np.concatenate(world.seeds[2:])
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first)) == asked.num_requests * JUDGING.num_episodes


def test_every_row_has_the_same_columns(
    atlas: Atlas, asked: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact_world(monkeypatch, atlas)
    quick = [v for v in (*SINGLE_SHOTS, *CORRECTED) if v.procedure == "ours"]
    rows = answer(atlas, asked.rows(np.arange(2)), quick, JUDGING)
    assert len(rows) == 2 * len(quick)
    assert len({tuple(row) for row in rows}) == 1
    told_apart = {(r["method"], r["start"], r["corrected"], r["request"]) for r in rows}
    assert len(told_apart) == len(rows)


def test_a_stopped_study_goes_on_where_it_was(
    atlas: Atlas, asked: Problem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "BATCH", 4)
    world = exact_world(monkeypatch, atlas)
    kept = Judging(num_episodes=2, ledger=Ledger(tmp_path))
    few = asked.rows(np.arange(4))
    one = [Variant(method="tangent")]
    answer(atlas, few, one, kept)  # stopped here, say
    rows = answer(atlas, asked, one, kept)
    assert [len(z) for z in world.latents] == [4, 2]
    assert [row["request"] for row in rows] == list(range(6))
    answer(atlas, asked, one, replace(kept, seed=1))
    assert len(world.latents) == 4, "other episodes are another question"
