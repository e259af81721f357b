"""The three trainings: VAE, priors on its codes, and the flow beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from backend.action_latents.chunks.data import Chunks
from backend.action_latents.chunks.flow import ChunkFlow
from backend.action_latents.chunks.priors import PRIORS, LatentPrior, PriorKind
from backend.action_latents.chunks.recipes import ChunkRecipe
from backend.action_latents.chunks.vae import ChunkVae
from backend.arrays import Float, Int, Tensor

Report = Callable[[int, int, str], None]
Pairs = tuple[Tensor, Tensor]
"Observations and chunks of a batch."
REPORT_EVERY = 500
LEAST_RATE = 0.02
"Share of the learning rate that the cosine ends at."


@dataclass(frozen=True, kw_only=True)
class Trained:
    """Every kind of chunk policy."""

    vae: ChunkVae
    priors: dict[PriorKind, LatentPrior]
    flow: ChunkFlow

    def modules(self) -> dict[str, nn.Module]:
        """By their name on disk."""
        return {"vae": self.vae, **dict(self.priors), "flow": self.flow}


class Batches:
    """Random pairs, each with another of the same demonstration."""

    def __init__(self, chunks: Chunks, recipe: ChunkRecipe) -> None:
        self.obs, self.chunk = torch.from_numpy(chunks.obs), torch.from_numpy(chunks.chunk)
        _, first, place, count = np.unique(
            chunks.turn, return_index=True, return_inverse=True, return_counts=True
        )
        self._first = torch.from_numpy(first[place])
        self._last = self._first + torch.from_numpy(count[place]) - 1
        self._recipe = recipe

    def draw(self) -> tuple[Pairs, Pairs]:
        """(pairs, for each another of its demonstration, not far away in time)."""
        size, reach = self._recipe.batch, self._recipe.reach
        rows = torch.randint(len(self.obs), (size,))
        near = rows + torch.randint(-reach, reach + 1, (size,))
        near = torch.minimum(torch.maximum(near, self._first[rows]), self._last[rows])
        return self._pairs(rows), self._pairs(near)

    def _pairs(self, rows: Int[Tensor, "batch"]) -> Pairs:
        return self.obs[rows], self.chunk[rows]


def new_policies(obs_dim: int, chunk: tuple[int, int], recipe: ChunkRecipe) -> Trained:
    """Untrained; random as torch's own generator."""
    latent_dim = recipe.vae.latent_dim
    return Trained(
        vae=ChunkVae(obs_dim, chunk, recipe.vae),
        priors={kind: LatentPrior(kind, obs_dim, latent_dim, recipe.prior) for kind in PRIORS},
        flow=ChunkFlow(obs_dim, chunk, recipe.flow),
    )


def train(
    chunks: Chunks, recipe: ChunkRecipe, *, seed: int, report: Report = lambda *_: None
) -> Trained:
    """Train everything on the pairs that are not held out."""
    torch.manual_seed(seed)
    batches = Batches(chunks.train, recipe)
    chunk = (int(chunks.chunk.shape[1]), int(chunks.chunk.shape[2]))
    trained = new_policies(chunks.obs.shape[1], chunk, recipe)
    for module in (trained.vae, trained.flow, *trained.priors.values()):
        module.normalise.fit(batches.obs)
    train_vae(trained.vae, batches, recipe, report)
    train_priors(trained, batches, recipe, report)
    train_flow(trained.flow, batches, recipe, report)
    return trained


def train_vae(vae: ChunkVae, batches: Batches, recipe: ChunkRecipe, report: Report) -> None:
    """Stage 1."""

    def loss() -> Float[Tensor, ""]:
        (obs, chunk), (near_obs, near_chunk) = batches.draw()
        return torch.stack([*vae.losses(obs, chunk, near_obs, near_chunk).values()]).sum()

    groups = [{"params": list(vae.parameters()), "lr": recipe.learning_rate}]
    _descend(groups, loss, recipe.vae_steps, lambda i, n: report(i, n, "VAE"))


def train_priors(
    trained: Trained, batches: Batches, recipe: ChunkRecipe, report: Report
) -> None:  # fmt: skip
    """Stage 2: both priors on the same drawn codes; the decoder goes on learning, slowly."""
    vae, priors = trained.vae, list(trained.priors.values())

    def loss() -> Float[Tensor, ""]:
        (obs, chunk), _ = batches.draw()
        with torch.no_grad():
            z = vae.encode(obs, chunk, sampled=True)
        rebuilt = (vae.decode(obs, z) - chunk).square().mean()
        return rebuilt + torch.stack([prior.loss(obs, z) for prior in priors]).sum()

    groups = [{"params": list(prior.parameters()), "lr": recipe.learning_rate} for prior in priors]
    groups += [{"params": list(vae.decoder.parameters()), "lr": recipe.decoder_rate}]
    _descend(groups, loss, recipe.prior_steps, lambda i, n: report(i, n, "priors"))


def train_flow(flow: ChunkFlow, batches: Batches, recipe: ChunkRecipe, report: Report) -> None:
    """As many steps as both stages together."""

    def loss() -> Float[Tensor, ""]:
        (obs, chunk), _ = batches.draw()
        return flow.loss(obs, chunk)

    groups = [{"params": list(flow.parameters()), "lr": recipe.learning_rate}]
    _descend(groups, loss, recipe.flow_steps, lambda i, n: report(i, n, "flow"))


def _descend(
    groups: Sequence[dict], loss: Callable[[], Float[Tensor, ""]], num_steps: int,
    report: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Each group's gradient is clipped by itself: rivals do not slow each other."""
    optimiser = torch.optim.AdamW(list(groups))
    rates = [group["lr"] for group in groups]
    for step in range(num_steps):
        share = LEAST_RATE + (1 - LEAST_RATE) * (1 + np.cos(np.pi * step / num_steps)) / 2
        for group, rate in zip(optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share
        optimiser.zero_grad(set_to_none=True)
        loss().backward()
        for group in optimiser.param_groups:
            nn.utils.clip_grad_norm_(group["params"], 1.0)
        optimiser.step()
        if (step + 1) % REPORT_EVERY == 0:
            report(step + 1, num_steps)
