"""Sizes of the fine-tuning of a live decoder."""

from dataclasses import dataclass

from backend.live.drive import GLIDE
from backend.live.switching import SwitchingConfig


@dataclass(frozen=True, kw_only=True)
class LiveTrainingConfig:
    """Sizes of the fine-tuning."""

    num_rounds: int = 8
    "Rounds of switching, labelling and fitting."
    switching: SwitchingConfig = SwitchingConfig(
        num_robots=256,
        seconds=20.0,
        hold=(1.0, 4.0),
        glide=(GLIDE, GLIDE, 2 * GLIDE, 1e9),
        helped_after=3.0,
    )
    "Each round's robots; the seed goes up by 1000 a round, and by 100 003 a training seed."
    num_states: int = 3000
    "States of switching robots labelled in each round."
    trouble_share: float = 0.5
    "Of them from the moments before a robot goes down or stands still."
    trouble_seconds: float = 1.5
    "How long those moments are."
    num_candidates: int = 8
    "Policies tried in a state, nearest latent first, before it is given up."
    num_rescuers: int = 4
    "Of them known to get up from anywhere; they are tried last."
    trial_seconds: float = 2.0
    "How long each is tried."
    fixed_steps: int = 40
    "States of each policy's own episode, and of its decoded one, added in each round."
    num_gradient_steps: int = 1500
    "In each round."
    batch: int = 1024
    "States of a step, half of each kind."
    learning_rate: float = 5e-4
    "Adam's, falling to a tenth over all rounds."
