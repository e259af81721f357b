"""Demonstrations, pairs, scores, closed loop and the shelf, on a tiny recipe."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.action_latents.chunks import closed, study
from backend.action_latents.chunks.closed import episode_rows, tilt_rows
from backend.action_latents.chunks.data import CutConfig, cut
from backend.action_latents.chunks.demonstrations import RelayConfig, demonstrate
from backend.action_latents.chunks.flow import FlowConfig
from backend.action_latents.chunks.gaits import choose_gaits
from backend.action_latents.chunks.offline import code_row, halved, nll, told_gait
from backend.action_latents.chunks.policies import KINDS, policy_of
from backend.action_latents.chunks.priors import PriorConfig
from backend.action_latents.chunks.recipes import ChunkRecipe
from backend.action_latents.chunks.runs import label, mean_stay, run, shares
from backend.action_latents.chunks.scores import (
    energy_distances,
    energy_scores,
    gait_shares,
    neighbour_entropy,
    starts,
)
from backend.action_latents.chunks.store import WEIGHTS, load, save, weights_of
from backend.action_latents.chunks.summary import crossed, of_episodes, reach
from backend.action_latents.chunks.training import Batches, Trained, new_policies, train
from backend.action_latents.chunks.vae import VaeConfig
from backend.atlas.atlas import Atlas
from backend.errors import DamagedArtifact, InvalidValue

TINY = ChunkRecipe(
    relay=RelayConfig(num_gaits=3, num_episodes=12, num_steps=60, dwell=(12, 25)),
    cut=CutConfig(chunk=4, held_out=0.3),
    vae=VaeConfig(width=16, depth=1, num_places=4, num_codes=4),
    prior=PriorConfig(order=3, nodes=12, hidden=16), flow=FlowConfig(width=16, depth=1),
    vae_steps=60, prior_steps=40, flow_steps=60, batch=64,
)  # fmt: skip


@pytest.fixture(scope="module")
def material(atlas: Atlas) -> study.Material:
    gaits = choose_gaits(atlas, 3)
    chunks = cut(demonstrate(atlas.spec, gaits, TINY.relay), TINY.cut)
    return study.Material(spec=atlas.spec, gaits=gaits, chunks=chunks, atlas_hash="x")


def test_gaits_are_training_policies_of_the_front_from_slow_to_fast(atlas: Atlas) -> None:
    gaits = choose_gaits(atlas, 6)
    forward = np.array([gait.returns[0] for gait in gaits])
    assert (np.diff(forward) > 500).all()
    population = atlas.population
    for gait in gaits:
        beaten = (population.returns > gait.returns).all(1)
        assert not beaten.any()
        assert population.is_training[population.row(gait.policy_id)]
    with pytest.raises(InvalidValue, match="too sparse"):
        choose_gaits(atlas, 80)


def test_a_chunk_begins_with_what_its_gait_does_there(material: study.Material) -> None:
    chunks = material.chunks
    for k, gait in enumerate(material.gaits):
        mine = chunks.subset(chunks.gait == k)
        assert len(mine.obs) > 20
        np.testing.assert_allclose(gait.policy.act(mine.obs), mine.chunk[:, 0], atol=1e-5)


def test_demonstrations_are_whole_and_held_out_by_episode(material: study.Material) -> None:
    chunks = material.chunks
    assert (chunks.age >= 0).all() and 0 < chunks.held_out.mean() < 1
    assert np.count_nonzero(np.diff(chunks.turn)) == len(np.unique(chunks.turn)) - 1
    for turn in np.unique(chunks.turn):
        mine = chunks.subset(chunks.turn == turn)
        assert len(np.unique(mine.gait)) == 1 and len(np.unique(mine.held_out)) == 1
        assert (np.diff(mine.age) > 0).all()


def test_episodes_are_held_out_whole(atlas: Atlas) -> None:
    """With all their turns: each step's reward says here whose episode it is."""
    demos = demonstrate(atlas.spec, choose_gaits(atlas, 3), TINY.relay)
    number = np.arange(float(len(demos.reward)))[:, None, None]
    marked = replace(demos, reward=np.broadcast_to(number, demos.reward.shape))
    chunks = cut(marked, TINY.cut)
    assert {len(np.unique(chunks.held_out[chunks.speed == n])) for n in number.ravel()} == {1}
    several = [len(np.unique(chunks.turn[chunks.speed == n])) for n in number.ravel()]
    assert max(several) > 1


