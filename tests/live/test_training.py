"""Fine-tuning: fits the labels, leaves encoder and latents alone; robots that switch."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.atlas.atlas import Atlas
from backend.live import labels
from backend.live.config import LiveTrainingConfig
from backend.live.labels import Labelled, choose
from backend.live.switching import Moment, SwitchingConfig, moments, stuck_segments, targets_of
from backend.live.teachers import Teachers
from backend.live.training import SEEDS_APART, fit, seeded, train_live
from backend.representation.decoded import DecoderWeights
from tests.tiny import tiny_atlas

SMALL = LiveTrainingConfig(
    num_rounds=1, num_states=24, num_gradient_steps=3, batch=64, fixed_steps=2, trial_seconds=0.3,
    num_candidates=3, num_rescuers=0,
    switching=SwitchingConfig(num_robots=6, seconds=2.0, hold=(0.5, 1.0), helped_after=0.5),
)  # fmt: skip


def test_segments_are_as_many_as_switches(atlas: Atlas) -> None:
    found = stuck_segments(
        atlas, atlas.decoder_weights, SwitchingConfig(num_robots=4, seconds=2.0, hold=(0.5, 0.5))
    )
    assert found.shape == (4, 4)


def test_latents_glide_to_policies_that_move(atlas: Atlas) -> None:
    config = SwitchingConfig(num_robots=4, seconds=3.0, hold=(3.0, 3.0), seed=3)
    seen = list(moments(atlas, atlas.decoder_weights, config))
    assert set(seen[0].target.tolist()) <= set(targets_of(atlas).tolist())
    np.testing.assert_allclose(seen[-1].z, atlas.cloud.z[seen[-1].target])
    speed = atlas.population.returns[atlas.training_rows, 0][targets_of(atlas)] / 1000
    assert speed.min() >= 1.0


def test_a_decoder_that_does_nothing_is_stuck(atlas: Atlas) -> None:
    weights = atlas.decoder_weights
    idle = replace(weights, out_w=0 * weights.out_w, out_b=0 * weights.out_b)
    config = SwitchingConfig(num_robots=3, seconds=2.0, hold=(1.0, 1.0))
    assert stuck_segments(atlas, idle, config).all()


def test_fitting_lowers_the_error_on_its_labels(atlas: Atlas) -> None:
    import copy

    rng = np.random.default_rng(0)
    states = Labelled(
        obs=rng.standard_normal((64, 17)).astype(np.float32),
        z=atlas.z[:64].astype(np.float32),
        action=rng.uniform(-1, 1, (64, 6)).astype(np.float32),
    )
    model = copy.deepcopy(atlas.representation)
    optimiser = torch.optim.Adam(model.decoder.parameters(), lr=1e-3)
    config = replace(SMALL, num_gradient_steps=1)
    losses = [fit(model, optimiser, states, states, config, 0, rng) for _ in range(40)]
    assert losses[-1] < 0.6 * losses[0]


def test_encoder_and_latents_stay_as_they_are() -> None:
    small = tiny_atlas("mo-walker2d-v5")
    model = train_live(small, SMALL, seed=0)
    before, after = small.representation.state_dict(), model.state_dict()
    changed = {name for name in after if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith(("decoder.state", "decoder.trunk")) for name in changed)


def test_every_training_seed_has_switching_robots_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    def watched(atlas: Atlas, weights: DecoderWeights, config: SwitchingConfig) -> Iterator[Moment]:
        seen.append(config.seed)
        return moments(atlas, weights, config)

    monkeypatch.setattr(labels, "moments", watched)
    small, config = tiny_atlas("mo-walker2d-v5"), replace(SMALL, num_rounds=2)
    for seed in (0, 1):
        train_live(small, config, seed=seed)
    assert seen == [1000, 2000, SEEDS_APART + 1000, SEEDS_APART + 2000]


def test_training_seed_0_leaves_the_config_as_it_is() -> None:
    assert seeded(SMALL, 0) == SMALL
    assert replace(seeded(SMALL, 3).switching, seed=0) == SMALL.switching


def test_labels_come_from_policies_that_get_on(atlas: Atlas) -> None:
    seen = list(moments(atlas, atlas.decoder_weights, replace(SMALL.switching, seconds=1.0)))[-1]
    chosen = choose(atlas, Teachers(atlas), SMALL, seen.qpos, seen.qvel, seen.z, seen.target)
    assert chosen.shape == (6,)
    assert (chosen >= 0).any()


@pytest.mark.parametrize("name", ["mo-walker2d-v5"])
def test_where_episodes_end_a_fall_is_what_counts(name: str) -> None:
    from backend.atlas.store import load_atlas

    walker = load_atlas(name)
    weights = walker.decoder_weights
    idle = replace(weights, out_w=0 * weights.out_w, out_b=0 * weights.out_b)
    config = SwitchingConfig(num_robots=3, seconds=3.0, hold=(3.0, 3.0))
    assert stuck_segments(walker, idle, config).all()
