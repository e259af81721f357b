"""The baseline: a flow-matching policy over whole chunks (Lipman et al. 2023; Chi et al. 2024)."""

import math
from dataclasses import dataclass

import torch
from torch import nn

from backend.action_latents.chunks.networks import ModulatedMlp, Normaliser
from backend.arrays import Float, Tensor

FREQUENCIES = (1, 2, 4)
"Waves of the flow's time in its modulator, in half turns."


@dataclass(frozen=True, kw_only=True)
class FlowConfig:
    """Sized to have as many parameters as VAE and polynomial prior together."""

    width: int = 115
    depth: int = 2
    num_steps: int = 10
    "Euler steps from noise to chunk."


class ChunkFlow(nn.Module):
    """v(x, t | obs), the velocity that carries noise (t = 0) to chunks (t = 1)."""

    def __init__(self, obs_dim: int, chunk: tuple[int, int], config: FlowConfig) -> None:
        super().__init__()
        self.config, self.chunk = config, chunk
        size = chunk[0] * chunk[1]
        self.normalise = Normaliser(obs_dim)
        self.net = ModulatedMlp(
            size, obs_dim + 1 + 2 * len(FREQUENCIES), size, width=config.width, depth=config.depth
        )

    def velocity(
        self, obs: Float[Tensor, "batch obs"], x: Float[Tensor, "batch entry"],
        time: Float[Tensor, "batch 1"],
    ) -> Float[Tensor, "batch entry"]:  # fmt: skip
        """v(x, t | obs)."""
        angle = math.pi * time * torch.tensor(FREQUENCIES)
        told = torch.cat([self.normalise(obs), time, angle.sin(), angle.cos()], -1)
        return self.net(x, told)

    def loss(
        self, obs: Float[Tensor, "batch obs"], chunk: Float[Tensor, "batch time action"]
    ) -> Float[Tensor, ""]:
        """Conditional flow matching along straight lines."""
        target = chunk.flatten(1)
        noise, time = torch.randn_like(target), torch.rand(len(obs), 1)
        x = (1 - time) * noise + time * target
        return (self.velocity(obs, x, time) - (target - noise)).square().mean()

    def sample(
        self, obs: Float[Tensor, "batch obs"], generator: torch.Generator | None = None
    ) -> Float[Tensor, "batch time action"]:
        """One chunk per row, within the control range."""
        steps = self.config.num_steps
        x = torch.randn(len(obs), self.chunk[0] * self.chunk[1], generator=generator)
        for step in range(steps):
            time = torch.full((len(obs), 1), step / steps)
            x = x + self.velocity(obs, x, time) / steps
        return x.clamp(-1, 1).unflatten(1, self.chunk)
