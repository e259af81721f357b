"""From nothing to an answered request in seconds: every stage real, only small."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend import pipeline
from backend.envs.table import ENVIRONMENTS, env_spec
from backend.errors import InvalidValue
from backend.pipeline import build, gather_shipped, train_population
from backend.policies.ppo import PpoConfig
from backend.policies.preferences import PreferenceSpace
from backend.policies.training import Phase, RunConfig
from backend.population.gathering import GatherConfig
from backend.population.recipes import PopulationRecipe, recipe
from backend.representation.training import TrainingConfig
from backend.steering.request import Goal, SteerRequest
from backend.studio import Studio
from backend.workspace import Workspace

TINY = Phase(
    num_steps=64, num_checkpoints=1,
    ppo=PpoConfig(num_envs=4, rollout_steps=16, num_epochs=1, minibatch_size=32),
)  # fmt: skip
SHORT_TRAINING = TrainingConfig(
    num_steps=4, num_policies=3, context_size=8, num_queries=4, dagger_steps=(2,), dagger_kept=10
)


def three_policies(env: str) -> PopulationRecipe:
    """One network at three preferences; a gate that lets everybody through."""
    num = env_spec(env).num_objectives
    weights = tuple(tuple(0.5 * np.eye(num)[i % num] + 0.5 / num) for i in range(2))
    return PopulationRecipe(
        runs=(RunConfig(name="run-1", seed=1, phases=(TINY,),
                        preferences=PreferenceSpace(num_objectives=num)),),
        gather=GatherConfig(
            weights=(*weights, (1 / num,) * num), min_spacing=0.0, min_survival=0.0,
            min_upright=0.0, max_returns_std=100.0, num_gate_episodes=2, num_episodes=2,
            num_noisy_episodes=1, kept_steps=12, held_out_share=0.0, held_out_weights=(2.0, 3.0),
        ),
        first_checkpoint=0,
    )  # fmt: skip


@pytest.mark.parametrize("env", ["mo-hopper-v5", "mo-ant-2obj-v5"])
def test_three_policies_become_an_atlas_that_answers(
    env: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "recipe", three_policies)
    workspace = Workspace(spec=replace(env_spec(env), horizon=30), root=tmp_path / "runs")
    population = train_population(workspace)
    assert len(population.members) == 3
    atlas = build(workspace, training=SHORT_TRAINING, root=tmp_path / "atlases")
    assert atlas.name == env
    assert set(atlas.maps) == {"sheet", "gaits", "pca"}

    studio = Studio(tmp_path / "atlases")
    names = atlas.spec.objective_names
    middle = population.returns.mean(0)
    goals = {names[0]: Goal(mode="target", value=float(middle[0]))}
    goals |= {n: Goal(mode="at least", value=float(v)) for n, v in zip(names, middle, strict=True)
              if n not in goals}  # fmt: skip
    answer = studio.steer(env, SteerRequest(goals=goals))
    assert answer.result.predicted.shape[1] == len(names)
    film = studio.trajectory(env, answer.result.z, seed=0, num_steps=20)
    assert film.returns.shape == (len(names),)


def test_an_atlas_is_built_again_from_what_it_ships(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "recipe", three_policies)
    spec = replace(env_spec("mo-hopper-v5"), horizon=30)
    first = Workspace(spec=spec, root=tmp_path / "runs")
    trained, shelf = train_population(first), tmp_path / "atlases"
    build(first, training=SHORT_TRAINING, root=shelf)
    again = Workspace(spec=spec, root=tmp_path / "elsewhere")
    with pytest.raises(InvalidValue, match="or `gather`"):
        build(again, training=SHORT_TRAINING, root=shelf, seed=1)
    gathered = gather_shipped(again, shelf)
    np.testing.assert_array_equal(gathered.returns, trained.returns)
    assert gathered.ids == trained.ids
    np.testing.assert_array_equal(gathered.held_out, trained.held_out)
    assert build(again, training=SHORT_TRAINING, root=tmp_path / "new", seed=1).z.shape[0] == 3


@pytest.mark.parametrize("env", ENVIRONMENTS)
def test_every_environment_has_a_recipe_that_fits_it(env: str) -> None:
    plan, num = recipe(env), env_spec(env).num_objectives
    for weights in (*plan.gather.weights, *(plan.gather.capped_weights if num == 2 else ())):
        assert len(weights) == num
        assert sum(weights) == pytest.approx(1)
    seeds = [run.seed for run in plan.runs]
    assert len({run.name for run in plan.runs}) == len(seeds)
    for run in plan.runs:
        assert run.preferences.num_objectives == num
    made = {f"{r.name}/{i:02d}" for r in plan.runs for i in range(r.num_checkpoints)}
    assert set(plan.gather.held_out_networks) <= made
