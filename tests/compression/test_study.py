"""A tiny table from pool to shelf: cells come back as they were measured, and damage is named."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.artifacts import MANIFEST
from backend.compression import climbs, environments, study
from backend.compression.cell import JUDGING_SEED, NUM_JUDGING_EPISODES
from backend.compression.climbs import climbs_of, record_climbs
from backend.compression.environments import MOUNTAIN_CAR, compression_env
from backend.compression.evidence import summarise
from backend.compression.pool import PoolConfig, draw_pool
from backend.compression.recipes import MOUNTAIN_CAR as RECIPE
from backend.compression.recipes import SizeRecipe
from backend.compression.search import LATENT
from backend.compression.store import open_shelf
from backend.compression.study import Batch, run_batch, ship
from backend.compression.training import TrainingConfig
from backend.errors import DamagedArtifact, UnknownName
from backend.evaluation.evidence import Evidence

BATCH = Batch(env="mountain-car", size="medium", seed=0)
TINY = replace(
    RECIPE,
    latent_dims=(1, 2), num_episodes=1,
    sizes={
        "medium": SizeRecipe(
            pool=PoolConfig(num_drawn=60), training=TrainingConfig(num_steps=4), num_points=9,
            widths=(16, 8), control_dims=(2,),
        )
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One batch, made."""
    folder = tmp_path_factory.mktemp("compression")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(study, "compression_recipe", lambda env: TINY)
        run_batch(BATCH, folder)
        ship(MOUNTAIN_CAR, folder, root=folder / "shelf")
    return folder


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "compression_recipe", lambda env: TINY)
    monkeypatch.setattr(climbs, "compression_recipe", lambda env: TINY)


def test_a_row_for_each_cell_and_reward(scratch: Path) -> None:
    rows, seconds = run_batch(BATCH, scratch)
    assert seconds > 0
    cells = {(row["latent_dim"], row["loss"]) for row in rows}
    assert cells == {(1, "behaviour"), (2, "behaviour"), (2, "parameters")}
    assert len(rows) == len(cells) * len(MOUNTAIN_CAR.rewards)
    assert {row["num_policies"] for row in rows} == {6}


def test_what_was_made_is_not_made_again(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "make_pool", lambda *_: pytest.fail("made again"))
    run_batch(BATCH, scratch)
    other = replace(TINY, num_episodes=2)
    monkeypatch.setattr(study, "compression_recipe", lambda env: other)
    with pytest.raises(pytest.fail.Exception, match="made again"):
        run_batch(BATCH, scratch)


def test_the_shelf_holds_what_was_measured(scratch: Path) -> None:
    """Returns of the loaded decoder are those on the shelf, to the last bit."""
    shelf = open_shelf(MOUNTAIN_CAR, scratch / "shelf")
    assert shelf.names == ["medium-1d-behaviour", "medium-2d-behaviour", "medium-2d-parameters"]
    cell = shelf.load("medium-2d-behaviour")
    again = MOUNTAIN_CAR.returns(
        cell.shape, cell.decode(cell.points), num_episodes=1, seed=TINY.episode_seed
    )
    np.testing.assert_allclose(again, cell.point_returns, rtol=1e-4, atol=1e-2)
    assert cell.points.shape == (9, 2)
    best = cell.points[cell.point_returns.argmax(0)]
    afresh = MOUNTAIN_CAR.returns(
        cell.shape, cell.decode(best), num_episodes=NUM_JUDGING_EPISODES,
        seed=TINY.episode_seed + JUDGING_SEED,
    )  # fmt: skip
    np.testing.assert_allclose(afresh.diagonal(), cell.found.latent, rtol=1e-4, atol=1e-2)


