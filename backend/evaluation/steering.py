"""Does steering deliver? Requests answered by every method, judged by rollouts on fresh seeds."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

import numpy as np

from backend.arrays import Array, Float
from backend.artifacts import as_json
from backend.atlas.atlas import Atlas
from backend.evaluation.evidence import Rows
from backend.evaluation.ledger import Ledger
from backend.evaluation.rollouts import decoded_returns, episode_seeds, source_returns
from backend.steering.correction import CorrectionConfig, verify_and_correct
from backend.steering.descent import PAPER, Descent, DescentConfig
from backend.steering.problem import Problem
from backend.steering.request import Method
from backend.steering.solver import explain, margin, nearest_policies, run_method

MEASURING = 500
"Added to a study's seed for the episodes that judge, so that nothing else ever saw them."
PROTOCOL = 2
"Raised when questions, episodes or judgement change, so that older rows are measured again."
BATCH = 25
"Requests answered together; what is kept of a study that was stopped."


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One way to answer: a column of the steering table."""

    method: Method
    start: Literal["near", "random"] = "near"
    "The training policy whose returns suit best, or any."
    corrected: bool = False
    "Whether rollouts may verify and correct the answer."
    procedure: Literal["ours", "paper", "own network"] = "ours"
    "What it is called; ``own network`` runs the start policy itself, nothing is decoded."
    descent: DescentConfig = DescentConfig()
    "Solver settings."
    margin: bool = True
    "Whether bounds are tightened by the value heads' error."
    correction: CorrectionConfig = CorrectionConfig()
    "What is spent on verification, where it is corrected."

    @property
    def facts(self) -> dict[str, object]:
        """What tells its rows apart."""
        return {
            "method": self.method, "start": self.start, "corrected": self.corrected,
            "procedure": self.procedure,
        }  # fmt: skip


SINGLE_SHOTS = (
    Variant(method="tangent", start="random", procedure="paper", descent=PAPER, margin=False),
    *(
        Variant(method=method, start=start)
        for method in ("tangent", "free", "closed-form")
        for start in ("random", "near")
    ),
    Variant(method="nearest"),
    Variant(method="nearest", procedure="own network"),
)  # fmt: skip
CORRECTED = (
    *(
        Variant(method=method, start=start, corrected=True)
        for method in ("tangent", "free", "closed-form")
        for start in ("near", "random")
    ),
    Variant(method="nearest", corrected=True),
)  # fmt: skip
DEFAULT = CORRECTED[0]
"What the app does."


@dataclass(frozen=True, kw_only=True)
class Judging:
    """How answers are measured."""

    num_episodes: int = 3
    "Fresh episodes per answer."
    seed: int = 0
    "Seed of starts and episodes."
    keep_latents: bool = False
    "Whether rows carry z, so that they can be shown again."
    ledger: Ledger = field(default_factory=Ledger)
    "Where answers are kept until the study is whole."


def answer(atlas: Atlas, problem: Problem, variants: Sequence[Variant], judging: Judging) -> Rows:
    """One row per variant and request: promised and measured returns, kept apart."""
    rows = atlas.training_rows
    near = rows[nearest_policies(problem, atlas.population.returns[rows])[:, 0]]
    random = np.random.default_rng([judging.seed, 8]).choice(rows, problem.num_requests)
    result: Rows = []
    for variant in variants:
        starts = near if variant.start == "near" else random
        for first in range(0, problem.num_requests, BATCH):
            some = np.arange(first, min(first + BATCH, problem.num_requests))
            result += _kept(atlas, problem.rows(some), variant, starts[some], some, judging)
    return result


def _kept(
    atlas: Atlas, problem: Problem, variant: Variant, starts: Array, numbers: Array,
    judging: Judging,
) -> Rows:  # fmt: skip
    """The answers to the requests of some ``numbers``, from the ledger if measured before."""
    question = {
        "protocol": PROTOCOL, "atlas": atlas.content_hash, "variant": as_json(variant),
        "starts": starts.tolist(), "numbers": numbers.tolist(),
        "problem": {name: array.tolist() for name, array in asdict(problem).items()},
        "judging": [judging.num_episodes, judging.seed, judging.keep_latents],
    }  # fmt: skip
    return judging.ledger.rows(
        question, lambda: _answer(atlas, problem, variant, starts, numbers, judging)
    )


