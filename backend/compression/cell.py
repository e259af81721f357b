"""One cell of the table: a pool of policies compressed to one dimension, and what came of it."""

from dataclasses import dataclass

import numpy as np
import torch

from backend.arrays import Array, Float, Tensor
from backend.compression.autoencoder import Autoencoder, AutoencoderConfig
from backend.compression.environments import CompressionEnv
from backend.compression.recipes import CompressionRecipe
from backend.compression.recovery import (
    Found,
    LatentBox,
    as_tensor,
    judge,
    latent_box,
    rank_correlation,
)
from backend.compression.shape import PolicyShape
from backend.compression.storage import round_as_stored
from backend.compression.training import Loss, Report, behaviour_loss, train_autoencoder

NUM_JUDGING_STATES = 512
"Fresh states on which the final behaviour loss is measured."
NUM_JUDGING_EPISODES = 20
"Episodes of each policy that a search found, other than those it was found by."
JUDGING_SEED = 1
"Added to the seed of the search's episodes."


@dataclass(frozen=True, kw_only=True)
class CellKey:
    """Which cell."""

    size: str
    "Name of the network."
    latent_dim: int
    "Length of z."
    loss: Loss = "behaviour"
    "What the autoencoder was trained on."
    seed: int = 0
    "Seed of pool and training."

    @property
    def name(self) -> str:
        """E.g. ``medium-2d-behaviour``; the seed is not in it."""
        return f"{self.size}-{self.latent_dim}d-{self.loss}"


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Policies to compress, and what each earns."""

    theta: Float[Tensor, "policy param"]
    returns: Float[Array, "policy reward"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A trained decoder with everything that was measured of it."""

    key: CellKey
    shape: PolicyShape
    decoder: Autoencoder
    "Only its decoder side is kept on disk."
    codes: Float[Array, "policy latent"]
    "Latents of the pool."
    box: LatentBox
    "Where they lie."
    pool_returns: Float[Array, "policy reward"]
    "Of the policies as they were drawn."
    rebuilt_returns: Float[Array, "policy reward"]
    "Of the same policies after their round trip."
    points: Float[Array, "point latent"]
    "Latents that were searched."
    point_returns: Float[Array, "point reward"]
    "What their policies earn."
    found: Found
    "The pool's extremes and the best latent of each reward, judged afresh."
    behaviour_loss: float
    "On fresh states, whatever the training minimised."
    layout: Float[Array, "policy xy"] | None = None
    "UMAP of the codes, fitted when a cell of more dimensions than a screen is shipped."

    @torch.no_grad()
    def decode(self, z: Float[Array, "batch latent"]) -> Float[Tensor, "batch param"]:
        """Parameter vectors of latents."""
        return self.decoder.decode(as_tensor(z))

    @property
    def recovery(self) -> Float[Array, "reward"]:
        """Range recovery of each reward."""
        return self.found.recovery

    @property
    def correlation(self) -> Float[Array, "reward"]:
        """Rank correlation of each reward."""
        return rank_correlation(self.pool_returns, self.rebuilt_returns)


def make_cell(
    env: CompressionEnv, recipe: CompressionRecipe, key: CellKey, pool: Pool,
    device: str = "cpu", report: Report = lambda *_: None,
) -> Cell:  # fmt: skip
    """Train one autoencoder and measure what its latent space holds.

    The decoder is rounded to what its file holds before anything is measured.
    """
    shape, plan = env.sizes[key.size], recipe.sizes[key.size]
    config = AutoencoderConfig(
        num_params=shape.num_params, latent_dim=key.latent_dim, widths=plan.widths
    )
    training = plan.training.of(key.loss)
    model = train_autoencoder(
        shape, pool.theta, env.states, config, training, seed=key.seed, device=device, report=report
    )
    round_as_stored(model)
    with torch.no_grad():
        codes = model.encode(pool.theta).double().numpy()
        generator = torch.Generator().manual_seed(key.seed + 77)
        states = env.states(NUM_JUDGING_STATES, generator)
        rebuilt = model.decode(as_tensor(codes))
        loss = _loss_in_parts(shape, pool.theta, rebuilt, states)
        box = latent_box(codes)
        points = box.grid(plan.num_points)
        measure = {"num_episodes": recipe.num_episodes, "seed": recipe.episode_seed}
        afresh = {"num_episodes": NUM_JUDGING_EPISODES, "seed": recipe.episode_seed + JUDGING_SEED}
        point_returns = _search(env, shape, model, points, measure)
        found = judge(
            pool.returns, point_returns,
            lambda rows: env.returns(shape, pool.theta[torch.from_numpy(rows)], **afresh),
            lambda rows: _search(env, shape, model, points[rows], afresh),
        )  # fmt: skip
        return Cell(
            key=key, shape=shape, decoder=model, codes=codes, box=box,
            pool_returns=pool.returns,
            rebuilt_returns=env.returns(shape, rebuilt, **measure),
            points=points,
            point_returns=point_returns,
            found=found,
            behaviour_loss=loss,
        )  # fmt: skip


def _search(
    env: CompressionEnv, shape: PolicyShape, model: Autoencoder,
    points: Float[Array, "point latent"], measure: dict[str, int],
) -> Float[Array, "point reward"]:  # fmt: skip
    """Returns of many latents, decoded a few at a time: large policies fill the memory."""
    parts = [
        env.returns(shape, model.decode(some), **measure)
        for some in as_tensor(points).split(shape.rows_at_once)
    ]
    return np.concatenate(parts)


def _loss_in_parts(shape: PolicyShape, theta: Tensor, rebuilt: Tensor, states: Tensor) -> float:
    rows = shape.rows_at_once
    parts = [
        float(behaviour_loss(shape, a, b, states)) * len(a)
        for a, b in zip(theta.split(rows), rebuilt.split(rows), strict=True)
    ]
    return sum(parts) / len(theta)
