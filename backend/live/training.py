"""A decoder that may be switched: the atlas' own, fine-tuned on robots whose latent changes.

DAgger (Ross et al. 2011) over switches: robots run by the decoder while their latent glides and
jumps; the states they come through are labelled with the action of the existing policy nearest to
the latent *that gets on from there*. Policies trained with their preference fixed do not know such
states and most of them stay stuck in them, so the nearest one alone would teach nothing. States of
fixed latents, labelled by their own policies, keep the returns. Encoder and latents stay as they
are.
"""

import copy
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from backend.arrays import Tensor
from backend.atlas.atlas import Atlas
from backend.live.config import LiveTrainingConfig
from backend.live.labels import Labelled, decoded_states, own_states, switched_states
from backend.live.teachers import Teachers
from backend.representation.decoded import DecoderWeights
from backend.representation.model import Representation
from backend.threads import one_thread

Report = Callable[[int, int, str], None]
SEEDS_APART = 100_003
"From one training seed's robots to the next one's: farther than any number of rounds leads."


def train_live(
    atlas: Atlas, config: LiveTrainingConfig, *, seed: int, report: Report = lambda *_: None
) -> Representation:
    """The atlas' representation with a decoder that may be switched; ``seed`` is of all chance."""
    torch.manual_seed(seed)
    config = seeded(config, seed)
    model = copy.deepcopy(atlas.representation)
    rng, teachers = np.random.default_rng(seed), Teachers(atlas)
    fixed = own_states(atlas, config, rng)
    switched: Labelled | None = None
    trained = [*model.decoder.state.parameters(), *model.decoder.trunk.parameters()]
    optimiser = torch.optim.Adam(trained, lr=config.learning_rate)
    for turn in range(config.num_rounds):
        weights = DecoderWeights.fold(model)
        with one_thread():
            fixed = fixed.join(decoded_states(atlas, weights, config, rng))
            fresh, line = switched_states(atlas, weights, teachers, config, turn, rng)
        switched = fresh if switched is None else switched.join(fresh)
        loss = fit(model, optimiser, fixed, switched, config, turn, rng)
        report(turn + 1, config.num_rounds, f"{line}; loss {loss:.4f}")
    return model.eval()


def seeded(config: LiveTrainingConfig, seed: int) -> LiveTrainingConfig:
    """The config with the switching robots of a training seed; 0 leaves it as it is."""
    first = config.switching.seed + SEEDS_APART * seed
    return replace(config, switching=replace(config.switching, seed=first))


def fit(
    model: Representation, optimiser: torch.optim.Optimizer, fixed: Labelled, switched: Labelled,
    config: LiveTrainingConfig, turn: int, rng: np.random.Generator,
) -> float:  # fmt: skip
    """Squared error of the mean action, half of each batch from each kind; the last loss."""
    loss = torch.zeros(())
    kinds = [some for some in (fixed, switched) if len(some.obs)]
    total = config.num_rounds * config.num_gradient_steps
    for step in range(config.num_gradient_steps):
        progress = (turn * config.num_gradient_steps + step) / total
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * (1 - 0.9 * progress)
        parts = [_batch(some, config.batch // len(kinds), rng) for some in kinds]
        obs, z, action = (torch.cat(column) for column in zip(*parts, strict=True))
        error = (model.decoder(model.normalise(obs), z) - action) ** 2
        loss = error.mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.decoder.parameters(), 1.0)
        optimiser.step()
    return float(loss.detach())


def _batch(some: Labelled, num: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    rows = rng.integers(0, len(some.obs), num)
    obs, z, action = (torch.from_numpy(a[rows]) for a in (some.obs, some.z, some.action))
    return obs, z, action
