"""What there is to look at: the atlases by name, one atlas' policies, and what to ask first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor
from pathlib import Path

import numpy as np

from backend.arrays import Array, Float
from backend.artifacts import MANIFEST
from backend.atlas.atlas import Atlas
from backend.atlas.front import pareto_front
from backend.atlas.store import HOLE_SUFFIX, list_atlases
from backend.envs.spec import Objective
from backend.envs.table import ENVIRONMENTS
from backend.steering.request import Mode

HOLE_WORDS = "with a hole"
HOLE_NOTE = "a band in the middle of the returns was left out of training"
COARSE_STEP, COARSE_FROM = 10, 1000
"Controls whose range is wider than this move in steps of ten."
SLOW_SHARE = 0.25
"A first start is the policy nearest to this share of the first objective's range."
NUM_NEAR, EASE = 5, 0.03
"Policies near the first target that say what else can be had there, and what is left as slack."


@dataclass(frozen=True, kw_only=True)
class AtlasLabel:
    """An atlas as a person is offered it."""

    name: str
    "Name of the atlas: what stands in addresses and on the command line."
    title: str
    "The robot, and what sets the atlas apart from others of it."
    note: str
    "What sets it apart, in full; empty if nothing does."
    objectives: tuple[str, ...]
    "Titles of the objectives; none where the manifest cannot be read."
    whole: str
    "Name of the same atlas without a hole; its own where it has none, or where there is no such."


@dataclass(frozen=True)
class Scale:
    """Whole numbers a return may be asked to be."""

    low: int
    high: int
    step: int
    "What one press of an arrow key changes."

    def nearest(self, value: float) -> int:
        """The value a control would show."""
        return min(max(self.step * round(value / self.step), self.low), self.high)


def scale(low: float, high: float) -> Scale:
    """Inside a range of returns; around it where it holds no two whole numbers."""
    if ceil(low) < floor(high):
        first, last = ceil(low), floor(high)
    else:
        first, last = floor(low), max(ceil(high), floor(low) + 1)
    return Scale(first, last, COARSE_STEP if last - first > COARSE_FROM else 1)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One atlas, one row per policy."""

    name: str
    title: str
    content_hash: str
    latent_dim: int
    objectives: tuple[Objective, ...]
    horizon: int
    "Control steps per episode that runs its course."
    ids: tuple[str, ...]
    held_out: Array
    "'' or the reason a policy was kept out of training."
    returns: Float[Array, "policy objective"]
    "Measured means."
    returns_std: Float[Array, "policy objective"]
    predicted: Float[Array, "policy objective"]
    "What the value heads say."
    places: dict[str, Float[Array, "policy xy"]]
    "Map name -> places."
    returns_low: Float[Array, "objective"]
    returns_high: Float[Array, "objective"]
    first_start: str
    "Policy to start from before anybody has chosen one: a slow one."
    first_goals: dict[str, tuple[Mode, int]]
    "Objective -> (mode, return) to ask before anybody has asked; what is left out is free."
    num_episodes: int
    "Episodes behind each measured mean."

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Row of each policy id."""
        return {policy_id: row for row, policy_id in enumerate(self.ids)}

    def index(self, objective: str) -> int:
        """Which objective has a name."""
        return [o.name for o in self.objectives].index(objective)

    def scale(self, i: int) -> Scale:
        """What a control for objective i offers."""
        return scale(float(self.returns_low[i]), float(self.returns_high[i]))

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Every two objectives that a plane can show, in order."""
        num = len(self.objectives)
        return tuple((i, j) for i in range(num) for j in range(i + 1, num))

    def front(self, pair: tuple[int, int]) -> Float[Array, "front 2"]:
        """Measured returns that no policy beats in both objectives of a pair, by the first."""
        return pareto_front(self.returns[:, list(pair)])