def _answer(
    atlas: Atlas, problem: Problem, variant: Variant, starts: Array, numbers: Array,
    judging: Judging,
) -> Rows:  # fmt: skip
    aim = problem.tightened(margin(atlas)) if variant.margin else problem
    began = time.process_time()
    descent = run_method(atlas, aim, atlas.z[starts], variant.method, variant.descent)
    z, num_steps = descent.path[-1], descent.num_steps
    episodes = np.zeros(len(starts), int)
    if variant.corrected:
        z, more, episodes = _correct(atlas, problem, variant, z, judging)
        num_steps = num_steps + more
    cpu_ms = 1000 * (time.process_time() - began) / problem.num_requests
    seeds = episode_seeds(numbers, judging.num_episodes, seed=judging.seed + MEASURING)
    if variant.procedure == "own network":
        measured = source_returns(atlas, starts, seeds)
    else:
        measured = decoded_returns(atlas, z, seeds)
    predicted, distance = atlas.heads.predict(z), atlas.cloud.distance(z)
    outcomes = _outcomes(atlas, problem, descent)
    judged = judge_returns(problem, measured.mean(1))
    return [
        {
            **variant.facts, "request": int(numbers[r]),
            "target": problem.target[r].tolist(), "lower": problem.lower[r].tolist(),
            "start_policy": atlas.population.ids[int(starts[r])],
            "predicted": predicted[r].tolist(), "measured": measured[r].mean(0).tolist(),
            "measured_std": measured[r].std(0).tolist(),
            **{name: values[r].item() for name, values in judged.items()},
            "predicted_feasible": bool(problem.badness(predicted)[r] <= 1),
            "outcome": outcomes[r], "num_steps": int(num_steps[r]),
            "distance_to_data": float(distance[r]), "cpu_ms": cpu_ms,
            "rollouts": int(episodes[r]),
            **({"z": z[r].astype(np.float32).tolist()} if judging.keep_latents else {}),
        }
        for r in range(problem.num_requests)
    ]  # fmt: skip


def judge_returns(problem: Problem, returns: Float[Array, "batch objective"]) -> dict[str, Array]:
    """Largest target error and bound violation in % of range, and success by both tolerances.

    ``success_5``: target within 5 %, bounds within 2 %. ``success_10``: both within 10 %.
    """
    error = np.abs(problem.target_error(returns)).max(1)
    violation = problem.violation(returns).max(1)
    return {
        "target_error_percent": 100 * error,
        "violation_percent": 100 * violation,
        "success_5": (error <= 0.05) & (violation <= 0.02),
        "success_10": (error <= 0.10) & (violation <= 0.10),
    }


def _correct(
    atlas: Atlas, problem: Problem, variant: Variant, z: Array, judging: Judging
) -> tuple[Array, Array, Array]:
    """(best latent, further solver steps, episodes spent) of every request."""
    config = replace(variant.correction, method=variant.method, seed=judging.seed + 1)
    if variant.start == "random":
        config = replace(config, num_starts=0)
    pool = verify_and_correct(atlas, problem, config, first=z)
    best = np.array([pool.answer(r) for r in range(problem.num_requests)])
    steps, episodes = (
        np.bincount(pool.request, weights=spent, minlength=problem.num_requests).astype(int)
        for spent in (pool.num_steps, pool.num_episodes)
    )
    return pool.z[best], steps, episodes


def _outcomes(atlas: Atlas, problem: Problem, descent: Descent) -> list[str]:
    """What the app says of each single shot."""
    z = descent.path[-1]
    predicted, distance = atlas.heads.predict(z), atlas.cloud.distance(z)
    words = []
    for r in range(problem.num_requests):
        one = replace(
            descent, path=descent.path[:, r : r + 1], num_steps=descent.num_steps[r : r + 1],
            multipliers=descent.multipliers[:, r : r + 1],
            feasible=descent.feasible[r : r + 1], stalled=descent.stalled[r : r + 1],
        )  # fmt: skip
        asked = problem.rows(np.array([r]))
        names = atlas.spec.objective_names
        words.append(explain(asked, one, predicted[r], float(distance[r]), names)[0])
    return words