def test_neighbours_are_of_several_gaits_where_these_share_their_states(
    material: study.Material,
) -> None:
    """Young pairs of three gaits in one cloud, later ones in a cloud of each gait's own."""
    some = material.chunks.subset(np.arange(360))
    rng = np.random.default_rng(0)
    gait, age, held_out = rng.integers(0, 3, 360), np.arange(360) % 2, np.arange(360) < 120
    obs = rng.normal(10 * (age * (gait + 1))[:, None], 1.0, some.obs.shape).astype(np.float32)
    chunks = replace(some, obs=obs, gait=gait, age=age, held_out=held_out)
    young, old = (
        neighbour_entropy(chunks, held_out & (age == one), num=9).mean() for one in (0, 1)
    )
    assert young > 0.8 * np.log(3) and old == pytest.approx(0, abs=1e-6)


def test_a_pairs_partner_is_of_its_demonstration_and_near(material: study.Material) -> None:
    chunks = material.chunks.train
    rows = np.arange(len(chunks.obs), dtype=np.float32)
    batches = Batches(replace(chunks, obs=rows[:, None].repeat(17, 1)), replace(TINY, reach=3))
    (mine, _), (partner, _) = batches.draw()
    mine, partner = (obs[:, 0].long().numpy() for obs in (mine, partner))
    assert (chunks.turn[mine] == chunks.turn[partner]).all()
    assert np.abs(mine - partner).max() == 3
    assert (mine != partner).mean() > 0.5


def test_no_demonstration_tells_its_own_gait(material: study.Material) -> None:
    """Where a feature is a demonstration's number, only its own chunks could tell."""
    turn = np.repeat(np.arange(60), 6)
    gait = np.random.default_rng(0).integers(0, 3, 60)[turn]
    some = material.chunks.subset(np.arange(len(turn)))
    test = replace(some, turn=turn, gait=gait)
    assert told_gait(np.eye(60)[turn], test) < 0.6
    assert told_gait(np.eye(3)[gait], test) == 1
    first = halved(turn)
    assert not set(turn[first]) & set(turn[~first]) and len(set(turn[first])) == 30


def test_the_energy_score_prefers_the_true_distribution() -> None:
    rng = np.random.default_rng(0)
    true = np.sign(rng.standard_normal((600, 1))).astype(np.float32).repeat(3, 1)
    both = np.sign(rng.standard_normal((600, 40, 1))).astype(np.float32).repeat(3, 2)
    one, between = np.ones_like(both), np.zeros_like(both)
    scores = [energy_scores(drawn, true).mean() for drawn in (both, one, between)]
    assert scores[0] < scores[1] - 0.3 and scores[0] < scores[2] - 0.3


def test_the_energy_distance_is_small_for_the_gaits_own_chunks(material: study.Material) -> None:
    found = starts(material.spec, material.gaits, 5, 4, seed=0)
    np.testing.assert_allclose(
        found.chunk[:, 1, :6], material.gaits[1].policy.act(found.obs), atol=1e-5
    )
    every = np.repeat(found.chunk, 30, 1)
    only = np.repeat(found.chunk[:, :1], 90, 1)
    assert np.abs(energy_distances(every, found.chunk)).max() < 0.1
    assert energy_distances(only, found.chunk).min() > 0.3
    np.testing.assert_allclose(gait_shares(every, found.chunk), 1 / 3)


