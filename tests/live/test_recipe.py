"""The plain-data recipe says what the environments' own functions say."""

import numpy as np
import pytest

from backend.envs.model import load_model
from backend.envs.spec import Step
from backend.envs.table import ENVIRONMENTS
from backend.live.recipe import RECIPES, Recipe

NUM = 400


def states(name: str) -> tuple[np.ndarray, np.ndarray]:
    """States around the model's own: many healthy, many not."""
    spec, rng = ENVIRONMENTS[name], np.random.default_rng(0)
    model = load_model(spec)
    spread = rng.uniform(0, 1.2, (NUM, 1))
    return (
        model.qpos0 + spread * rng.standard_normal((NUM, model.nq)),
        12 * spread * rng.standard_normal((NUM, model.nv)),
    )


def up(recipe: Recipe, qpos: np.ndarray) -> np.ndarray:
    healthy = np.ones(len(qpos), bool)
    for at, low, high in recipe.healthy:
        healthy &= (qpos[:, at] > low) & (qpos[:, at] < high)
    return healthy


def test_every_shipped_environment_has_one() -> None:
    assert set(RECIPES) == set(ENVIRONMENTS)


@pytest.mark.parametrize("name", RECIPES)
def test_observations(name: str) -> None:
    recipe, (qpos, qvel) = RECIPES[name], states(name)
    clipped = np.clip(qvel, -recipe.velocity_clip, recipe.velocity_clip)
    found = np.concatenate([qpos[:, recipe.skip :], clipped], 1)
    np.testing.assert_array_equal(found, ENVIRONMENTS[name].observe(qpos, qvel))


@pytest.mark.parametrize("name", RECIPES)
def test_falls(name: str) -> None:
    qpos, qvel = states(name)
    fallen = ENVIRONMENTS[name].terminated(qpos, np.clip(qvel, -50, 50))
    np.testing.assert_array_equal(up(RECIPES[name], qpos), ~fallen)
    assert name == "mo-halfcheetah-v5" or 20 < fallen.sum() < NUM - 20


@pytest.mark.parametrize("name", RECIPES)
def test_rewards(name: str) -> None:
    recipe, spec, (qpos, qvel) = RECIPES[name], ENVIRONMENTS[name], states(name)
    rng = np.random.default_rng(1)
    action = rng.uniform(-1, 1, (NUM, spec.action_dim)) * spec.action_scale
    velocity = rng.standard_normal((NUM, 2))
    price = rng.uniform(0, 2, NUM) * (recipe.contact is not None)
    step = Step(qpos=qpos, qvel=qvel, velocity=velocity, action=action, contact_cost=price)
    spent, height = (action**2).sum(1), qpos[:, 1] - recipe.start_height
    found = [
        velocity @ np.array(pay.velocity) + pay.spent * spent + pay.height * height
        + pay.alive * up(recipe, qpos) + pay.contact * price
        for pay in recipe.rewards
    ]  # fmt: skip
    np.testing.assert_allclose(np.stack(found, 1), spec.reward(step), atol=1e-12)
