"""The map room: its answers agree with the atlas and with each other, and come fast."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.artifacts import read_manifest
from backend.atlas.atlas import Atlas
from backend.atlas.store import SCHEMA, load_atlas, save_atlas
from backend.errors import InvalidValue, UnknownName
from backend.pipeline import refit_maps
from backend.studio import Studio
from backend.survey import Survey
from tests.toys import ATLAS

VALUES = "forward × energy"


@pytest.fixture(scope="module")
def survey(atlas: Atlas) -> Survey:
    return Survey(atlas)


def test_the_facade_gives_it_and_still_finds_latents(survey: Survey, atlas: Atlas) -> None:
    studio = Studio()
    place = atlas.place("gaits", atlas.z).mean(0)
    assert isinstance(studio.survey(ATLAS), Survey)
    settler = survey.settler("gaits", place)
    np.testing.assert_array_equal(settler.predicted, studio.promise(ATLAS, settler.z))


def test_walks_are_placed_on_every_map(survey: Survey, atlas: Atlas) -> None:
    first, last = atlas.population.ids[3], atlas.z[80]
    for walked in (survey.walk(first, last), survey.walk(first, last, "straight"),
                   survey.neutral(first), survey.along(first, last - atlas.z[3])):  # fmt: skip
        num = len(walked.walk.z)
        assert set(walked.places) == {*atlas.maps, VALUES}
        assert {xy.shape for xy in walked.places.values()} == {(num, 2)}
        np.testing.assert_allclose(walked.walk.predicted, atlas.heads.predict(walked.walk.z))
    assert survey.num_neutral_ways(first) >= 1
    with pytest.raises(UnknownName):
        survey.walk("nobody", first)
    with pytest.raises(InvalidValue, match="32 finite numbers"):
        survey.neutral(np.zeros(3))


def test_those_are_everybody_else_unless_named(survey: Survey, atlas: Atlas) -> None:
    ids = atlas.population.ids
    rest = survey.contrast(ids[:20])
    np.testing.assert_array_equal(rest.direction, survey.contrast(ids[:20], ids[20:]).direction)


def test_what_the_front_dominates_is_a_share_of_its_box(survey: Survey) -> None:
    found = survey.dominated((0, 1))
    assert 0 < found.share < 1
    box = np.prod(found.front.max(0) - found.reference)
    assert found.hypervolume == pytest.approx(found.share * box)


def test_answers_come_while_one_watches(survey: Survey, atlas: Atlas) -> None:
    """A generous bound for a busy machine: each takes 10 to 80 ms on one free core."""
    place, ids = atlas.place("sheet", atlas.z)[7], atlas.population.ids
    questions: list[Callable[[], object]] = [
        survey.qualities, lambda: survey.settler("sheet", place),
        lambda: survey.field("sheet", "forward"), lambda: survey.ball("sheet", "forward", place),
        lambda: survey.contrast(ids[:50]), lambda: survey.walk(ids[0], ids[99]),
        lambda: survey.neutral(ids[0]), lambda: survey.dominated((0, 1)),
    ]  # fmt: skip
    for ask in questions:
        ask()
        times = []
        for _ in range(3):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
        assert min(times) < 0.5


def test_the_globe_is_optional_and_costs_no_training(
    tiny: Callable[[str], Path], tmp_path: Path
) -> None:
    made = tiny(ATLAS)
    before = replace(load_atlas(ATLAS, made.parent), globe=None)
    assert Survey(before).globe() is None
    root = tmp_path / "atlases"
    manifest = read_manifest(made, kind="atlas", schema=SCHEMA, rebuild="")
    save_atlas(before, root / ATLAS, config={}, seed=manifest.seed, facts={}, parents={})
    assert load_atlas(ATLAS, root).globe is None
    after = refit_maps(ATLAS, root)
    globe = Survey(after).globe()
    assert globe is not None and globe.shape == (len(after.z), 3)
    np.testing.assert_allclose(globe[after.training_rows], after.globe.xy, atol=1e-3)  # type: ignore[union-attr]
    for name, latent_map in before.maps.items():
        np.testing.assert_array_equal(latent_map.place(before.z), after.maps[name].place(after.z))
    assert list(after.maps) == list(before.maps)
    assert after.content_hash == load_atlas(ATLAS, root).content_hash
    np.testing.assert_array_equal(refit_maps(ATLAS, root, flat=True).z, before.z)