def test_damage_and_unknown_names_are_told(scratch: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="mountain-car"):
        compression_env("moon")
    with pytest.raises(UnknownName, match="medium-1d-behaviour"):
        open_shelf(MOUNTAIN_CAR, scratch / "shelf").load("huge-9d-behaviour")
    with pytest.raises(DamagedArtifact, match="steerscape compression build mountain-car"):
        open_shelf(MOUNTAIN_CAR, tmp_path)
    copy = tmp_path / "mountain-car"
    copy.mkdir()
    for file in (scratch / "shelf" / "mountain-car").iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    (copy / "medium-1d-behaviour.safetensors").write_bytes(b"not weights")
    with pytest.raises(DamagedArtifact):
        open_shelf(MOUNTAIN_CAR, tmp_path)
    (copy / MANIFEST).write_text("[]")
    with pytest.raises(DamagedArtifact):
        open_shelf(MOUNTAIN_CAR, tmp_path)


def test_climbs_start_from_the_same_policies(
    scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {"num_generations": 2}
    began: list[torch.Tensor] = []
    cell = open_shelf(MOUNTAIN_CAR, scratch / "shelf").load("medium-2d-behaviour")
    monkeypatch.setattr(
        climbs, "search_latent", lambda *a, **k: _search_latent(*a, **k, short=short)
    )

    def among_parameters(env: object, shape: object, first: np.ndarray, *a: object, **k: object):
        began.extend(torch.from_numpy(first).float())
        return _search_parameters(env, shape, first, *a, **k, short=short)

    monkeypatch.setattr(climbs, "search_parameters", among_parameters)
    one_task = replace(MOUNTAIN_CAR, rewards=MOUNTAIN_CAR.rewards[:1])
    found = record_climbs(one_task, seeds=(0, 1), root=scratch / "shelf")
    runs = climbs_of([r for r in found.rows if (r["space"], r["reward"]) == ("2d", "standard")])
    assert [run.seed for run in runs] == [0, 1]
    assert runs[0].centres.shape == (3, 2)
    assert runs[0].episodes.tolist() == [0, 10, 20]
    theta = draw_pool(cell.shape, MOUNTAIN_CAR.states, TINY.sizes["medium"].pool, seed=0)
    chosen = [torch.isclose(theta, row).all(1).nonzero().item() for row in began]
    first = np.array([run.centres[0] for run in runs])
    np.testing.assert_allclose(first, cell.codes[chosen], atol=1e-6)
    bare = climbs_of(
        [r for r in found.rows if (r["space"], r["reward"]) == ("parameters", "standard")]
    )
    assert bare[0].centres.shape == (3, 0)


def _search_latent(*args: object, short: dict, **kwargs: object) -> object:
    from backend.compression.search import search_latent

    return search_latent(*args, **kwargs, config=replace(LATENT, **short))  # type: ignore[arg-type]


def _search_parameters(*args: object, short: dict, **kwargs: object) -> object:
    from backend.compression.search import PARAMETERS, search_parameters

    return search_parameters(*args, **kwargs, config=replace(PARAMETERS, **short))  # type: ignore[arg-type]


def test_the_summary_is_median_and_range_over_seeds() -> None:
    row = {
        "size": "small", "num_params": 17, "latent_dim": 2, "loss": "behaviour",
        "reward": "standard", "correlation": 0.5, "behaviour_loss": 0.1, "best_pool": 1.0,
        "best_latent": 1.0,
    }  # fmt: skip
    rows = [{**row, "seed": i, "recovery": r} for i, r in enumerate((0.9, 1.1, 0.2))]
    evidence = Evidence(table="recovery", env="mountain-car", rows=rows, command="", atlases={})
    (found,) = summarise(evidence)
    assert (found["recovery_median"], found["recovery_low"], found["recovery_high"]) == (
        0.9, 0.2, 1.1,
    )  # fmt: skip
    assert found["paper"] == 0.93


def test_a_chunked_evaluation_equals_one_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = MOUNTAIN_CAR.sizes["small"]
    theta = shape.draw(5, seed=0)
    whole = MOUNTAIN_CAR.returns(shape, theta, num_episodes=2, seed=1)
    monkeypatch.setattr(environments, "WEIGHTS_AT_ONCE", 2 * shape.num_params)
    chunked = MOUNTAIN_CAR.returns(shape, theta, num_episodes=2, seed=1)
    np.testing.assert_allclose(whole, chunked, atol=1e-3)
