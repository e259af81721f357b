"""What is trained, on what, for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from backend.action_latents.chunks.data import CutConfig
from backend.action_latents.chunks.demonstrations import RelayConfig
from backend.action_latents.chunks.flow import FlowConfig
from backend.action_latents.chunks.priors import PriorConfig
from backend.action_latents.chunks.vae import VaeConfig

ATLAS = "mo-halfcheetah-v5"
"Whose gaits are imitated."


@dataclass(frozen=True, kw_only=True)
class ChunkRecipe:
    """One training of every kind of chunk policy, all on the same pairs."""

    relay: RelayConfig = field(default_factory=RelayConfig)
    cut: CutConfig = field(default_factory=CutConfig)
    vae: VaeConfig = field(default_factory=VaeConfig)
    prior: PriorConfig = field(default_factory=PriorConfig)
    flow: FlowConfig = field(default_factory=FlowConfig)
    vae_steps: int = 5000
    "Stage 1."
    prior_steps: int = 2500
    "Stage 2, both priors side by side."
    flow_steps: int = 7500
    "As many as both stages together."
    batch: int = 256
    "Pairs per step."
    learning_rate: float = 1e-3
    "AdamW's first, from which a cosine leads to a fiftieth."
    decoder_rate: float = 1e-4
    "Of the decoder in stage 2."
    reach: int = 16
    "The code of one chunk is to serve others up to this many pairs away in its demonstration."


RECIPE = ChunkRecipe()
"The shipped one."
_PLAIN = replace(RECIPE, flow_steps=0)
VARIANTS: Mapping[str, ChunkRecipe] = {
    "without consistency": replace(_PLAIN, vae=VaeConfig(consistency_weight=0.0)),
    "the paper's stress": replace(_PLAIN, vae=VaeConfig(stress="batch")),
    "the paper's losses": replace(_PLAIN, vae=VaeConfig(stress="batch", consistency_weight=0.0)),
    "without stress": replace(_PLAIN, vae=VaeConfig(stress_weight=0.0)),
}
"What each loss is good for, and the paper's own (equation 13); the flow is left out."
