"""Verification by rollouts: every candidate is judged on what it did."""

from dataclasses import fields, replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.steering.candidates import FAILED, Candidates
from backend.steering.correction import CorrectionConfig, verify_and_correct
from backend.steering.problem import Problem
from tests.toys import SHORT

TINY = CorrectionConfig(
    num_rounds=1, num_starts=2, num_plain=0, num_again=1, num_episodes=1, num_confirming=2
)
NAN, INF = np.nan, np.inf


@pytest.fixture(scope="module")
def quick(atlas: Atlas) -> Atlas:
    """The shipped atlas with episodes of 40 steps, which miss every target of 1000 by far."""
    return replace(atlas, spec=SHORT)


@pytest.fixture(scope="module")
def asked(atlas: Atlas) -> Problem:
    low, extent = atlas.returns_low, atlas.returns_extent
    return Problem(
        target=np.array([[low[0] + 0.5 * extent[0], NAN], [low[0] + 0.8 * extent[0], NAN]]),
        lower=np.array([[-INF, low[1] + 0.3 * extent[1]], [-INF, -INF]]),
        upper=np.full((2, 2), INF), extent=extent,
    )  # fmt: skip


@pytest.fixture(scope="module")
def pool(quick: Atlas, asked: Problem) -> Candidates:
    return verify_and_correct(quick, asked, TINY)


def test_badness_is_that_of_the_measured_return(pool: Candidates, asked: Problem) -> None:
    """One episode each: its badness is that of the mean, cut where an episode counts as failed."""
    of_mean = asked.rows(pool.request).badness(pool.mean)
    once = ~pool.confirmed
    assert once.any()
    assert pool.confirmed.any()
    np.testing.assert_allclose(pool.badness[once], np.minimum(of_mean[once], FAILED))
    assert (pool.badness <= FAILED).all()


def test_leaders_of_every_request_are_confirmed_on_more_episodes(pool: Candidates) -> None:
    for request in (0, 1):
        assert pool.confirmed[pool.answer(request)]
    np.testing.assert_array_equal(pool.num_episodes, np.where(pool.confirmed, 3, 1))


def test_verification_is_reproducible(quick: Atlas, asked: Problem, pool: Candidates) -> None:
    again = verify_and_correct(quick, asked, TINY)
    for field in fields(Candidates):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(pool, field.name))
    other = verify_and_correct(quick, asked, replace(TINY, seed=1))
    assert np.abs(other.mean[:4] - pool.mean[:4]).max() > 1e-6


def test_the_first_round_tries_distinct_starts_for_every_request(pool: Candidates) -> None:
    first = pool.z[:4]
    assert pool.request[:4].tolist() == [0, 0, 1, 1]
    assert np.linalg.norm(first[0] - first[1]) > 1e-3
    assert np.linalg.norm(first[2] - first[3]) > 1e-3


def test_the_nearest_starts_are_tried_as_they_are(quick: Atlas, asked: Problem) -> None:
    pool = verify_and_correct(quick, asked, replace(TINY, num_rounds=0, num_plain=1))
    assert pool.request.tolist() == [0, 0, 1, 1, 0, 1]
    known = quick.z[quick.training_rows]
    assert all((known == z).all(1).any() for z in pool.z[4:])


def test_a_round_of_corrections_adds_candidates(pool: Candidates) -> None:
    assert len(pool.z) > 4
    assert set(pool.request[4:].tolist()) == {0, 1}


def test_a_correction_aims_beyond_by_what_was_missed(quick: Atlas, pool: Candidates) -> None:
    """Too slow when rolled out: the next aim promises more than the first did."""
    for request in (0, 1):
        first = pool.z[:4][pool.request[:4] == request]
        later = pool.z[4:][pool.request[4:] == request]
        promise = quick.heads.predict(first)[:, 0], quick.heads.predict(later)[:, 0]
        assert promise[1].max() > promise[0].max()


def test_the_solvers_own_answer_comes_first(quick: Atlas, asked: Problem) -> None:
    """Both shots miss, so near starts follow for both."""
    first = quick.z[:2]
    pool = verify_and_correct(quick, asked, replace(TINY, num_rounds=0), first=first)
    assert pool.request.tolist() == [0, 1, 0, 0, 1, 1]
    assert pool.single_shot.tolist() == [True] * 2 + [False] * 4
    np.testing.assert_array_equal(pool.z[:2], first)


def test_a_shot_that_proves_itself_is_all_there_is(quick: Atlas, asked: Problem) -> None:
    """Request 0 is met by its shot; only request 1 is tried from near starts."""
    film = verify_and_correct(quick, asked, replace(TINY, num_rounds=0), first=quick.z[:2])
    met = np.array([[film.mean[0, 0], NAN], asked.target[1]])
    easy = replace(asked, target=met, lower=np.full((2, 2), -INF))
    pool = verify_and_correct(quick, easy, replace(TINY, num_rounds=0), first=quick.z[:2])
    assert pool.request.tolist() == [0, 1, 1, 1]
    assert pool.num_episodes[0] == TINY.num_episodes + TINY.num_confirming
    assert pool.confirmed[0]
    assert pool.answer(0) == 0


def test_without_near_starts_only_the_answers_are_verified(quick: Atlas, asked: Problem) -> None:
    alone = replace(TINY, num_rounds=0, num_starts=0)
    pool = verify_and_correct(quick, asked, alone, first=quick.z[:2])
    assert pool.request.tolist() == [0, 1]


def test_a_good_request_is_left_alone(quick: Atlas, asked: Problem) -> None:
    assert len(verify_and_correct(quick, asked, replace(TINY, good_enough=1e9)).z) == 4


def test_progress_is_reported_and_may_cancel(quick: Atlas, asked: Problem) -> None:
    class Cancelled(Exception):
        pass

    seen: list[tuple[int, int, int]] = []

    def report(turn: int, num_rounds: int, so_far: Candidates) -> None:
        seen.append((turn, num_rounds, len(so_far.z)))
        if turn == 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        verify_and_correct(quick, asked, replace(TINY, num_rounds=2), report=report)
    assert [row[:2] for row in seen] == [(0, 2), (1, 2)]
    assert seen[0][2] < seen[1][2]


def test_a_real_request_ends_within_tolerance(atlas: Atlas, asked: Problem) -> None:
    """Whole episodes, one correction: the answer keeps its promise in all its episodes."""
    config = replace(TINY, num_again=2)
    pool = verify_and_correct(atlas, asked.rows(np.array([0])), config)
    answer = pool.answer(0)
    assert pool.confirmed[answer]
    assert pool.badness[answer] <= 1
