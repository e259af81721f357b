"""The shipped populations: which networks are trained, and how their policies are gathered."""

from dataclasses import dataclass

from backend.errors import UnknownName
from backend.policies.preferences import PreferenceSpace
from backend.policies.training import RunConfig
from backend.population.gathering import GatherConfig

FIRST_CHECKPOINT = 2
"Checkpoints before this one (of ten) are too clumsy to be anybody's policy."


@dataclass(frozen=True, kw_only=True)
class PopulationRecipe:
    """Everything that makes a population, seeds included."""

    runs: tuple[RunConfig, ...]
    "Networks to train."
    gather: GatherConfig
    "Gates, grids and hold-out."


def _capped(seed: int) -> RunConfig:
    preferences = PreferenceSpace(lowest_weight=0.2, speed_cap=True)
    return RunConfig(name=f"cap-{seed}", seed=seed, preferences=preferences, num_steps=3_000_000)


RECIPES: dict[str, PopulationRecipe] = {
    "mo-halfcheetah-v5": PopulationRecipe(
        runs=(
            RunConfig(name="run-1", seed=1, preferences=PreferenceSpace(lowest_weight=0.05)),
            RunConfig(name="run-2", seed=2),
            RunConfig(name="run-3", seed=3),
            RunConfig(name="run-4", seed=4),
            RunConfig(name="run-7", seed=7, num_steps=3_000_000),
            RunConfig(name="run-8", seed=8, num_steps=3_000_000),
            _capped(5),
            _capped(6),
            RunConfig(name="long-2", seed=2, num_steps=5_000_000),
            RunConfig(
                name="fast-12", seed=12, num_steps=4_000_000,
                preferences=PreferenceSpace(lowest_weight=0.45),
            ),
        ),
        gather=GatherConfig(min_spacing=0.025, held_out_networks=("run-3/08", "long-2/05")),
    ),
}  # fmt: skip


def recipe(env: str) -> PopulationRecipe:
    """The recipe of an environment. Raises UnknownName."""
    if env not in RECIPES:
        raise UnknownName("population recipe", env, RECIPES)
    return RECIPES[env]