def test_a_gaits_own_run_bears_its_label(material: study.Material) -> None:
    class Alone:
        def draw(self, obs: torch.Tensor, generator: object = None) -> torch.Tensor:
            return torch.from_numpy(material.gaits[2].policy.act(obs.numpy()))[:, None]

    found = run(material.spec, Alone(), [1, 2], num_steps=32, seed=0, executed=1)
    labels = label(material.gaits, found)
    assert (labels.gait == 2).all() and labels.distance.max() < 1e-3
    assert mean_stay(labels.gait) == 32
    np.testing.assert_allclose(shares(labels.gait, 3), [0, 0, 1])
    turns = np.array([[0, 1], [0, 1], [1, 1], [1, 1]])
    assert mean_stay(turns, window=8) == pytest.approx(64 / 3)


def same_weights(first: Trained, other: Trained) -> bool:
    mine, theirs = weights_of(first), weights_of(other)
    return mine.keys() == theirs.keys() and all(torch.equal(mine[n], theirs[n]) for n in mine)


def test_training_measuring_and_the_shelf(material: study.Material, tmp_path: Path) -> None:
    found = train(material.chunks, TINY, seed=0)
    assert same_weights(found, train(material.chunks, TINY, seed=0))
    assert not same_weights(found, train(material.chunks, TINY, seed=1))
    row = code_row(found, material.chunks, young=6)
    untrained = code_row(new_policies(17, (4, 6), TINY), material.chunks, young=6)
    assert row["error"] < 0.8 * untrained["error"]
    first, again = (nll(found, "polynomial", material.chunks.test) for _ in range(2))
    assert first == again, "codes are drawn from a seed"
    study.ship(found, material, TINY, 0, tmp_path / "shelf")
    shelf = load(tmp_path / "shelf", TINY)
    assert same_weights(shelf.trained, found)
    assert float(shelf.codes["z"].abs().max()) <= 1
    assert shelf.manifest.facts["gaits"] == [gait.policy_id for gait in material.gaits]
    with pytest.raises(DamagedArtifact, match="another recipe"):
        load(tmp_path / "shelf", replace(TINY, batch=65))
    (tmp_path / "shelf" / WEIGHTS).write_bytes(b"nothing")
    with pytest.raises(DamagedArtifact, match="polynomial chunks"):
        load(tmp_path / "shelf", TINY)


def test_a_shelf_without_a_network_is_named(tmp_path: Path) -> None:
    made = new_policies(17, (4, 6), TINY)
    save(replace(made, priors={"gaussian": made.priors["gaussian"]}), tmp_path / "half",
         recipe=TINY, seed=0, atlas="x")  # fmt: skip
    with pytest.raises(DamagedArtifact, match="recipe's polynomial"):
        load(tmp_path / "half", TINY)


