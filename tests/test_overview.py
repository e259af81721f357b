"""What is offered first: titles, the first start, goals that can be met, whole numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.atlas import Atlas
from backend.atlas.store import load_atlas
from backend.envs.spec import FirstView
from backend.overview import HOLE_NOTE, atlas_labels, atlas_title, overview, scale
from tests.toys import ATLAS

HOPPER = "mo-hopper-v5"


@pytest.fixture
def hopper(tiny: Callable[[str], Path]) -> Atlas:
    return load_atlas(HOPPER, tiny(HOPPER).parent)


def test_halfcheetah_keeps_its_first_view(atlas: Atlas) -> None:
    seen = overview(atlas)
    assert seen.first_start == "run-2/03/w0.20"
    assert seen.first_goals == {"forward": ("target", 6040), "energy": ("at least", -2070)}


def test_elsewhere_a_first_start_is_slow_and_trained_on(atlas: Atlas) -> None:
    stranger = replace(atlas, spec=replace(atlas.spec, first_view=FirstView(start="nobody")))
    row = atlas.population.row(overview(stranger).first_start)
    assert atlas.population.is_training[row]
    share = (atlas.population.returns[row, 0] - atlas.returns_low[0]) / atlas.returns_extent[0]
    assert 0.15 < share < 1 / 3


def test_first_goals_can_be_met_and_the_third_is_free(hopper: Atlas) -> None:
    seen = overview(hopper)
    assert list(seen.first_goals) == ["forward", "height"]
    (_, target), (mode, bound) = seen.first_goals.values()
    assert mode == "at least"
    assert seen.scale(0).low <= target <= seen.scale(0).high
    share = (seen.returns - seen.returns_low) / (seen.returns_high - seen.returns_low)
    near = np.abs(share[:, 0] - 0.65).argsort()[:5]
    assert seen.returns[near, 1].max() >= bound - 1


def test_every_pair_of_objectives_has_its_own_front(hopper: Atlas) -> None:
    seen = overview(hopper)
    assert seen.pairs == ((0, 1), (0, 2), (1, 2))
    for pair in seen.pairs:
        two, front = seen.returns[:, list(pair)], seen.front(pair)
        for row in two:
            beaten = ((two >= row).all(1) & (two > row).any(1)).any()
            assert beaten != (front == row).all(1).any()


@given(low=st.floats(-5000, 5000), width=st.floats(0, 9000), share=st.floats(0, 1))
def test_a_control_offers_whole_numbers_near_what_is_attainable(
    low: float, width: float, share: float
) -> None:
    offered = scale(low, low + width)
    assert offered.low < offered.high
    assert low - 1 <= offered.low <= low + 1
    assert low + width - 1 <= offered.high <= low + width + 1 + (width < 1)
    value = low + share * width
    assert offered.low <= offered.nearest(value) <= offered.high
    assert abs(offered.nearest(value) - value) <= offered.step + 1


def test_labels_come_in_the_tables_order_and_survive_damage(tmp_path: Path) -> None:
    for name, manifest in {
        "mo-hopper-v5": '{"config": {"env": "mo-hopper-v5"}}',
        "aardvark": "no manifest at all",
        "my-cheetah": '{"config": {"env": "mo-halfcheetah-v5"}}',
        f"{ATLAS}-hole": '{"config": {"env": "mo-halfcheetah-v5"}}',
        ATLAS: '{"config": []}',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(manifest)
    labels = atlas_labels(tmp_path)
    assert [label.name for label in labels] == [
        ATLAS, f"{ATLAS}-hole", "my-cheetah", "mo-hopper-v5", "aardvark",
    ]  # fmt: skip
    assert [label.title for label in labels] == [
        "HalfCheetah", "HalfCheetah with a hole", "HalfCheetah (my-cheetah)",
        "Hopper, three objectives", "aardvark",
    ]  # fmt: skip
    assert labels[0].objectives == ("forward progress", "energy spent")
    assert [label.note for label in labels] == ["", HOLE_NOTE, "", "", ""]
    assert labels[-1].objectives == ()


def test_an_unknown_environment_keeps_its_name() -> None:
    assert atlas_title("globe", "globe") == "globe"
