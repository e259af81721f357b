"""What a person may ask of the solver, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Literal

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue, UnknownName

Mode = Literal["target", "at least", "at most"]
Method = Literal["tangent", "free", "closed-form", "nearest"]
Outcome = Literal["reached", "infeasible", "left manifold", "out of steps"]

MOST_STEPS = 10_000
"Largest step budget."
LATENT_REACH = 100.0
"How many times as far from the origin as the atlas' own latents a start may lie."
METHODS: tuple[Method, ...] = ("tangent", "free", "closed-form", "nearest")


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is asked of one objective. An objective without a goal is free."""

    mode: Mode
    "Equal to, at least, or at most."
    value: float
    "Return asked for, in the objective's own unit."


@dataclass(frozen=True, kw_only=True)
class SteerRequest:
    """One question. Frozen and hashable through ``key``, so it doubles as a cache key."""

    goals: Mapping[str, Goal]
    "Objective name -> goal; at least one."
    start: str | tuple[float, ...] | None = None
    "Policy id or z to start from; None takes the policy whose returns suit the goals best."
    method: Method = "tangent"
    "Gradient projected on the local tangent space, free gradient, closed form, or no steering."
    projection: float = 1.0
    "Of the gradient's part that leaves the tangent space, the share the tangent method removes."
    max_steps: int = 300
    "Step budget of the descent."
    margin: bool = True
    "Tighten bounds by one root-mean-square error of the value heads."
    seed: int = 0
    "Seed of verifying and measuring episodes."

    @property
    def key(self) -> tuple[object, ...]:
        """Everything that determines the answer, hashable."""
        goals = tuple((name, goal.mode, goal.value) for name, goal in sorted(self.goals.items()))
        how = self.method, self.projection, self.max_steps, self.margin
        return goals, self.start, *how, self.seed


@dataclass(frozen=True, kw_only=True)
class SteerResult:
    """Where the solver went. The request is *aimed*; everything here is *predicted*."""

    outcome: Outcome
    "How it ended, judged on predictions and on distance to data."
    reason: str
    "One sentence for a person."
    start_id: str | None
    "Policy the path starts from; None when the request gave a z."
    nearest_id: str
    "Existing policy whose measured returns suit the goals best: what there was without steering."
    path: Float[Array, "step latent"]
    "Latents visited, start first, answer last."
    predicted: Float[Array, "step objective"]
    "Value heads along the path."
    multipliers: Float[Array, "step objective"]
    "Lagrange multipliers of the bounds along the path."
    distance_to_data: Float[Array, "step"]
    "Distance to the nearest training latent in units of local spacing."
    seconds: float
    "Wall time of the solve."

    @property
    def z(self) -> Float[Array, "latent"]:
        """The answer."""
        return self.path[-1]

    @property
    def num_steps(self) -> int:
        """Descent steps taken."""
        return len(self.path) - 1


def check_request(request: SteerRequest, atlas: Atlas) -> None:
    """Refuse what no solver could use: UnknownName or InvalidValue, naming the expected."""
    if not request.goals:
        raise InvalidValue("request", "no goal", "a target or bound on at least one objective")
    for name, goal in request.goals.items():
        i = atlas.objective(name)
        low, high = floor(atlas.returns_low[i]), ceil(atlas.returns_high[i])
        if not isfinite(goal.value) or not low <= goal.value <= high:
            raise InvalidValue(f"{goal.mode} {name}", goal.value, f"a number from {low} to {high}")
    if request.method not in METHODS:
        raise UnknownName("method", request.method, METHODS)
    if not 0 <= request.projection <= 1:
        raise InvalidValue("projection", request.projection, "a number from 0 to 1")
    if not 1 <= request.max_steps <= MOST_STEPS:
        expected = f"a whole number from 1 to {MOST_STEPS}"
        raise InvalidValue("max_steps", request.max_steps, expected)
    if isinstance(request.start, str):
        atlas.population.row(request.start)
    elif request.start is not None:
        _check_latent(request.start, atlas)


def _check_latent(z: tuple[float, ...], atlas: Atlas) -> None:
    dim, reach = atlas.z.shape[1], LATENT_REACH * float(np.abs(atlas.z).max())
    if len(z) != dim or not all(map(isfinite, z)):
        raise InvalidValue("start", f"{len(z)} numbers", f"{dim} finite numbers")
    if max(map(abs, z)) > reach:
        raise InvalidValue("start", f"{max(z, key=abs):g}", f"numbers within ±{reach:g}")
