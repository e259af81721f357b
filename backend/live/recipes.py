"""Sizes of the fine-tuning for each environment: what a quarter of a CPU-hour allows."""

from collections.abc import Mapping

from backend.live.training import LiveTrainingConfig

_USUAL = LiveTrainingConfig()
RECIPES: Mapping[str, LiveTrainingConfig] = {
    "mo-halfcheetah-v5": _USUAL,
}


def training_recipe(env: str) -> LiveTrainingConfig:
    """The environment's own, or the usual one."""
    return RECIPES.get(env, _USUAL)
