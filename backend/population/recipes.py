"""The shipped populations: which networks are trained, and how their policies are gathered."""

from dataclasses import dataclass, replace
from itertools import product

from backend.errors import UnknownName
from backend.policies.ppo import CriticConfig, PpoConfig
from backend.policies.preferences import PreferenceSpace
from backend.policies.training import Phase, RunConfig
from backend.population.gathering import GatherConfig, first_weights


@dataclass(frozen=True, kw_only=True)
class PopulationRecipe:
    """Everything that makes a population, seeds included."""

    runs: tuple[RunConfig, ...]
    "Networks to train."
    gather: GatherConfig
    "Gates, grids and hold-out."
    hole: tuple[float, float] = (0.3875, 0.614)
    "The hole test removes every policy whose first return lies in this part of its range."
    first_checkpoint: int = 2
    "Checkpoints before this one are too clumsy to be anybody's policy."


def _halfcheetah() -> PopulationRecipe:
    def run(name: str, seed: int, millions: int = 2, lowest: float = 0.12) -> RunConfig:
        preferences = PreferenceSpace(lowest_weight=lowest)
        phases = (Phase(num_steps=millions * 1_000_000),)
        return RunConfig(name=name, seed=seed, preferences=preferences, phases=phases)

    def capped(seed: int) -> RunConfig:
        space = PreferenceSpace(lowest_weight=0.2, speed_caps=(0.5, 9.0))
        return replace(run(f"cap-{seed}", seed, 3), preferences=space)

    return PopulationRecipe(
        runs=(
            run("run-1", 1, lowest=0.05),
            run("run-2", 2),
            run("run-3", 3),
            run("run-4", 4),
            run("run-7", 7, 3),
            run("run-8", 8, 3),
            capped(5),
            capped(6),
            run("long-2", 2, 5),
            run("fast-12", 12, 4, lowest=0.45),
        ),
        gather=GatherConfig(min_spacing=0.025, held_out_networks=("run-3/08", "long-2/05")),
    )


def _walker2d() -> PopulationRecipe:
    """A second, annealed phase with a higher noise floor stops the falls at the fast end.

    Two capped runs: walkers of every speed, and those that hardly walk and spend nearly nothing.
    """
    phases = (
        Phase(num_steps=2_000_000, num_checkpoints=8),
        Phase(
            num_steps=800_000, num_checkpoints=4,
            ppo=PpoConfig(learning_rate=3e-4, discount=0.995, log_std_min=-1.6),
        ),
    )  # fmt: skip
    space = PreferenceSpace(lowest_weight=0.15)
    capped = PreferenceSpace(lowest_weight=0.15, speed_caps=(0.3, 4.0))
    slow = PreferenceSpace(lowest_weight=0.0, speed_caps=(0.0, 1.5))
    return PopulationRecipe(
        runs=(
            *(_run(f"run-{seed}", seed, space, phases) for seed in (1, 2, 3)),
            _run("cap-4", 4, capped, phases),
            _run("cap-5", 5, slow, phases),
        ),
        gather=GatherConfig(
            weights=first_weights(0.15, 0.2, 0.26, 0.32, 0.38, 0.46, 0.54, 0.64, 0.76, 0.88, 1.0),
            capped_weights=first_weights(0.15, 0.3, 0.45, 0.6, 0.8),
            speed_caps=(0.1, 0.4, 0.7, 1.0, 1.4, 1.8, 2.2, 2.7, 3.2),
            held_out_weights=(0.4, 0.5),
            held_out_networks=("run-2/10",),
        ),
        first_checkpoint=3,
    )


