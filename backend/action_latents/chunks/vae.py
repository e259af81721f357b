"""Stage 1: a VAE of action chunks whose latent lies in the box [-1, 1]^d (after MePoly, 4.2).

The encoder sees observation and chunk; the decoder the observation, modulated by the latent. So the
latent need only say what the observation leaves open. The paper's encoder is a transformer that
sees the actions alone, and its decoder a transformer with cross-attention to a history of
observations; here both are small MLPs and the observation is one. As in the paper, the latent
modulates by AdaLN.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from backend.action_latents.chunks.networks import ModulatedMlp, Normaliser
from backend.arrays import Float, Tensor

Stress = Literal["state", "batch"]
"""Which chunks are compared with their codes. state: those that several codes decode to at one
observation. batch: the data's own, whatever their observations, as in the paper."""
LOG_STD = (-4.0, 1.0)
"Range of the posterior's log standard deviation, before the tanh."


@dataclass(frozen=True, kw_only=True)
class VaeConfig:
    """Sizes and weights of the losses."""

    latent_dim: int = 2
    "d."
    width: int = 96
    depth: int = 2
    "AdaLN blocks of the decoder."
    kl_weight: float = 2e-3
    consistency_weight: float = 1.0
    "Of decoding another chunk of the same demonstration with the same code."
    compactness_weight: float = 1e-2
    compactness: float = 1.0
    "Norm, before the tanh, from which a code is penalised."
    stress_weight: float = 2e-2
    stress: Stress = "state"
    num_places: int = 16
    "Observations of a batch at which the stress is taken."
    num_codes: int = 16
    "Codes compared at each."


class ChunkVae(nn.Module):
    """Encoder q(z | obs, chunk) and decoder chunk(obs, z)."""

    def __init__(self, obs_dim: int, chunk: tuple[int, int], config: VaeConfig) -> None:
        super().__init__()
        self.config, self.chunk = config, chunk
        size, width = chunk[0] * chunk[1], config.width
        self.normalise = Normaliser(obs_dim)
        self.encoder = nn.Sequential(
            nn.Linear(obs_dim + size, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(),
            nn.Linear(width, 2 * config.latent_dim),
        )  # fmt: skip
        self.decoder = ModulatedMlp(
            obs_dim, config.latent_dim, size, width=width, depth=config.depth
        )

    def posterior(
        self, obs: Float[Tensor, "batch obs"], chunk: Float[Tensor, "batch time action"]
    ) -> tuple[Float[Tensor, "batch latent"], Float[Tensor, "batch latent"]]:
        """(mean, log standard deviation) before the tanh."""
        features = torch.cat([self.normalise(obs), chunk.flatten(1)], -1)
        mean, log_std = self.encoder(features).chunk(2, -1)
        return mean, log_std.clamp(*LOG_STD)

    def encode(
        self, obs: Float[Tensor, "batch obs"], chunk: Float[Tensor, "batch time action"], *,
        sampled: bool = False, generator: torch.Generator | None = None,
    ) -> Float[Tensor, "batch latent"]:  # fmt: skip
        """Codes in the box: of the posterior mean, or drawn."""
        mean, log_std = self.posterior(obs, chunk)
        if sampled:
            mean = mean + log_std.exp() * torch.randn(mean.shape, generator=generator)
        return torch.tanh(mean)

    def decode(
        self, obs: Float[Tensor, "batch obs"], z: Float[Tensor, "batch latent"]
    ) -> Float[Tensor, "batch time action"]:
        """Chunks, within the control range."""
        return torch.tanh(self.decoder(self.normalise(obs), z)).unflatten(1, self.chunk)

    def losses(
        self, obs: Float[Tensor, "batch obs"], chunk: Float[Tensor, "batch time action"],
        near_obs: Float[Tensor, "batch obs"], near_chunk: Float[Tensor, "batch time action"],
    ) -> dict[str, Float[Tensor, ""]]:  # fmt: skip
        """Weighted terms of equation 13, and consistency: their sum is minimised.

        Two are ours. Consistency: a code that also serves other moments of its demonstration says
        which gait it is, not which moment. And the stress compares chunks at one observation
        (``VaeConfig.stress``); the paper's compares the data's own.
        """
        config = self.config
        mean, log_std = self.posterior(obs, chunk)
        raw = mean + log_std.exp() * torch.randn_like(mean)
        z = torch.tanh(raw)
        kl = (0.5 * (mean.square() + (2 * log_std).exp() - 1) - log_std).sum(-1)
        beyond = (mean.norm(dim=-1) - config.compactness).clamp_min(0)
        pairs = self._pairs(obs, chunk, z)
        return {
            "reconstruction": (self.decode(obs, z) - chunk).square().mean(),
            "consistency": config.consistency_weight
            * (self.decode(near_obs, z) - near_chunk).square().mean(),
            "kl": config.kl_weight * kl.mean(),
            "compactness": config.compactness_weight * beyond.square().mean(),
            "stress": config.stress_weight * stress(*pairs),
        }

    def _pairs(self, obs: Tensor, chunk: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
        """(codes, chunks) [place, code, ...] whose distances are to agree."""
        config = self.config
        codes = z[: config.num_places * config.num_codes].unflatten(0, (-1, config.num_codes))
        if config.stress == "batch":
            return codes, chunk[: codes.shape[0] * codes.shape[1]].unflatten(0, codes.shape[:2])
        here = obs[-len(codes) :].repeat_interleave(config.num_codes, 0)
        return codes, self.decode(here, codes.flatten(0, 1)).unflatten(0, codes.shape[:2])


def stress(
    codes: Float[Tensor, "place code latent"], chunks: Float[Tensor, "place code time action"]
) -> Float[Tensor, ""]:
    """Mean squared difference of pairwise distances, each in units of its own mean.

    0 where chunks are a scaled, turned or mirrored copy of their codes.
    """
    first, other = (_distances(array) for array in (codes, chunks.flatten(2)))
    return (first - other).square().mean()


def _distances(points: Float[Tensor, "place code dim"]) -> Float[Tensor, "place pair"]:
    i, j = torch.triu_indices(points.shape[1], points.shape[1], 1)
    distance = ((points[:, i] - points[:, j]).square().sum(-1) + 1e-8).sqrt()
    return distance / distance.mean(1, keepdim=True)
