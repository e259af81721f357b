"""Steps from the paper's procedure to the app's, and decoders trained with less."""

from dataclasses import asdict, fields

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation.changes import ALL, DECODERS, STEPS, decoders
from backend.evaluation.steering import DEFAULT, SINGLE_SHOTS
from backend.rollouts.dataset import OccupancyDataset
from backend.steering.correction import CorrectionConfig
from backend.steering.descent import PAPER, DescentConfig
from tests.evaluation.worlds import exact_world


def test_each_step_adds_one_thing_to_the_one_before() -> None:
    variants = [*STEPS.values()]
    assert (variants[0], variants[-1]) == (SINGLE_SHOTS[0], DEFAULT)
    added = [
        {f.name for f in fields(after) if getattr(before, f.name) != getattr(after, f.name)}
        for before, after in zip(variants, variants[1:], strict=False)
    ]
    assert added == [
        {"start"}, {"procedure", "descent"}, {"margin"}, {"corrected", "correction"},
        {"correction"},
    ]  # fmt: skip
    assert variants[-2].correction == CorrectionConfig(num_plain=0)


def test_the_third_step_changes_the_solvers_settings_that_the_page_names() -> None:
    paper, ours = (asdict(config) for config in (PAPER, DescentConfig()))
    assert {name for name in ours if ours[name] != paper[name]} == {
        "max_steps", "step_size", "dual_step_size", "decaying_multipliers", "penalty", "tolerance",
        "tangent_refresh",
    }  # fmt: skip


def test_decoders_differ_in_what_they_are_called_by() -> None:
    action, clean = np.ones((1, 1, 1, 6), np.float32), np.zeros((1, 1, 1, 6), np.float32)
    data = OccupancyDataset(
        obs=np.zeros((1, 1, 1, 17), np.float32), action=action, clean_action=clean,
        returns=np.zeros((1, 2)),
    )  # fmt: skip
    found = {
        name: (bool(recipe.training.dagger_steps), float(recipe.data(data).clean_action.mean()))
        for name, recipe in DECODERS.items()
    }
    assert list(found.values()) == [(False, 1.0), (False, 0.0), (True, 1.0)]


def test_every_decoder_is_judged_on_the_same_held_out_policies(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact_world(monkeypatch, atlas)
    rng, num = np.random.default_rng(0), len(atlas.z)
    action = rng.normal(size=(num, 2, 40, 6)).astype(np.float32)
    data = OccupancyDataset(
        obs=rng.normal(size=(num, 2, 40, 17)).astype(np.float32), action=action,
        clean_action=action, returns=atlas.population.returns,
    )  # fmt: skip
    rows = decoders(atlas, {"other": atlas.representation}, data, num_episodes=1, seed=0)
    by_name = {name: [r for r in rows if r["decoder"] == name] for name in ("other", ALL)}
    assert [r["policy"] for r in by_name["other"]] == [r["policy"] for r in by_name[ALL]]
    assert {r["mode"] for r in rows} == {"deterministic"}
    decoded = [[r["decoded"] for r in part] for part in by_name.values()]
    assert decoded[0] != decoded[1], "the other sees its own latents"