def test_a_training_is_kept_for_its_atlas_and_seed_alone(
    material: study.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[int] = []

    def counted(*_: object, seed: int, **__: object) -> Trained:
        trained.append(seed)
        return new_policies(17, (4, 6), TINY)

    monkeypatch.setattr(study, "train", counted)
    for atlas, seed in (("x", 0), ("x", 0), ("x", 1), ("y", 1), ("y", 1)):
        study.trained_run(replace(material, atlas_hash=atlas), TINY, seed, tmp_path / "run")
    assert trained == [0, 1, 1]
    with pytest.raises(DamagedArtifact, match="another version of the atlas"):
        load(tmp_path / "run", TINY, atlas="x")
    with pytest.raises(DamagedArtifact, match="seed 1"):
        load(tmp_path / "run", TINY, seed=0)


def test_variants_are_kept_by_seed(
    material: study.Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[str] = []

    def made(*asked: object) -> Trained:
        folders.extend(part.name for part in asked if isinstance(part, Path))
        return new_policies(17, (4, 6), TINY)

    monkeypatch.setattr(study, "gather", lambda: material)
    monkeypatch.setattr(study, "trained_run", made)
    monkeypatch.setattr(study, "tilt_rows", lambda *_, **__: [{"speed": 1.0}] * study.TILT_STARTS)
    monkeypatch.setattr(study, "code_row", lambda *_: {})
    monkeypatch.setattr(study, "VARIANTS", {"without stress": TINY})
    for seed in (0, 1):
        study.measure_variants(tmp_path / "runs", seed=seed, root=tmp_path)
    assert folders == [
        "seed-0", "without-stress-seed-0", "seed-1", "without-stress-seed-1"
    ]  # fmt: skip


def test_every_kind_runs_the_robot(
    material: study.Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("NUM_STARTS", 2), ("NUM_STEPS", 16), ("TILT_STEPS", 16), ("TILT_STARTS", 2)):
        monkeypatch.setattr(closed, name, few)
    made = new_policies(17, (4, 6), TINY)
    for kind in KINDS:
        drawn = policy_of(made, kind).draw(torch.zeros(3, 17), torch.Generator().manual_seed(0))
        assert drawn.shape == (3, 4, 6)
    rows = episode_rows(material.spec, material.gaits, made)
    assert {(row["kind"], row["temperature"]) for row in rows} == {
        ("polynomial", 1.0), ("gaussian", 1.0), ("flow", 1.0), ("polynomial", 0.5),
        ("polynomial", 2.0),
    }  # fmt: skip
    tilts = tilt_rows(material.spec, material.gaits, made, kinds=["polynomial"], strengths=[3.0])
    assert len(tilts) == 2 * closed.ANGLES
    assert len({row["angle"] for row in tilts}) == closed.ANGLES
    assert len(of_episodes([{"seed": 0, **row} for row in rows])["shares"]) == 3


def test_an_episode_that_never_changes_counts_no_more_than_its_turns() -> None:
    """Ten turns of 40 steps and one of 400: a turn lasts 73 steps, the episodes' mean is 220."""
    row = {"seed": 0, "forward": 1.0, "energy": -1.0, "fallen": False, "stalled": False,
           "strangeness": 0.0, "shares": [1.0, 0.0]}  # fmt: skip
    found = of_episodes([{**row, "stay": 40.0}, {**row, "stay": 400.0}])
    assert found["stay"]["mean"] == pytest.approx(800 / 11, rel=1e-3)
    assert found["stay"]["low"] < found["stay"]["mean"] < found["stay"]["high"]


def told(speed: np.ndarray, strength: float = 2.0) -> list[dict]:
    """Rows of one seed: a speed for every [direction, start]."""
    return [
        {"seed": 0, "strength": strength, "angle": float(k), "speed": float(one), "fallen": False}
        for k, row in enumerate(speed)
        for one in row
    ]


def test_the_reach_of_tilts_that_do_nothing_is_nothing() -> None:
    """Though the least and the largest of twelve noisy means lie far apart."""
    rng = np.random.default_rng(0)
    many = rng.normal(3, 1, (60, 12, 8))
    apart = [one.mean(1).max() - one.mean(1).min() for one in many]
    found = [reach(told(one)) for one in many]
    assert np.mean(apart) > 1
    assert abs(np.mean([one["fastest"] - one["slowest"] for one in found])) < 0.15


def test_the_reach_of_tilts_that_do_something_is_that() -> None:
    speed = np.arange(12.0)[:, None] + np.random.default_rng(0).normal(0, 0.1, (12, 8))
    found = reach(told(speed))
    assert found["slowest"] == pytest.approx(speed[0].mean())
    assert found["fastest"] == pytest.approx(speed[-1].mean())
    assert crossed(speed, np.argmax) == pytest.approx(found["fastest"])


def test_without_a_tilt_the_reach_is_the_plain_mean() -> None:
    speed = np.random.default_rng(0).normal(3, 1, (12, 8))
    found = reach(told(speed, strength=0.0))
    assert found["slowest"] == found["fastest"] == pytest.approx(speed.mean())
