"""The bandits: what each order and basis can hold, and what PPO makes of every kind of policy."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from backend.action_latents.polynomial import settings, unsaid
from backend.action_latents.polynomial.bandits import BANDITS, Bandit, bandit, draw, train_on
from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.features import Basis, PolynomialFeatures
from backend.action_latents.polynomial.fitting import Target, fit_adam, fit_lbfgs
from backend.action_latents.polynomial.heads import DensityHead, Head
from backend.action_latents.polynomial.ppo import Learner
from backend.action_latents.polynomial.quadrature import tensor_grid
from backend.action_latents.polynomial.recipes import (
    ALPHA,
    ALPHAS,
    BANDIT_ORDERS,
    KINDS,
    Kind,
    bandit_config,
    bandit_head,
)
from backend.arrays import Tensor
from backend.artifacts import as_json
from backend.evaluation.ledger import Ledger

Rows = list[dict[str, Any]]
Report = Callable[[int, int, str], None]
FIT_ORDERS = tuple(range(2, 15, 2))
FIT_BASES: tuple[Basis, ...] = ("legendre", "monomial")
BEST: Basis = "orthonormal"
"The basis in which the optimum is looked for; all bases span the same space."
FIT_NODES, BEST_STEPS = 128, 400
NUM_SAMPLES = 4000
"Actions that coverage and mean reward are counted on."


def fit_name(name: str, how: str, order: int) -> str:
    """Of a fit: ``how`` is a basis, after 300 steps of Adam in it, or ``best``."""
    return f"{name}.{how}.{order}"


def fit_bandits(report: Report = lambda *_: None) -> tuple[dict[str, Tensor], Rows]:
    """(λ of every fit, rows of their KL to exp(r/α)/Z). Nothing is sampled."""
    fits: dict[str, Tensor] = {}
    rows: Rows = []
    jobs = [(n, how, k) for n in BANDITS for how in (*FIT_BASES, "best") for k in FIT_ORDERS]
    grid = tensor_grid(2, FIT_NODES, "trapezoid")
    rewards = {name: bandit(name).reward(grid.nodes) for name in BANDITS}
    for done, (name, how, order) in enumerate(jobs, 1):
        basis = BEST if how == "best" else how
        features = PolynomialFeatures(dim=2, order=order, basis=basis)  # type: ignore[arg-type]
        family = PolynomialFamily(features, grid, dtype=torch.float64)
        target = Target.boltzmann(family, rewards[name], ALPHA)
        if how == "best":
            natural, kl = fit_lbfgs(family, target, num_steps=BEST_STEPS)
        else:
            natural, kl = fit_adam(family, target)
        fits[fit_name(name, how, order)] = natural
        rows.append({
            "bandit": name, "fit": how, "order": order, "num_features": features.num, "kl": kl,
        })  # fmt: skip
        report(done, len(jobs), f"{name}, {how}, K = {order}")
    return fits, rows


@dataclass(frozen=True, kw_only=True)
class Job:
    """One training on a bandit."""

    bandit: str
    kind: Kind
    order: int
    "Of the polynomial; 0 elsewhere."
    entropy_weight: float
    normalised: bool
    "Whether advantages are divided by their spread."
    seed: int


def jobs_of(seeds: Sequence[int]) -> list[Job]:
    """All kinds at all entropy weights, all orders at one, and the lesson of normalisation."""
    found = []
    for name in BANDITS:
        for seed in seeds:
            plans: list[tuple[Kind, int, float, bool]] = []
            for kind in KINDS:
                order = BANDIT_ORDERS[-1] if kind == "polynomial" else 0
                weights = ALPHAS if kind != "flow" else (0.0,)
                for weight in weights:
                    plans.append((kind, order, weight, False))
            for order in BANDIT_ORDERS[:-1]:
                plans.append(("polynomial", order, ALPHA, False))
            plans.append(("polynomial", BANDIT_ORDERS[-1], ALPHA, True))
            found += [
                Job(bandit=name, kind=kind, order=order, entropy_weight=weight,
                    normalised=normalised, seed=seed)
                for kind, order, weight, normalised in plans
            ]  # fmt: skip
    return found


def kept_job(job: Job, scratch: Path) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """``run_job``, or what an earlier run of the same settings kept in ``scratch``."""

    def run() -> Rows:
        row, history = run_job(job)
        return [row, *history]

    row, *history = Ledger(scratch).rows(question_of(job), run)
    return row, history


def question_of(job: Job) -> list[Any]:
    """All that decides the answer; what the first answers did not say is left out while it holds.

    So theirs stay valid.
    """
    config = bandit_config(job.kind, job.entropy_weight, normalised=job.normalised)
    plain = [as_json(job), as_json(config)]
    further = settings.of_bandit(job.bandit, job.kind, NUM_SAMPLES)
    return plain if further == unsaid.of_bandit(job.bandit, job.kind) else [*plain, further]


def run_job(job: Job) -> tuple[dict[str, Any], list[dict[str, float]]]:
    """(row of the trained policy, its figures by iteration), on one thread."""
    torch.set_num_threads(1)
    torch.manual_seed(job.seed)
    began = time.process_time()
    task, head = bandit(job.bandit), bandit_head(job.kind, job.order)
    config = bandit_config(job.kind, job.entropy_weight, normalised=job.normalised)
    learner: Learner = train_on(task, head, config)
    seconds = time.process_time() - began
    action = draw(head, NUM_SAMPLES)[1].clamp(-1, 1)
    return {
        "bandit": job.bandit, "kind": job.kind, "order": job.order,
        "entropy_weight": job.entropy_weight, "normalised": job.normalised, "seed": job.seed,
        "coverage": task.coverage(action), "reward": float(task.reward(action).mean()),
        "entropy": learner.history[-1]["entropy"], "kl": _kl(task, head, job.entropy_weight),
        "cpu_seconds": seconds,
    }, learner.history  # fmt: skip


def lesson_rows(job: Job, history: list[dict[str, float]]) -> Rows:
    """The curve of a training that differs from another by the advantages alone; else nothing."""
    if (job.kind, job.order, job.entropy_weight) != ("polynomial", BANDIT_ORDERS[-1], ALPHA):
        return []
    return [
        {
            "bandit": job.bandit, "normalised": job.normalised, "seed": job.seed, "iteration": i,
            "entropy": step["entropy"], "reward": step["reward"],
        }
        for i, step in enumerate(history, 1)
    ]  # fmt: skip


@torch.no_grad()
def _kl(task: Bandit, head: Head, alpha: float) -> float | None:
    """To exp(r/α)/Z, for a density on the box; None for the others."""
    if not isinstance(head, DensityHead):
        return None
    density = head.distribution(torch.zeros(1, 1))
    if not isinstance(density, PolynomialDensity):
        return None
    family = density.family
    target = Target.boltzmann(family, task.reward(family.quadrature.nodes), alpha)
    return float(target.kl_from(PolynomialDensity(density.natural[0], family)))


def throughput(
    sample: Callable[[], Any], judge: Callable[[], Any], num: int, *, repeats: int = 20
) -> tuple[float, float]:
    """(samples, judgements) per second, medians over the repeats."""
    return _rate(sample, num, repeats), _rate(judge, num, repeats)


@torch.no_grad()
def _rate(work: Callable[[], Any], num: int, repeats: int) -> float:
    work()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return num / sorted(seconds)[repeats // 2]
