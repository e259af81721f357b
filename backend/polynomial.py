"""The façade of polynomial policies: worlds, densities, walks, fits; numpy and bytes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.decomposition import PCA

from backend.action_latents.polynomial.bandit_study import BEST, FIT_BASES, FIT_ORDERS, fit_name
from backend.action_latents.polynomial.bandits import BANDITS, bandit
from backend.action_latents.polynomial.density import PolynomialDensity, PolynomialFamily
from backend.action_latents.polynomial.evidence import SHELF_DIR
from backend.action_latents.polynomial.features import PolynomialFeatures
from backend.action_latents.polynomial.heads import DensityHead
from backend.action_latents.polynomial.modes import Mode, modes
from backend.action_latents.polynomial.navigation import Walks, walk
from backend.action_latents.polynomial.quadrature import tensor_grid
from backend.action_latents.polynomial.recipes import ALPHA, WORLD_CLIP, WORLD_ORDER
from backend.action_latents.polynomial.steered import SteeredHead, Steering
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR, Shelf, WorldPolicy, open_shelf
from backend.action_latents.polynomial.tables import (
    BANDIT_ENV,
    BUILD,
    ROBOT_ENV,
    WORLD_ENV,
    rows_on_disk,
)
from backend.arrays import Array, Float
from backend.envs.smooth_world import LAYOUTS, Layout, layout
from backend.errors import DamagedArtifact, InvalidValue
from backend.threads import one_thread

__all__ = ["BEST", "FIT_BASES", "FIT_ORDERS", "Chart", "Fan", "Fit", "Mode", "Polynomial",
           "Steering"]  # fmt: skip

NUM_WALKS = 50
"Walks of a fan."
TEMPERATURES, MOST_TILT, MOST_NUDGE, NUM_NUDGES = (0.25, 4.0), 6.0, 3.0, 10
"Limits of the steering that a page may ask for."
PICTURE = 64
"Cells along each side of a bandit's picture."
UNSTEERED = Steering()
HOWS = (*FIT_BASES, "best")
FILED_UNDER = {"worlds": WORLD_ENV, "throughput": WORLD_ENV, "robots": ROBOT_ENV}
"Table -> environment of its file; of all others the bandits."


@dataclass(frozen=True, kw_only=True)
class Fan:
    """Walks from one place, and what they came to."""

    path: Float[Array, "time walk 2"]
    outcome: Array
    "Of every walk: the goal's number, 0 for none, -2 for death."
    shares: Sequence[float]
    "Of the walks that reached each goal."
    deaths: float
    success: float
    mean_length: float
    "Steps."


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A polynomial policy over all free cells of its world."""

    places: Float[Array, "place 2"]
    entropy: Float[Array, "place"]
    "Nats, exact."
    value: Float[Array, "place"]
    "The critic's."
    xy: Float[Array, "place 2"]
    "λ(s) on its first two principal components."
    explained: tuple[float, float]
    "Share of λ's variance along each."
    num_features: int
    "Length of λ."


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fitted bandit density beside its target."""

    density: Float[Array, "row column"]
    target: Float[Array, "row column"]
    modes: Sequence[Mode]
    kl: float


class Polynomial:
    """Everything a page may ask for."""

    def __init__(self, root: Path = POLYNOMIAL_DIR) -> None:
        self._root = root
        self._policy = lru_cache(maxsize=32)(self._load)
        self.chart = lru_cache(maxsize=8)(self._chart)

    @cached_property
    def _shelf(self) -> Shelf:
        return open_shelf(self._root / SHELF_DIR.name)

    def layouts(self) -> list[str]:
        """Worlds with a trained policy. Raises DamagedArtifact."""
        known = {name for name, _ in self._shelf.policies}
        return [name for name in LAYOUTS if name in known]

    def kinds(self, world: str) -> list[str]:
        """Kinds of policy trained in a world."""
        return [kind for name, kind in self._shelf.policies if name == world]

    @staticmethod
    def world(name: str) -> Layout:
        """Raises UnknownName."""
        return layout(name)

    def network(self, world: str) -> tuple[bytes, dict[str, Any]]:
        """(float32 weights and biases of λ(s), layer by layer [out × in]; how they are read)."""
        head = self._head(world)
        numbers = b"".join(p.detach().numpy().astype("<f4").tobytes() for p in head.parameters())
        widths = [2, *(len(p) for n, p in head.named_parameters() if n.endswith("bias"))]
        return numbers, {"widths": widths, "order": WORLD_ORDER, "clip": WORLD_CLIP}

    def fan(
        self, world: str, kind: str, at: Sequence[float], steering: Steering = UNSTEERED, *,
        num: int = NUM_WALKS, seed: int = 0,
    ) -> Fan:  # fmt: skip
        """Walks from a place, measured. Only the polynomial policy can be steered.

        Raises UnknownName, or InvalidValue for a place in a wall or a steering beyond its limits.
        """
        room = layout(world)
        self.check(world, at)
        check_steering(steering)
        head = self._policy(world, kind).head
        if kind == "polynomial":
            head = SteeredHead(self._head(world), steering)
        with one_thread():
            return _fan(walk(head, room, np.array(at, float), num=num, seed=seed), room)

    @staticmethod
    def check(world: str, at: Sequence[float]) -> None:
        """Raises InvalidValue for a place that is not two numbers in a free cell."""
        place = np.array(at, float)
        if place.shape != (2,) or not np.isfinite(place).all() or layout(world).holds(place) != 0:
            raise InvalidValue("place", list(at), "two numbers from -1 to 1, in a free cell")

    def _chart(self, world: str) -> Chart:
        """Entropy, value and λ over all free cells."""
        places = layout(world).free_places()
        obs = torch.from_numpy(places).float()
        with torch.no_grad():
            density = self._head(world).distribution(obs)
            assert isinstance(density, PolynomialDensity)
            value = self._policy(world, "polynomial").critic(obs)[:, 0]
            pca = PCA(2).fit(density.natural.numpy())
            xy = pca.transform(density.natural.numpy())
            entropy = density.entropy().numpy()
        first, second = pca.explained_variance_ratio_.tolist()
        return Chart(
            places=places, entropy=entropy, value=value.numpy(), xy=xy, explained=(first, second),
            num_features=density.natural.shape[1],
        )  # fmt: skip

    def bandits(self) -> dict[str, str]:
        """Name -> title."""
        return {name: task.title for name, task in BANDITS.items()}

    def fit(self, name: str, how: str, order: int) -> Fit:
        """A fitted density as a picture. Raises UnknownName, InvalidValue or DamagedArtifact."""
        task = bandit(name)
        if how not in HOWS or order not in FIT_ORDERS:
            expected = f"one of {', '.join(HOWS)} and an order of {FIT_ORDERS}"
            raise InvalidValue("fit", f"{how}, {order}", expected)
        grid = tensor_grid(2, PICTURE, "trapezoid")
        features = PolynomialFeatures(dim=2, order=order, basis=BEST if how == "best" else how)  # type: ignore[arg-type]
        family = PolynomialFamily(features, grid, dtype=torch.float64)
        natural, kl = self._fitted(name, how, order)
        density = PolynomialDensity(natural, family)
        energy = task.reward(grid.nodes) / ALPHA
        target = (energy - torch.logsumexp(energy + grid.log_weights, 0)).exp()
        return Fit(
            density=_picture(density.log_density.exp()), target=_picture(target),
            modes=modes(density), kl=kl,
        )  # fmt: skip

    def _fitted(self, name: str, how: str, order: int) -> tuple[torch.Tensor, float]:
        """(λ, KL) as kept by the build."""
        asked = fit_name(name, how, order)
        try:
            return self._fits[asked].double(), self.kl_curve(name)[how][order]
        except KeyError:
            raise DamagedArtifact(self._root, f"lacks the fit {asked}", BUILD) from None

    @cached_property
    def _fits(self) -> dict[str, torch.Tensor]:
        return self._shelf.fits()

    def kl_curve(self, name: str) -> dict[str, dict[int, float]]:
        """How fitted -> order -> KL to the target, nats; as measured at the build."""
        rows = rows_on_disk("fits", BANDIT_ENV, self._root).rows
        found: dict[str, dict[int, float]] = {}
        for row in rows:
            if row["bandit"] == name:
                found.setdefault(row["fit"], {})[row["order"]] = row["kl"]
        return found

    def table(self, name: str) -> list[dict[str, Any]]:
        """A table of ``steerscape evaluate polynomial``. Raises UnknownName where not measured."""
        env = FILED_UNDER.get(name, BANDIT_ENV)
        return rows_on_disk(name, env, self._root).rows

    def parameters(self, name: str) -> Mapping[str, Any]:
        """Sizes a table was measured with. Raises UnknownName where not measured."""
        return rows_on_disk(name, FILED_UNDER.get(name, BANDIT_ENV), self._root).parameters

    def _head(self, world: str) -> DensityHead:
        head = self._policy(world, "polynomial").head
        assert isinstance(head, DensityHead)
        return head

    def _load(self, world: str, kind: str) -> WorldPolicy:
        return self._shelf.load(world, kind)


def check_steering(steering: Steering) -> None:
    """Raises InvalidValue for one beyond what a page may ask for."""
    low, high = TEMPERATURES
    if not low <= steering.temperature <= high:
        raise InvalidValue("temperature", steering.temperature, f"{low} to {high}")
    if len(steering.tilt) != 2 or any(not abs(c) <= MOST_TILT for c in steering.tilt):
        raise InvalidValue("tilt", steering.tilt, f"two numbers within ±{MOST_TILT:g}")
    if len(steering.nudge) > NUM_NUDGES or any(not abs(v) <= MOST_NUDGE for v in steering.nudge):
        raise InvalidValue("nudge", steering.nudge, f"{NUM_NUDGES} numbers within ±{MOST_NUDGE:g}")


def _fan(found: Walks, room: Layout) -> Fan:
    return Fan(
        path=found.path, outcome=found.outcome,
        shares=[found.share(goal) for goal in range(1, room.num_goals + 1)],
        deaths=found.share(-2), success=float((found.outcome > 0).mean()),
        mean_length=float(found.length.mean()),
    )  # fmt: skip


def _picture(values: torch.Tensor) -> Float[Array, "row column"]:
    """Nodes are ordered by x, then y; pictures by rows from below."""
    return values.numpy().reshape(PICTURE, PICTURE).T
