"""Primal-dual descent in latent space with the gradient on the local tangent space.

Li et al. 2026 (arXiv 2601.22350): move z towards target returns under value constraints, every
step projected on the span of the nearest training latents. Ours are: multipliers that can decay
(projected dual ascent) and a quadratic penalty beside each (augmented Lagrangian), longer steps,
tangent spaces kept for some steps, bounds that may carry a margin, and many starts and requests in
one batch. ``PAPER`` switches the solver's own off; the paper also starts anew, twice at most, from
draws around a latent and returns the best of its tries.
"""

from dataclasses import dataclass

import torch

from backend.arrays import Array, Bool, Float, Int, Tensor
from backend.representation.value_heads import ValueHeads
from backend.steering.problem import Problem
from backend.threads import one_thread


@dataclass(frozen=True, kw_only=True)
class DescentConfig:
    """Settings of the solver."""

    max_steps: int = 300
    "Step budget."
    step_size: float = 0.2
    "Gradient step on z."
    dual_step_size: float = 0.2
    "Step of the multipliers."
    penalty: float = 1.0
    "Weight of the quadratic penalty that goes with each multiplier (augmented Lagrangian)."
    tolerance: float = 0.005
    "A target is reached within this share of its range (predicted)."
    project: float = 1.0
    "Of a gradient's part that leaves the tangent space, the share that is removed; 0 is free."
    num_neighbours: int = 50
    "Nearest latents that span the tangent space."
    variance_kept: float = 0.95
    "Share of their variance the span keeps."
    tangent_refresh: int = 5
    "Steps between two computations of the tangent space; the paper's 1 costs five times as much."
    decaying_multipliers: bool = True
    "False: multipliers only grow, and act only while their bound is violated (official code)."


PAPER = DescentConfig(
    max_steps=2000, step_size=0.01, dual_step_size=0.01, penalty=0.0, tolerance=0.01,
    tangent_refresh=1, decaying_multipliers=False,
)  # fmt: skip
"The published procedure's settings."


@dataclass(frozen=True, kw_only=True)
class Descent:
    """Paths of a batch; rows that ended early repeat their last latent."""

    path: Float[Array, "step batch latent"]
    multipliers: Float[Array, "step batch objective"]
    num_steps: Int[Array, "batch"]
    "Step at which each row ended."
    feasible: Bool[Array, "batch"]
    "Whether the row met its goals, judged on predictions."
    stalled: Bool[Array, "batch"]
    "Whether the row stopped making progress before the budget ended."


def tangent_projector(
    z: Float[Tensor, "batch latent"], items: Float[Tensor, "item latent"], num: int, variance: float
) -> Float[Tensor, "batch latent latent"]:
    """Orthogonal projector on the local tangent space at each z.

    The ``num`` nearest items are centred at their mean; the fewest principal directions that reach
    the share ``variance`` of their squared singular values are kept.
    """
    nearest = torch.cdist(z, items).topk(min(num, len(items)), largest=False).indices
    cloud = items[nearest]
    cloud = cloud - cloud.mean(1, keepdim=True)
    values, vectors = torch.linalg.eigh(cloud.mT @ cloud)
    values, vectors = values.flip(-1).clamp(min=0), vectors.flip(-1)
    before = torch.cumsum(values, -1) - values
    kept = before < variance * values.sum(-1, keepdim=True)
    basis = vectors * kept[:, None, :]
    return basis @ basis.mT


def largest_step(weight: Float[Tensor, "objective latent"], penalty: float) -> float:
    """Longest step at which descent on the quadratic misses is sure not to diverge.

    Half the step at which it would begin to with a penalty of 1; that very step without any.
    Heads fitted to ordinary populations are far from it; those of a few policies need not be.
    """
    steepest = float(torch.linalg.matrix_norm(weight, 2)) ** 2
    return 1 / ((1 + penalty) * steepest) if steepest > 0 else torch.inf


def descend(
    problem: Problem, start: Float[Array, "batch latent"], heads: ValueHeads,
    items: Float[Array, "item latent"], config: DescentConfig, *, device: str = "cpu",
) -> Descent:  # fmt: skip
    """Steer every row of ``start`` towards its row of ``problem``."""
    with torch.no_grad(), one_thread():
        return _descend(problem, start, heads, items, config, device)


def _descend(
    problem: Problem,
    start: Array,
    heads: ValueHeads,
    items: Array,
    config: DescentConfig,
    device: str,
) -> Descent:
    tensor = lambda array: torch.as_tensor(array, dtype=torch.float64, device=device)  # noqa: E731
    weight, bias, extent = (
        tensor(heads.weight),
        tensor(heads.bias),
        tensor(problem.extent / heads.returns_std),
    )
    target, lower, upper = (
        tensor(heads.standardise(goal)) for goal in (problem.target, problem.lower, problem.upper)
    )
    cloud, z = tensor(items), tensor(start).clone()
    asked = ~target.isnan()
    target = target.nan_to_num()
    dual = torch.zeros((2, *target.shape), dtype=z.dtype, device=device)
    done = torch.zeros(len(z), dtype=torch.bool, device=device)
    projector, step_size = None, min(config.step_size, largest_step(weight, config.penalty))
    path, duals = [z.clone()], [dual[0] - dual[1]]
    ends = torch.full_like(done, config.max_steps, dtype=torch.int64)
    best = z.new_full(done.shape, torch.inf)
    best_step = torch.zeros_like(best)
    for step in range(config.max_steps + 1):
        value = z @ weight.T + bias
        error = (value - target) * asked
        excess = torch.stack([lower - value, value - upper]).clamp(min=-1e9)
        miss = (error.abs() - config.tolerance * extent).clamp(min=0).sum(-1)
        miss = miss + excess.clamp(min=0).sum((0, -1))
        arrived = (miss <= 1e-9) & ~done
        ends = torch.where(arrived, step, ends)
        done |= arrived
        better = miss < 0.99 * best
        best, best_step = torch.where(better, miss, best), torch.where(better, step, best_step)
        if step == config.max_steps or bool(done.all()):
            break
        force = 2 * error
        if config.decaying_multipliers:
            push = (dual + config.penalty * excess).clamp(min=0)
            dual = (dual + config.dual_step_size * excess).clamp(min=0)
        else:
            push = dual * (excess > 0)
            dual = dual + config.dual_step_size * excess.clamp(min=0)
        gradient = (force - push[0] + push[1]) @ weight
        if config.project:
            if projector is None or step % config.tangent_refresh == 0:
                projector = tangent_projector(z, cloud, config.num_neighbours, config.variance_kept)
            on_data = (projector @ gradient[..., None])[..., 0]
            gradient = torch.lerp(gradient, on_data, config.project)
        z = torch.where(done[:, None], z, z - step_size * gradient)
        path.append(z)
        duals.append(dual[0] - dual[1])
    stalled = ~done & (best_step < 0.8 * config.max_steps)
    return Descent(
        path=torch.stack(path).cpu().numpy(),
        multipliers=torch.stack(duals).cpu().numpy(),
        num_steps=ends.cpu().numpy(),
        feasible=done.cpu().numpy(),
        stalled=stalled.cpu().numpy(),
    )
