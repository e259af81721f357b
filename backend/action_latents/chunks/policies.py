"""Chunk policies as they are run: a chunk is drawn, its first actions are executed, and again."""

from dataclasses import dataclass
from typing import Literal, Protocol, get_args, runtime_checkable

import torch
from torch.distributions import Distribution

from backend.action_latents.chunks.flow import ChunkFlow
from backend.action_latents.chunks.priors import LatentPrior, PriorKind, draw, steered
from backend.action_latents.chunks.training import Trained
from backend.action_latents.chunks.vae import ChunkVae
from backend.arrays import Float, Tensor

Kind = Literal["polynomial", "gaussian", "flow"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@runtime_checkable
class ChunkPolicy(Protocol):
    """Anything that draws chunks."""

    def draw(
        self, obs: Float[Tensor, "batch obs"], generator: torch.Generator | None = None
    ) -> Float[Tensor, "batch time action"]:
        """One chunk per observation."""
        ...


@dataclass(frozen=True, kw_only=True)
class LatentChunks:
    """A prior's codes, decoded; steered by a tilt and a temperature without training."""

    vae: ChunkVae
    prior: LatentPrior
    tilt: Float[Tensor, "*batch latent"] | None = None
    "c, one for all or one for each row: codes with a high c·z weigh more."
    temperature: float = 1.0
    "τ: sharper below 1."

    def distribution(self, obs: Float[Tensor, "batch obs"]) -> Distribution:
        """The steered p(z | obs)."""
        tilt = torch.zeros(self.vae.config.latent_dim) if self.tilt is None else self.tilt
        return steered(self.prior.distribution(obs), tilt, self.temperature)

    @torch.no_grad()
    def draw(
        self, obs: Float[Tensor, "batch obs"], generator: torch.Generator | None = None
    ) -> Float[Tensor, "batch time action"]:
        """Draw a code, decode it."""
        return self.vae.decode(obs, draw(self.distribution(obs), generator))


@dataclass(frozen=True, kw_only=True)
class FlowChunks:
    """The baseline; it knows no density, so nothing can be tilted."""

    flow: ChunkFlow

    @torch.no_grad()
    def draw(
        self, obs: Float[Tensor, "batch obs"], generator: torch.Generator | None = None
    ) -> Float[Tensor, "batch time action"]:
        """Integrate from noise."""
        return self.flow.sample(obs, generator)


def policy_of(
    trained: Trained, kind: Kind, *, tilt: Float[Tensor, "*batch latent"] | None = None,
    temperature: float = 1.0,
) -> ChunkPolicy:  # fmt: skip
    """One of the trained policies; the flow takes no steering."""
    if kind == "flow":
        return FlowChunks(flow=trained.flow)
    return latent_policy(trained, kind, tilt=tilt, temperature=temperature)


def latent_policy(
    trained: Trained, kind: PriorKind, *, tilt: Float[Tensor, "*batch latent"] | None = None,
    temperature: float = 1.0,
) -> LatentChunks:  # fmt: skip
    """One with a density."""
    return LatentChunks(
        vae=trained.vae, prior=trained.priors[kind], tilt=tilt, temperature=temperature
    )
