"""Sizes of the fine-tuning for each environment: what a quarter of a CPU-hour allows."""

from collections.abc import Mapping

from backend.live.config import LiveTrainingConfig
from backend.live.drive import GLIDE
from backend.live.switching import SwitchingConfig

_STANDS = LiveTrainingConfig()
_FALLS = LiveTrainingConfig(
    num_rounds=5, num_states=1200, trouble_seconds=0.8, trial_seconds=1.0, num_candidates=6,
    num_rescuers=2,
    switching=SwitchingConfig(
        num_robots=128, seconds=10.0, hold=(1.0, 3.0), glide=(GLIDE, GLIDE, 2 * GLIDE, 1e9)
    ),
)  # fmt: skip
"Control steps of 8 ms: everything takes six times as many of them."
RECIPES: Mapping[str, LiveTrainingConfig] = {
    "mo-halfcheetah-v5": _STANDS,
    "mo-walker2d-v5": _FALLS,
    "mo-hopper-v5": _FALLS,
    "mo-hopper-2obj-v5": _FALLS,
}


def training_recipe(env: str) -> LiveTrainingConfig:
    """The environment's own; that of robots that fall for any other."""
    return RECIPES.get(env, _FALLS)
