"""The façade of polynomial policies on the shipped shelf."""

import numpy as np
import pytest

from backend.errors import DamagedArtifact, InvalidValue, UnknownName
from backend.polynomial import FIT_ORDERS, UNSTEERED, Polynomial, Steering

WORLD = "four_walls"


@pytest.fixture(scope="module")
def polynomial() -> Polynomial:
    return Polynomial()


def start(polynomial: Polynomial, world: str = WORLD) -> list[float]:
    room = polynomial.world(world)
    return room.place(room.start).tolist()


def test_the_shelf_has_every_world_with_a_rival(polynomial: Polynomial) -> None:
    assert len(polynomial.layouts()) == 6
    for world in polynomial.layouts():
        assert polynomial.kinds(world)[:2] == ["polynomial", "gaussian"]


def test_the_polynomial_keeps_the_goals_that_the_gaussian_loses(polynomial: Polynomial) -> None:
    at = start(polynomial)
    fans = {kind: polynomial.fan(WORLD, kind, at, num=200) for kind in ("polynomial", "gaussian")}
    assert sum(share >= 0.1 for share in fans["polynomial"].shares) >= 3
    assert max(fans["gaussian"].shares) > 0.95
    assert fans["polynomial"].success > 0.9


def test_a_tilt_changes_what_is_reached_and_zero_does_not(polynomial: Polynomial) -> None:
    at = start(polynomial)
    plain = polynomial.fan(WORLD, "polynomial", at)
    again = polynomial.fan(WORLD, "polynomial", at, UNSTEERED)
    np.testing.assert_array_equal(plain.path, again.path)
    right = polynomial.fan(WORLD, "polynomial", at, Steering(tilt=(4.0, 0.0)))
    left = polynomial.fan(WORLD, "polynomial", at, Steering(tilt=(-4.0, 0.0)))
    assert right.shares[1] > left.shares[1] + 0.3
    assert left.shares[3] > right.shares[3] + 0.3


def test_bad_questions_are_named(polynomial: Polynomial) -> None:
    with pytest.raises(InvalidValue, match="free cell"):
        polynomial.fan(WORLD, "polynomial", [2.0, 0.0])
    with pytest.raises(InvalidValue, match="temperature"):
        polynomial.fan(WORLD, "polynomial", [0.0, 0.0], Steering(temperature=float("nan")))
    with pytest.raises(InvalidValue, match="within ±6"):
        polynomial.fan(WORLD, "polynomial", [0.0, 0.0], Steering(tilt=(99.0, 0.0)))
    with pytest.raises(UnknownName, match="four_walls"):
        polynomial.fan("maze", "polynomial", [0.0, 0.0])
    with pytest.raises(InvalidValue, match="an order of"):
        polynomial.fit("lemniscate", "legendre", 3)


def test_a_fit_that_is_not_kept_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Polynomial, "_fits", {})
    with pytest.raises(DamagedArtifact, match=r"moons\.best\.6.*polynomial build"):
        Polynomial().fit("moons", "best", 6)


def test_the_chart_covers_every_free_cell(polynomial: Polynomial) -> None:
    chart = polynomial.chart(WORLD)
    assert len(chart.places) == len(chart.entropy) == len(chart.value) == len(chart.xy)
    assert (chart.entropy <= 2 * np.log(2) + 1e-6).all()
    assert 0 < chart.explained[1] <= chart.explained[0] <= 1


@pytest.mark.parametrize("name", ["lemniscate", "moons"])
def test_fits_come_nearer_with_the_order(polynomial: Polynomial, name: str) -> None:
    curve = polynomial.kl_curve(name)
    best = [curve["best"][order] for order in FIT_ORDERS]
    assert best == sorted(best, reverse=True)
    for order in (6, 14):
        assert curve["best"][order] <= curve["legendre"][order] <= curve["monomial"][order]
    fit = polynomial.fit(name, "best", 14)
    cell = (2 / (len(fit.density) - 1)) ** 2
    assert float(fit.density.sum() * cell) == pytest.approx(1, abs=0.05)
    assert np.corrcoef(fit.density.ravel(), fit.target.ravel())[0, 1] > 0.95


def test_the_browsers_network_is_the_policys(polynomial: Polynomial) -> None:
    numbers, about = polynomial.network(WORLD)
    widths = about["widths"]
    assert widths == [2, 64, 64, 20]
    count = sum(a * b + b for a, b in zip(widths, widths[1:], strict=False))
    assert len(numbers) == 4 * count
