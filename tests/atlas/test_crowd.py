"""Atlases of very many policies: a tree finds the same neighbours, nothing grows as the square."""

import numpy as np
import pytest

from backend.atlas import geometry, maps
from backend.atlas.atlas import Atlas
from backend.atlas.geometry import LatentCloud, sketched
from backend.atlas.maps import LatentMap
from backend.benchmarks.crowd import crowd
from backend.steering.reachable import reach
from backend.steering.solver import solve
from backend.studio import Goal, SteerRequest
from backend.survey import Survey

NUM = 6_000


@pytest.fixture(scope="module")
def many(atlas: Atlas) -> Atlas:
    return crowd(atlas, NUM)


def test_a_tree_finds_the_same_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    z, asked = rng.normal(size=(200, 16)), rng.normal(size=(30, 16))
    plain = LatentCloud(z)
    found = {"feature_w": np.eye(16), "anchors": z, "xy": rng.normal(size=(200, 2))}
    place = LatentMap(**found).place(asked)
    rows, distance, spacing = *plain.neighbours(asked, 4), plain.spacing
    monkeypatch.setattr(geometry, "CROWDED", 100)
    monkeypatch.setattr(maps, "CROWDED", 100)
    tree = LatentCloud(z)
    np.testing.assert_array_equal(tree.neighbours(asked, 4)[0], rows)
    np.testing.assert_allclose(tree.neighbours(asked, 4)[1], distance)
    np.testing.assert_allclose(tree.neighbours(asked, 1)[1][:, 0], distance[:, 0])
    np.testing.assert_allclose(tree.spacing, spacing)
    np.testing.assert_allclose(LatentMap(**found).place(asked), place)


def test_a_sketch_is_all_of_few_and_an_even_choice_of_many() -> None:
    np.testing.assert_array_equal(sketched(5), np.arange(5))
    chosen = sketched(100_000)
    assert (chosen[0], chosen[-1], len(np.unique(chosen))) == (0, 99_999, len(chosen))
    assert len(chosen) < geometry.CROWDED


def test_policies_of_a_crowd_are_told_apart_and_can_run(many: Atlas) -> None:
    assert len(set(many.population.ids)) == NUM
    last = many.population.ids[-1]
    actor = many.population.actor(many.population.row(last))
    assert actor.act(np.zeros((1, many.spec.obs_dim))).shape == (1, many.spec.action_dim)


def test_a_crowd_is_steered_and_looked_at(many: Atlas) -> None:
    middle = float(many.population.returns[:, 0].mean())
    request = SteerRequest(goals={"forward": Goal(mode="target", value=middle)})
    assert solve(many, request, device="cpu").outcome == "reached"
    room, place = Survey(many), many.place("sheet", many.z[:1])[0]
    assert room.settler("sheet", place).distance_to_data < 3
    assert len(room.field("sheet", "forward").arrows)
    assert len(room.walk(many.population.ids[0], many.population.ids[40], "data").walk.z) > 2
    assert len(room.qualities()) >= 3
    assert len(reach(many).returns) > len(sketched(NUM))
