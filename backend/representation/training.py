"""Training of the representation, with DAgger rounds that show the decoder its own states."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn

from backend.arrays import Float, Tensor
from backend.artifacts import as_json
from backend.checkpoints import (
    adam_arrays,
    fingerprint,
    is_from,
    net_arrays,
    restore_adam,
    restore_net,
    write_arrays,
)
from backend.envs.spec import EnvSpec
from backend.policies.policy import Policy
from backend.representation import losses
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.representation.model import Representation, RepresentationConfig
from backend.representation.sampling import Batch, BatchSampler, Relabelled
from backend.rollouts.dataset import OccupancyDataset
from backend.rollouts.simulate import simulate_many

logger = logging.getLogger(__name__)
Report = Callable[[int, dict[str, float]], None]


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Optimisation of the representation."""

    num_steps: int = 9000
    "Gradient steps."
    num_policies: int = 32
    "Policies per batch."
    num_contexts: int = 2
    "Contexts per policy and batch (the two views of Rank-N-Contrast)."
    context_size: int = 32
    "State-action pairs per context."
    num_queries: int = 24
    "Decoder queries sharing each context."
    learning_rate: float = 1e-3
    "AdamW step size; constant for 40 % of the steps, then linear to 3 %."
    weight_decay: float = 1e-4
    "AdamW weight decay."
    max_grad_norm: float = 1.0
    "Global gradient norm is clipped to this."
    contrast_weight: float = 1.0
    "Weight of Rank-N-Contrast."
    contrast: Literal["rank-n", "info-nce", "none"] = "rank-n"
    "What orders the space; the last two are the paper's baselines."
    temperature: float = 0.5
    "Temperature of Rank-N-Contrast."
    info_nce_temperature: float = 0.07
    "Temperature of the InfoNCE baseline."
    sample_latent: bool = True
    "Whether z is drawn from the posterior; a plain autoencoder takes its mean."
    kl_weight: float = 0.05
    "Weight of the KL term at the end; rises linearly from 0."
    orthonormality_weight: float = 5.0
    "Weight of the projectors' orthonormality."
    dagger_steps: tuple[int, ...] = (1500, 3000, 4500, 6000, 7500)
    "Steps before which decoded policies are rolled out and relabelled."
    dagger_kept: int = 250
    "States kept per policy and DAgger round."
    dagger_early_steps: int = 150
    "Half of them come from these first steps of the episode: decoded policies fail while starting."


def train_representation(
    spec: EnvSpec,
    dataset: OccupancyDataset,
    sources: Sequence[Policy],
    config: TrainingConfig,
    *,
    seed: int,
    device: str = "cpu",
    architecture: RepresentationConfig | None = None,
    folder: Path | None = None,
    report: Report = lambda *_: None,
) -> Representation:
    """Fit the representation to a dataset whose row i was made by ``sources[i]``.

    With a ``folder``, each DAgger round leaves a checkpoint there, and training with the same
    settings on the same data resumes from it.
    """
    torch.manual_seed(seed)
    model = Representation(architecture or architecture_for(spec)).to(device)
    flat = dataset.obs.reshape(-1, spec.obs_dim)
    model.set_scale(flat.mean(0), flat.std(0) + 1e-3)
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    sampler = BatchSampler(dataset, device=device, seed=seed)
    checkpoint = folder / "representation.safetensors" if folder else None
    made_from = fingerprint(
        spec.name, as_json(config), as_json(model.config), seed, *vars(dataset).values()
    )
    first = _resume(model, optimiser, sampler, checkpoint, made_from) if checkpoint else 0
    for step in range(first, config.num_steps):
        if step in config.dagger_steps:
            if step != first or not first:
                _dagger_round(spec, model, sampler, sources, config, seed=seed + step)
                _checkpoint(model, optimiser, sampler, step, checkpoint, made_from)
            torch.manual_seed(seed + step)
            sampler.reseed(seed + step)
        terms = _gradient_step(model, optimiser, sampler, config, step)
        report(step, terms)
    return model.eval()


def architecture_for(spec: EnvSpec) -> RepresentationConfig:
    """The default architecture at an environment's sizes."""
    return RepresentationConfig(
        obs_dim=spec.obs_dim, action_dim=spec.action_dim, num_objectives=spec.num_objectives
    )


def _gradient_step(
    model: Representation, optimiser: torch.optim.Optimizer, sampler: BatchSampler,
    config: TrainingConfig, step: int,
) -> dict[str, float]:  # fmt: skip
    progress = step / config.num_steps
    batch = sampler.draw(
        config.num_policies, config.num_contexts, config.context_size, config.num_queries
    )
    loss, terms = total_loss(model, batch, config, progress)
    for group in optimiser.param_groups:
        decay = 1 - 0.97 * max(0.0, progress - 0.4) / 0.6
        group["lr"] = config.learning_rate * min(1.0, (step + 1) / 50) * decay
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), config.max_grad_norm)
    optimiser.step()
    return {name: float(term.detach()) for name, term in terms.items()}


