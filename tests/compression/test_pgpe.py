"""PGPE climbs, settles, and repeats itself."""

import numpy as np

from backend.compression.pgpe import Pgpe, PgpeConfig


def climb(dim: int, generations: int, **settings: float) -> Pgpe:
    config = PgpeConfig(sigma=0.3, num_generations=generations, **settings)  # type: ignore[arg-type]
    pgpe = Pgpe(np.ones(dim), np.ones(dim), config, seed=0)
    for _ in range(generations):
        pgpe.tell(-(pgpe.ask() ** 2).sum(1))
    return pgpe


def test_at_the_optimum_of_a_quadratic_sigma_shrinks() -> None:
    """It only wanders where the spread follows the difference of a pair instead of its mean."""
    pgpe = climb(2, 400)
    assert np.abs(pgpe.centre).max() < 0.1
    assert (pgpe.sigma < 0.5 * 0.3).all()


def test_candidates_are_mirror_images() -> None:
    pgpe = Pgpe(np.array([1.0, 2.0]), np.array([1.0, 10.0]), PgpeConfig(num_pairs=3), seed=0)
    asked = pgpe.ask()
    np.testing.assert_allclose(asked[:3] + asked[3:], 2 * np.tile([1.0, 2.0], (3, 1)))
    assert np.abs(asked[:, 1] - 2).mean() > 3 * np.abs(asked[:, 0] - 1).mean()


def test_sigma_changes_by_a_fifth_at_most() -> None:
    pgpe = Pgpe(np.zeros(3), np.ones(3), PgpeConfig(spread_rate=100.0), seed=0)
    pgpe.tell(-(pgpe.ask() ** 2).sum(1))
    share = pgpe.sigma / 0.1
    assert ((share > 0.79) & (share < 1.21)).all()


def test_equal_returns_move_nothing_and_the_seed_decides() -> None:
    pgpe = Pgpe(np.ones(4), np.ones(4), PgpeConfig(), seed=0)
    pgpe.ask()
    pgpe.tell(np.full(10, 7.0))
    np.testing.assert_array_equal(pgpe.centre, np.ones(4))
    np.testing.assert_array_equal(climb(3, 5).centre, climb(3, 5).centre)
