"""FPO, the flow policy that the polynomial one is compared with."""

import torch
from torch import nn

from backend.action_latents.polynomial.heads import mlp
from backend.arrays import Float, Tensor


class FlowHead(nn.Module):
    """FPO: a flow policy whose ratio is that of its flow-matching losses (McAllister et al. 2025).

    It knows neither density nor entropy.
    """

    num_steps = 10
    "Euler steps from noise to action."
    num_draws = 8
    "Pairs of time and noise on which a ratio is estimated."
    gain = 0.1
    "Scale of the last layer's first weights."

    def __init__(self, obs_dim: int, action_dim: int) -> None:
        super().__init__()
        self.action_dim = action_dim
        self.net = mlp(obs_dim + action_dim + 1, action_dim, last_gain=self.gain)

    def velocity(self, obs: Tensor, x: Tensor, time: Tensor) -> Float[Tensor, "*batch action"]:
        """v(x, t | s)."""
        return self.net(torch.cat([obs, x, time], -1))

    @torch.no_grad()
    def sample(
        self, obs: Float[Tensor, "batch obs"]
    ) -> tuple[Float[Tensor, "batch action"], Float[Tensor, "batch memory"]]:
        """Actions, and the draws with their losses."""
        x = torch.randn(len(obs), self.action_dim)
        for step in range(self.num_steps):
            time = torch.full((len(obs), 1), step / self.num_steps)
            x = x + self.velocity(obs, x, time) / self.num_steps
        draws = torch.cat([
            torch.rand(len(obs), self.num_draws, 1),
            torch.randn(len(obs), self.num_draws, self.action_dim),
        ], -1)  # fmt: skip
        losses = self._losses(obs, x, draws)
        return x, torch.cat([draws.flatten(1), losses], 1)

    def judge(
        self, obs: Float[Tensor, "state obs"], action: Float[Tensor, "batch action"],
        memory: Float[Tensor, "batch memory"],
    ) -> tuple[Float[Tensor, "batch"], Float[Tensor, "state"] | None]:  # fmt: skip
        """Old loss minus new, averaged over the draws; no entropy."""
        draws = memory[:, : -self.num_draws].unflatten(1, (self.num_draws, -1))
        before = memory[:, -self.num_draws :]
        return (before - self._losses(obs, action, draws)).mean(1), None

    def _losses(self, obs: Tensor, action: Tensor, draws: Tensor) -> Float[Tensor, "batch draw"]:
        time, noise = draws[..., :1], draws[..., 1:]
        target = action[:, None].expand_as(noise)
        x = (1 - time) * noise + time * target
        here = obs[:, None].expand(-1, draws.shape[1], -1)
        return (self.velocity(here, x, time) - (target - noise)).square().mean(-1)
