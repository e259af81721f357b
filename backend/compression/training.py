"""Training of the autoencoder: on behaviour, or, as the control, on parameters."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch

from backend.arrays import Float, Tensor
from backend.compression.autoencoder import Autoencoder, AutoencoderConfig
from backend.compression.pool import StateSampler
from backend.compression.shape import PolicyShape

Loss = Literal["behaviour", "parameters"]
Report = Callable[[int, int, float], None]
"(step, steps, loss); may raise to cancel."


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How an autoencoder is trained."""

    loss: Loss = "behaviour"
    "What reconstruction is judged by."
    num_steps: int = 1500
    "Gradient steps; the learning rate falls to 0 along a cosine."
    batch_size: int = 64
    "Policies per step."
    num_states: int = 64
    "Fresh states per step."
    learning_rate: float = 1e-3
    "Adam's, at the beginning."
    max_grad_norm: float = 1.0
    "Gradients longer than this are shortened to it."

    def of(self, loss: Loss) -> "TrainingConfig":
        """The same training with this loss."""
        return replace(self, loss=loss)


def train_autoencoder(
    shape: PolicyShape, theta: Float[Tensor, "policy param"], states: StateSampler,
    model: AutoencoderConfig, config: TrainingConfig, *,
    seed: int, device: str = "cpu", report: Report = lambda *_: None,
) -> Autoencoder:  # fmt: skip
    """Fit an autoencoder to the pool; it comes back on the CPU. The same seed, the same weights."""
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        autoencoder = Autoencoder(model)
    autoencoder.whiten_by(theta)
    autoencoder, theta = autoencoder.to(device), theta.to(device)
    optimiser = torch.optim.Adam(autoencoder.parameters(), lr=config.learning_rate, fused=True)
    for step in range(config.num_steps):
        share = step / config.num_steps
        optimiser.param_groups[0]["lr"] = config.learning_rate * (1 + math.cos(math.pi * share)) / 2
        batch = theta[torch.randint(len(theta), (config.batch_size,), generator=generator)]
        rebuilt = autoencoder.decode(autoencoder.encode(batch))
        if config.loss == "behaviour":
            seen = states(config.num_states, generator).to(device)
            loss = behaviour_loss(shape, batch, rebuilt, seen)
        else:
            loss = (((rebuilt - batch) / autoencoder.std) ** 2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(autoencoder.parameters(), config.max_grad_norm)
        optimiser.step()
        report(step + 1, config.num_steps, float(loss.detach()))
    return autoencoder.cpu().eval()


def behaviour_loss(
    shape: PolicyShape,
    theta: Float[Tensor, "batch param"],
    rebuilt: Float[Tensor, "batch param"],
    states: Float[Tensor, "state obs"],
) -> Float[Tensor, ""]:
    """L_B: mean over policies and states of ‖pi_theta(s) − pi_rebuilt(s)‖²."""
    obs = states.expand(len(theta), -1, -1)
    with torch.no_grad():
        wanted = shape.act(theta, obs)
    return (shape.act(rebuilt, obs) - wanted).square().sum(-1).mean()