def overview(atlas: Atlas) -> Overview:
    """The overview of an atlas."""
    population = atlas.population
    return Overview(
        name=atlas.name, title=atlas_title(atlas.name, atlas.spec.name),
        content_hash=atlas.content_hash, latent_dim=atlas.z.shape[1],
        objectives=atlas.spec.objectives, horizon=atlas.spec.horizon, ids=tuple(population.ids),
        held_out=population.held_out, returns=population.returns,
        returns_std=population.returns_std, predicted=atlas.predicted,
        places={key: atlas.place(key, atlas.z) for key in atlas.maps},
        returns_low=atlas.returns_low, returns_high=atlas.returns_high,
        first_start=first_start(atlas), first_goals=first_goals(atlas),
        num_episodes=population.num_episodes,
    )  # fmt: skip


def first_start(atlas: Atlas) -> str:
    """The environment's own first start if the atlas holds it, else a slow training policy."""
    ids, chosen = atlas.population.ids, atlas.spec.first_view.start
    if chosen in ids:
        return chosen
    share = _training_shares(atlas)[:, 0]
    return ids[int(atlas.training_rows[np.abs(share - SLOW_SHARE).argmin()])]


def first_goals(atlas: Atlas) -> dict[str, tuple[Mode, int]]:
    """The environment's first goals in return units.

    A bound is loosened to what the policies nearest to the target have, with a little slack, so
    that the first thing anybody sees is a request that can be met.
    """
    shares = _training_shares(atlas)
    wanted = atlas.spec.first_view.goals
    near = np.abs(shares[:, 0] - wanted[0][1]).argsort()[:NUM_NEAR]
    goals: dict[str, tuple[Mode, int]] = {}
    for i, (mode, share) in enumerate(wanted):
        if mode == "at least":
            share = min(share, float(shares[near, i].max()) - EASE)
        value = atlas.returns_low[i] + max(share, 0.0) * atlas.returns_extent[i]
        offered = scale(float(atlas.returns_low[i]), float(atlas.returns_high[i]))
        goals[atlas.spec.objectives[i].name] = (mode, offered.nearest(float(value)))
    return goals


def _training_shares(atlas: Atlas) -> Float[Array, "policy objective"]:
    """Measured returns of the training policies as shares of the attainable range."""
    extent = np.where(atlas.returns_extent > 0, atlas.returns_extent, 1.0)
    return (atlas.population.returns[atlas.training_rows] - atlas.returns_low) / extent


def atlas_labels(root: Path) -> list[AtlasLabel]:
    """Every atlas of a folder, in the environment table's order; reads manifests only.

    A damaged atlas is offered under its name: opening it says what is wrong.
    """
    order, names = list(ENVIRONMENTS), list_atlases(root)
    labels = []
    for name in names:
        env = _environment(root / name)
        spec = ENVIRONMENTS.get(env)
        label = AtlasLabel(
            name=name, title=atlas_title(name, env),
            note=HOLE_NOTE if name.endswith(HOLE_SUFFIX) else "",
            objectives=tuple(o.title for o in spec.objectives) if spec else (),
            whole=whole if (whole := name.removesuffix(HOLE_SUFFIX)) in names else name,
        )  # fmt: skip
        labels.append((order.index(env) if spec else len(order), name, label))
    return [label for *_, label in sorted(labels, key=lambda row: row[:2])]


def atlas_title(name: str, env: str) -> str:
    """The robot's name for an environment's own atlas, with words for any other."""
    if env not in ENVIRONMENTS:
        return name
    title = ENVIRONMENTS[env].title
    if name == env:
        return title
    return f"{title} {HOLE_WORDS}" if name == env + HOLE_SUFFIX else f"{title} ({name})"


def _environment(folder: Path) -> str:
    """The environment a manifest names, or what the folder's name suggests."""
    try:
        return str(json.loads((folder / MANIFEST).read_text())["config"]["env"])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError):
        return folder.name.removesuffix(HOLE_SUFFIX)