def _hopper_two() -> PopulationRecipe:
    ppo = PpoConfig(discount=0.995, log_std_min=-1.6)
    phases = (
        Phase(num_steps=3_000_000, ppo=ppo),
        Phase(num_steps=600_000, num_checkpoints=3, ppo=replace(ppo, learning_rate=3e-4)),
    )
    space = PreferenceSpace(lowest_weight=0.0)
    capped = PreferenceSpace(lowest_weight=0.0, speed_caps=(0.1, 3.0))
    return PopulationRecipe(
        runs=(
            *(_run(f"run-{seed}", seed, space, phases) for seed in (1, 2, 3)),
            _run("cap-4", 4, capped, phases),
        ),
        gather=GatherConfig(
            weights=first_weights(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
            capped_weights=first_weights(0.2, 0.45, 0.7),
            speed_caps=(0.1, 0.4, 0.7, 1.0, 1.3, 1.6, 1.9, 2.4),
            held_out_weights=(0.45, 0.55),
            held_out_networks=("run-2/11",),
        ),
        first_checkpoint=2,
    )


def _hopper_three() -> PopulationRecipe:
    ppo = PpoConfig(discount=0.995, log_std_min=-1.6)
    phases = (Phase(num_steps=6_000_000, num_checkpoints=12, ppo=ppo),)
    space = PreferenceSpace(num_objectives=3)
    fifths = [w for w in product(range(6), repeat=3) if sum(w) == 5]
    return PopulationRecipe(
        runs=tuple(_run(f"run-{seed}", seed, space, phases) for seed in (1, 2, 3)),
        gather=GatherConfig(
            weights=tuple((a / 5, b / 5, c / 5) for a, b, c in fifths),
            held_out_weights=(0.55, 0.65),
            held_out_networks=("run-2/09",),
        ),
        first_checkpoint=3,
    )


def _ant_two() -> PopulationRecipe:
    """Two annealed phases of long credit: what leaps or rolls over is unlearnt in them."""
    annealed = PpoConfig(learning_rate=3e-4, discount=0.995, log_std_min=-1.8)
    phases = (
        Phase(num_steps=2_800_000),
        Phase(num_steps=1_000_000, num_checkpoints=4, ppo=annealed),
        Phase(num_steps=800_000, num_checkpoints=4, ppo=annealed),
    )
    space = PreferenceSpace(lowest_weight=0.0)
    return PopulationRecipe(
        runs=tuple(
            replace(_run(f"run-{seed}", seed, space, phases), log_std_init=-1.0)
            for seed in (1, 2, 4, 5)
        ),
        gather=GatherConfig(
            weights=first_weights(*(i / 18 for i in range(19))),
            num_gate_episodes=6,
            min_survival=1.0,
            min_upright=0.99,
            max_network_failures=0.01,
            min_spacing=0.01,
            held_out_weights=(0.4, 0.5),
            held_out_networks=("run-2/16",),
        ),
        first_checkpoint=6,
    )


def _humanoid() -> PopulationRecipe:
    """Falls early and often: short credit, a critic that the KL stop cannot starve."""
    ppo = PpoConfig(
        rollout_steps=32, minibatch_size=512, learning_rate=3e-4, discount=0.98, gae_lambda=0.92,
        critic=CriticConfig(),
    )  # fmt: skip
    phases = (Phase(num_steps=4_000_000, num_checkpoints=16, ppo=ppo),)
    space = PreferenceSpace(lowest_weight=0.4)
    capped = PreferenceSpace(lowest_weight=0.4, speed_caps=(0.2, 3.0))
    runs = (
        _run("run-1", 1, space, phases),
        _run("cap-2", 2, capped, phases),
        _run("run-3", 3, space, phases),
    )
    return PopulationRecipe(
        runs=tuple(replace(run, hidden_dim=128, log_std_init=-1.0) for run in runs),
        gather=GatherConfig(
            weights=first_weights(0.4, 0.46, 0.52, 0.58, 0.64, 0.7, 0.76, 0.82, 0.88, 0.94, 1.0),
            capped_weights=first_weights(0.45, 0.7, 0.95),
            speed_caps=(0.2, 0.5, 0.8, 1.1, 1.4, 1.8, 2.3),
            min_spacing=0.01,
            held_out_weights=(0.55, 0.62),
            held_out_networks=("run-1/13",),
        ),
        first_checkpoint=4,
    )


def _run(
    name: str, seed: int, preferences: PreferenceSpace, phases: tuple[Phase, ...]
) -> RunConfig:
    return RunConfig(name=name, seed=seed, preferences=preferences, phases=phases)


RECIPES: dict[str, PopulationRecipe] = {
    "mo-halfcheetah-v5": _halfcheetah(),
    "mo-walker2d-v5": _walker2d(),
    "mo-hopper-2obj-v5": _hopper_two(),
    "mo-hopper-v5": _hopper_three(),
    "mo-ant-2obj-v5": _ant_two(),
    "mo-humanoid-v5": _humanoid(),
}


def recipe(env: str) -> PopulationRecipe:
    """The recipe of an environment. Raises UnknownName."""
    if env not in RECIPES:
        raise UnknownName("population recipe", env, RECIPES)
    return RECIPES[env]
