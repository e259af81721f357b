"""The value field: exact on linear landscapes, silent outside the crowd, a ball that climbs."""

from dataclasses import replace

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.atlas.field import Landscape, ball, landscape, round_levels, value_field
from backend.atlas.ground import Crowd, settle
from backend.atlas.maps import LinearMap
from backend.errors import UnknownName

SLOPE = np.array([300.0, -40.0])


def square(num: int = 400) -> np.ndarray:
    return np.random.default_rng(0).uniform([-10, 0], [10, 4], (num, 2))


@pytest.fixture
def flat_world(atlas: Atlas) -> Atlas:
    """The shipped atlas on a map on which the predicted return of *forward* is linear."""
    xy, (forward, energy) = square(len(atlas.z)), atlas.heads.weight
    unit = np.stack([forward / (forward @ forward), energy / (energy @ energy)])
    z = np.zeros_like(atlas.z) + xy @ unit
    world = replace(atlas, z=z, maps={"flat": LinearMap(
        mean=np.zeros(z.shape[1]), components=np.linalg.pinv(unit).T)})  # fmt: skip
    np.testing.assert_allclose(world.place("flat", z), xy, atol=1e-9)
    return world


def test_the_plane_is_exact_on_a_linear_landscape() -> None:
    crowd = Crowd(square())
    land = Landscape(crowd, crowd.unit @ SLOPE + 7)
    where = np.random.default_rng(1).uniform(0, 1, (50, 2))
    value, gradient = land.plane(where)
    np.testing.assert_allclose(value, where @ SLOPE + 7, atol=0.3)
    np.testing.assert_allclose(gradient, np.broadcast_to(SLOPE, (50, 2)), rtol=0.01, atol=0.5)


def test_the_field_does_not_depend_on_the_unit_of_an_axis() -> None:
    xy = square()
    first, second = (Landscape(Crowd(x), np.sin(xy[:, 0])) for x in (xy, xy * [100, 1] - 3))
    where = np.array([[0.3, 0.6], [0.5, 0.5]])
    np.testing.assert_allclose(first.plane(where)[0], second.plane(where)[0])
    np.testing.assert_allclose(first.crowd.scale, second.crowd.scale)


def test_arrows_and_isolines_of_a_linear_world(flat_world: Atlas) -> None:
    field = value_field(flat_world, "flat", "forward")
    ways = field.arrows[:, 2:] / Crowd(flat_world.place("flat", flat_world.z)).extent
    values = flat_world.heads.predict(flat_world.z)[:, 0]
    assert len(field.arrows) > 100
    np.testing.assert_allclose(ways, np.broadcast_to(ways[0], ways.shape), atol=5e-3)
    assert len(field.isolines) >= 4
    fit = np.linalg.lstsq(np.column_stack([flat_world.place("flat", flat_world.z),
                                           np.ones(len(values))]), values)[0]  # fmt: skip
    for isoline in field.isolines:
        for line in isoline.lines:
            drawn = line @ fit[:2] + fit[2]
            np.testing.assert_allclose(drawn, isoline.level, atol=0.01 * np.ptp(values))


def test_a_ball_climbs_until_the_crowd_ends(flat_world: Atlas) -> None:
    rolled = ball(flat_world, "flat", "forward", np.array([-8.0, 2.0]))
    assert rolled.ended == "edge"
    assert (np.diff(rolled.predicted) > 0).all()
    assert rolled.xy[-1, 0] > 9
    crowd = Crowd(flat_world.place("flat", flat_world.z))
    assert crowd.holds(crowd.to_unit(rolled.xy)).all()


def test_a_ball_stops_on_a_hill(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd(square())
    hill = Landscape(crowd, -((crowd.unit - [0.6, 0.4]) ** 2).sum(1))
    monkeypatch.setattr("backend.atlas.field.landscape", lambda *_: hill)
    rolled = ball(atlas, "any", "forward", np.array([-7.0, 3.5]))
    assert rolled.ended == "top"
    np.testing.assert_allclose(crowd.to_unit(rolled.xy[-1]), [0.6, 0.4], atol=0.03)


def test_a_ball_dropped_outside_stays_there(atlas: Atlas) -> None:
    far = atlas.place("pca", atlas.z).max(0) + 100
    rolled = ball(atlas, "pca", "forward", far)
    assert (rolled.ended, len(rolled.xy)) == ("edge", 1)
    np.testing.assert_allclose(rolled.xy[0], far)


@pytest.mark.parametrize("name", ["sheet", "gaits", "pca"])
def test_the_shipped_fields_stay_inside_the_crowd(atlas: Atlas, name: str) -> None:
    field = value_field(atlas, name, "forward")
    crowd = landscape(atlas, name, "forward").crowd
    middle = field.arrows[:, :2] + field.arrows[:, 2:] / 2
    assert crowd.holds(crowd.to_unit(middle)).all()
    assert 3 <= len(field.isolines) <= 12
    lines = np.concatenate([line for iso in field.isolines for line in iso.lines])
    assert (crowd.gap(crowd.to_unit(lines)) < 1.6).all()
    with pytest.raises(UnknownName):
        value_field(atlas, name, "jumping")


def test_levels_are_round_and_inside() -> None:
    np.testing.assert_allclose(round_levels(-130.0, 850.0), np.arange(-100, 801, 100), atol=1e-9)
    np.testing.assert_allclose(round_levels(0.0, 8000.0), np.arange(1000, 7001, 1000))
    assert len(round_levels(1.0, 1.0)) == 0


def test_a_settler_says_how_far_off_the_click_was(atlas: Atlas) -> None:
    row = atlas.training_rows[5]
    home = atlas.place("gaits", atlas.z[row : row + 1])[0]
    near = settle(atlas, "gaits", home)
    np.testing.assert_allclose(near.z, atlas.z[row], atol=0.05)
    assert near.off_crowd < 0.01
    assert near.distance_to_data < 0.05
    np.testing.assert_allclose(near.predicted, atlas.heads.predict(near.z))
    far = settle(atlas, "gaits", atlas.place("gaits", atlas.z).max(0) + 50)
    assert far.off_crowd > 10
    assert far.distance_to_data < 3


@pytest.mark.parametrize("name", ["sheet", "gaits", "pca"])
def test_settlers_stay_near_the_data_and_near_the_click(atlas: Atlas, name: str) -> None:
    crowd = Crowd(atlas.place(name, atlas.cloud.z))
    clicks = np.random.default_rng(0).uniform(0, 1, (150, 2))
    clicks = clicks[crowd.holds(clicks)][:40]
    settlers = [settle(atlas, name, xy) for xy in crowd.to_map(clicks)]
    assert np.median([s.distance_to_data for s in settlers]) < 0.6
    assert np.percentile([s.distance_to_data for s in settlers], 90) < 1
    missed = [np.linalg.norm(crowd.to_unit(s.xy) - crowd.to_unit(s.asked)) for s in settlers]
    assert np.median(missed) < 0.6 * crowd.scale
