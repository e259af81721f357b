"""Preference-conditioned actor and vector critic (torch, for training)."""

import math

import torch
from torch import nn

from backend.arrays import Float, Tensor

LOG_STD_MAX = 0.7


class FilmMlp(nn.Module):
    """Two tanh layers over [input, condition]; the condition scales the first (FiLM)."""

    def __init__(self, in_dim: int, condition_dim: int, hidden_dim: int, out_dim: int) -> None:
        super().__init__()
        self.first = nn.Linear(in_dim + condition_dim, hidden_dim)
        self.second = nn.Linear(hidden_dim, hidden_dim)
        self.out = nn.Linear(hidden_dim, out_dim)
        self.scale = nn.Linear(condition_dim, hidden_dim)

    def init(self, out_gain: float) -> "FilmMlp":
        """Orthogonal weights, zero biases, scale exactly 1."""
        for layer, gain in (
            (self.first, math.sqrt(2)),
            (self.second, math.sqrt(2)),
            (self.out, out_gain),
        ):
            nn.init.orthogonal_(layer.weight, gain)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.scale.weight)
        nn.init.zeros_(self.scale.bias)
        return self

    def forward(
        self, x: Float[Tensor, "batch obs"], condition: Float[Tensor, "batch condition"]
    ) -> Float[Tensor, "batch out"]:
        """(inputs, conditions) -> outputs."""
        hidden = torch.tanh(self.first(torch.cat([x, condition], -1)))
        hidden = hidden * (1 + self.scale(condition))
        return self.out(torch.tanh(self.second(hidden)))


class ActorCritic(nn.Module):
    """pi(a | s, w) with a log std that depends on w only, and one value per objective."""

    def __init__(
        self,
        obs_dim: int,
        condition_dim: int,
        action_dim: int,
        num_objectives: int,
        *,
        hidden_dim: int = 64,
        log_std_init: float = -0.5,
        log_std_min: float = -2.0,
    ) -> None:
        super().__init__()
        self.log_std_min = log_std_min
        self.actor = FilmMlp(obs_dim, condition_dim, hidden_dim, action_dim).init(0.01)
        self.critic = FilmMlp(obs_dim, condition_dim, hidden_dim, num_objectives).init(1.0)
        self.log_std_head = nn.Linear(condition_dim, action_dim)
        nn.init.zeros_(self.log_std_head.weight)
        nn.init.constant_(self.log_std_head.bias, log_std_init)

    def log_std(self, condition: Float[Tensor, "batch condition"]) -> Float[Tensor, "batch action"]:
        """Log standard deviation of the action noise, floored so that exploration never dies."""
        return self.log_std_head(condition).clamp(self.log_std_min, LOG_STD_MAX)