def total_loss(
    model: Representation, batch: Batch, config: TrainingConfig, progress: float
) -> tuple[Float[Tensor, ""], dict[str, Float[Tensor, ""]]]:
    """L = L_rec + L_RnC + β(progress) L_KL + 5 L_orth (Li et al. 2026), and its terms."""
    mean, log_std = model.encode(batch.context_obs, batch.context_action)
    z = mean + log_std.exp() * torch.randn_like(mean) if config.sample_latent else mean

    num_queries = batch.query_obs.shape[1]
    z_query = z.repeat_interleave(num_queries, 0)
    action_mean = model.decoder(model.normalise(batch.query_obs).flatten(0, 1), z_query)
    action_log_std = model.decoder.log_std(z).repeat_interleave(num_queries, 0)
    reconstruction = losses.reconstruction(
        batch.query_action.flatten(0, 1), action_mean, action_log_std
    )

    contrast = _contrast(model, z, batch, config)
    kl = losses.kl_divergence(mean, log_std)
    orthonormality = torch.zeros(())
    if model.projectors.kind == "linear":
        orthonormality = losses.orthonormality(model.projectors.stacked()[0])
    loss = (
        reconstruction
        + config.contrast_weight * contrast
        + config.kl_weight * progress * kl
        + config.orthonormality_weight * orthonormality
    )
    terms = {
        "loss": loss, "reconstruction": reconstruction, "contrast": contrast, "kl": kl,
        "orthonormality": orthonormality, "posterior_std": log_std.exp().mean(),
        "action_mse": ((batch.query_action.flatten(0, 1) - action_mean) ** 2).mean(),
    }  # fmt: skip
    return loss, terms


def _contrast(
    model: Representation, z: Tensor, batch: Batch, config: TrainingConfig
) -> Float[Tensor, ""]:
    if config.contrast == "none":
        return torch.zeros(())
    if config.contrast == "info-nce":
        return losses.info_nce(z, batch.policy, config.info_nce_temperature)
    return torch.stack([
        losses.rank_n_contrast(u, batch.label[:, i], config.temperature)
        for i, u in enumerate(model.projectors(z))
    ]).mean()  # fmt: skip


@torch.no_grad()
def _dagger_round(
    spec: EnvSpec, model: Representation, sampler: BatchSampler, sources: Sequence[Policy],
    config: TrainingConfig, *, seed: int,
) -> None:  # fmt: skip
    """Decode each policy from one posterior sample, roll out, relabel (Ross et al. 2011)."""
    obs, action = sampler.contexts(config.context_size, 1)
    mean, log_std = model.encode(obs[:, 0], action[:, 0])
    z = mean + log_std.exp() * torch.randn_like(mean)
    policy = DecodedPolicy(DecoderWeights.fold(model), z.cpu().numpy())
    rng = np.random.default_rng(seed)
    kept = _kept_steps(spec.horizon, config, rng)
    seeds = rng.integers(0, 2**31, len(sources)).tolist()
    visited = simulate_many(spec, policy, seeds, kept_steps=kept).obs
    labels = np.stack([source.act(o) for source, o in zip(sources, visited, strict=True)])
    device = mean.device
    fresh = Relabelled(
        obs=torch.from_numpy(visited).to(device),
        action=torch.from_numpy(labels.astype(np.float32)).to(device),
    )
    sampler.relabelled = fresh if sampler.relabelled is None else sampler.relabelled.join(fresh)
    logger.info("DAgger: %d states of %d decoded policies relabelled", len(kept), len(sources))


def _kept_steps(horizon: int, config: TrainingConfig, rng: np.random.Generator) -> list[int]:
    """Control steps whose states are relabelled, half of them early in the episode."""
    boundary = min(config.dagger_early_steps, horizon // 2)
    num_early = min(config.dagger_kept // 2, boundary)
    early = rng.choice(boundary, num_early, replace=False)
    late = rng.choice(horizon - boundary, config.dagger_kept - num_early, replace=False)
    return sorted([*early.tolist(), *(late + boundary).tolist()])


def _checkpoint(
    model: Representation, optimiser: torch.optim.Optimizer, sampler: BatchSampler, step: int,
    path: Path | None, made_from: str,
) -> None:  # fmt: skip
    if path is None or sampler.relabelled is None:
        return
    visited = sampler.relabelled
    extra = {"step": np.array(step), "visited.obs": visited.obs.cpu().numpy()}
    extra["visited.action"] = visited.action.cpu().numpy()
    write_arrays(net_arrays(model) | adam_arrays(optimiser) | extra, path, made_from=made_from)


def _resume(
    model: Representation, optimiser: torch.optim.Optimizer, sampler: BatchSampler, path: Path,
    made_from: str,
) -> int:  # fmt: skip
    """Step to go on from: 0 without a checkpoint of the same settings and data."""
    if not (path.exists() and is_from(path, made_from)):
        return 0
    arrays = load_file(path)
    restore_net(model, arrays)
    restore_adam(optimiser, arrays)
    device = next(model.parameters()).device
    sampler.relabelled = Relabelled(
        obs=torch.from_numpy(arrays["visited.obs"]).to(device),
        action=torch.from_numpy(arrays["visited.action"]).to(device),
    )
    logger.info("resuming at step %d", arrays["step"].item())
    return arrays["step"].item()
