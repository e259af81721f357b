"""The façade of compressed policies: latent spaces of parameters, what lives in them, climbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from backend.arrays import Array, Float
from backend.compression.baselines import Learned, baseline_evidence, learned_of
from backend.compression.bridge import Bridge, bridge_of
from backend.compression.cell import NUM_JUDGING_EPISODES, Cell
from backend.compression.climbs import TABLE as CLIMBS
from backend.compression.climbs import Climb, climb_evidence, climbs_of
from backend.compression.convergence import earned
from backend.compression.environments import ENVIRONMENTS, compression_env
from backend.compression.evidence import EVIDENCE_DIR, recovery_evidence, summarise
from backend.compression.films import car_clip, replay, robot_clip
from backend.compression.recipes import compression_recipe
from backend.compression.recovery import MOST_GRID_DIM, Found
from backend.compression.shape import GeneratedPolicy
from backend.compression.store import COMPRESSION_DIR, Shelf, open_shelf
from backend.compression.study import Rows
from backend.envs import mountain_car
from backend.envs.spec import EnvSpec, Objective
from backend.errors import InvalidValue
from backend.threads import one_thread

__all__ = [
    "NUM_JUDGING_EPISODES",
    "About",
    "Bridge",
    "Climb",
    "Compressed",
    "Measured",
    "Objective",
    "Portrait",
    "Rows",
    "Space",
]

NUM_EPISODES = 12
"Episodes behind every return that is called measured."
MAP_COLUMNS, MAP_ROWS = 40, 30
"Cells of the action map that is made here, for networks too large for the browser."
WRITTEN = 3
"Numbers of a latent that captions spell out."
FURTHEST = 0.5
"A latent may lie outside the codes' box by this share of it on either side."


@dataclass(frozen=True, kw_only=True)
class Space:
    """One latent space, all of it that is drawn."""

    name: str
    size: str
    "Name of the network."
    loss: str
    "behaviour, or parameters: the control."
    num_params: int
    latent_dim: int
    widths: tuple[int, ...]
    "Of the policy network."
    decoder_widths: tuple[int, ...]
    "Of the decoder, latent first."
    low: Float[Array, "latent"]
    high: Float[Array, "latent"]
    codes: Float[Array, "policy latent"]
    points: Float[Array, "point latent"]
    point_returns: Float[Array, "point reward"]
    pool_returns: Float[Array, "policy reward"]
    rebuilt_returns: Float[Array, "policy reward"]
    layout: Float[Array, "policy xy"] | None
    "UMAP of the codes, for three dimensions and more."
    found: Found
    "The pool's extremes and the best latent of each reward, judged afresh."
    recovery: Float[Array, "reward"]
    correlation: Float[Array, "reward"]
    behaviour_loss: float

    @property
    def per_axis(self) -> int | None:
        """Points along each axis of the grid; None where they are no grid but scattered."""
        if self.latent_dim > MOST_GRID_DIM:
            return None
        return round(len(self.points) ** (1 / self.latent_dim))


@dataclass(frozen=True, kw_only=True)
class About:
    """What an environment is."""

    title: str
    "Its name for people."
    rewards: Sequence[Objective]
    "The tasks."
    is_robot: bool
    "Whether MuJoCo moves it, so that the player can show it."
    horizon: int
    "Steps of an episode, at most."


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the policy at one latent earns."""

    returns: Float[Array, "reward"]
    "Mean over ``num_episodes`` fresh episodes."
    returns_std: Float[Array, "reward"]
    num_episodes: int


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """What the policy at one latent does."""

    path: Float[Array, "time 2"]
    "Position and velocity in one episode."
    action: Float[Array, "row column"]
    "Over velocity and position."


class Compressed:
    """Everything a page may ask for."""

    def __init__(self, root: Path = COMPRESSION_DIR) -> None:
        self._root = root
        self._shelf = lru_cache(self._open)
        self._cell = lru_cache(maxsize=12)(self._load)
        self._climbs = lru_cache(lambda env: climb_evidence(env, self._root))

    def envs(self) -> list[str]:
        """Environments whose latent spaces are on disk."""
        return [name for name in ENVIRONMENTS if (self._root / name).exists()]

    @staticmethod
    def about(env: str) -> About:
        """What an environment is. Raises UnknownName."""
        found = compression_env(env)
        return About(
            title=found.title, rewards=found.rewards, is_robot=found.spec is not None,
            horizon=found.horizon,
        )  # fmt: skip

    @staticmethod
    def inputs(env: str) -> dict[str, list[float]]:
        """How observations become the networks' inputs: (obs − middle) / half."""
        box = compression_env(env).box
        return {"middle": box.middle.tolist(), "half": box.half.tolist()}

    @staticmethod
    def start(*, seed: int = 0) -> float:
        """Where the car that is shown starts: its position on the hill."""
        return float(mountain_car.start_positions(1, seed)[0])

    def names(self, env: str) -> list[str]:
        """Latent spaces of an environment. Raises UnknownName or DamagedArtifact."""
        return self._shelf(env).names

    def space(self, env: str, name: str) -> Space:
        """One of them. Raises UnknownName or DamagedArtifact."""
        cell = self._cell(env, name)
        outer, inner = cell.decoder.config.widths
        return Space(
            name=name, size=cell.key.size, loss=cell.key.loss, num_params=cell.shape.num_params,
            latent_dim=cell.key.latent_dim, widths=cell.shape.widths,
            decoder_widths=(cell.key.latent_dim, inner, outer, cell.shape.num_params),
            low=cell.box.low, high=cell.box.high, codes=cell.codes, points=cell.points,
            point_returns=cell.point_returns, pool_returns=cell.pool_returns,
            rebuilt_returns=cell.rebuilt_returns, layout=cell.layout,
            found=cell.found, recovery=cell.recovery, correlation=cell.correlation,
            behaviour_loss=cell.behaviour_loss,
        )  # fmt: skip

    def decoder(self, env: str, name: str) -> bytes:
        """The decoder for the browser: float32, each layer's weight [out × in] and bias in turn,
        then spread and mean of the parameters."""
        model = self._cell(env, name).decoder
        tensors = [*model.decoder.parameters(), model.std, model.mean]
        return b"".join(t.detach().numpy().astype("<f4").tobytes() for t in tensors)

    def check(self, env: str, name: str, z: Sequence[float]) -> None:
        """Raises InvalidValue for a latent of another length, not finite, or far from the codes."""
        _checked(self._cell(env, name), z)

    def measure(self, env: str, name: str, z: Sequence[float], *, seed: int = 0) -> Measured:
        """Roll out the policy at a latent. Raises InvalidValue for one far from the codes."""
        with one_thread():
            policy = self._policy(env, name, z)
            returns = compression_env(env).episodes(policy, NUM_EPISODES, seed).returns[0]
        return Measured(
            returns=returns.mean(0), returns_std=returns.std(0), num_episodes=NUM_EPISODES
        )

    def portrait(self, env: str, name: str, z: Sequence[float], *, seed: int = 0) -> Portrait:
        """What the browser computes itself for all but the largest networks."""
        with one_thread():
            policy = self._policy(env, name, z)

            def act(obs: Array) -> Array:
                return policy.act(obs)[:, 0]

            return Portrait(
                path=mountain_car.path(act, seed),
                action=mountain_car.action_map(act, MAP_COLUMNS, MAP_ROWS),
            )

    def replay(
        self, env: str, name: str, z: Sequence[float], reward: int, *, seed: int = 0
    ) -> bytes:
        """One episode of a robot at a latent, for the player, with the curve of one reward."""
        return replay(self._spec(env), self._policy(env, name, z), _words(z), reward, seed)

    def clip(self, env: str, name: str, z: Sequence[float], *, seed: int = 0) -> bytes:
        """One episode at a latent as an MP4."""
        spec = compression_env(env).spec
        if spec is None:
            return car_clip(self.portrait(env, name, z, seed=seed).path)
        return robot_clip(spec, self._policy(env, name, z), _words(z), seed)

    def climbs(self, env: str, space: str, reward: str) -> list[Climb]:
        """Recorded searches for a reward: in the latent space ``2d``, or among ``parameters``.

        None where nobody searched there. Raises UnknownName where the environment has none at all.
        """
        rows = self._climbs(env).rows
        return climbs_of([r for r in rows if (r["space"], r["reward"]) == (space, reward)])

    def learners(self, env: str, reward: str) -> dict[str, list[Learned]]:
        """Deep RL on the same task, a curve per run. Raises UnknownName where none was recorded."""
        rows = baseline_evidence(env, self._root / EVIDENCE_DIR.name).rows
        return learned_of([row for row in rows if row["reward"] == reward])

    def searched(self) -> list[str]:
        """Environments whose searches were recorded."""
        folder = self._root / EVIDENCE_DIR.name
        return [env for env in self.envs() if (folder / env / f"{CLIMBS}.json").exists()]

    def earned(self, env: str) -> Rows:
        """Median returns of searches and deep learners after equally many steps."""
        return earned(compression_env(env), self._root)

    def bridge(self, env: str) -> Bridge:
        """The same policies through the core's encoder. Raises UnknownName where there is none."""
        return bridge_of(compression_env(env), self._root)

    def recovery(self, env: str) -> Rows:
        """The table over all training seeds. Raises UnknownName where it was not measured."""
        return summarise(recovery_evidence(compression_env(env), self._root))

    def notes(self, env: str) -> Sequence[str]:
        """Where the table's making departs from the paper, and what makes it again."""
        evidence = recovery_evidence(compression_env(env), self._root)
        return [*compression_recipe(env).notes, f"`{evidence.command}`"]

    def _spec(self, env: str) -> EnvSpec:
        spec = compression_env(env).spec
        if spec is None:
            robots = [e for e in ENVIRONMENTS if ENVIRONMENTS[e].spec is not None]
            raise InvalidValue("environment", env, f"one with a robot: {', '.join(robots)}")
        return spec

    def _policy(self, env: str, name: str, z: Sequence[float]) -> GeneratedPolicy:
        cell = self._cell(env, name)
        return GeneratedPolicy(cell.shape, cell.decode(_checked(cell, z)), compression_env(env).box)

    def _open(self, env: str) -> Shelf:
        return open_shelf(compression_env(env), self._root)

    def _load(self, env: str, name: str) -> Cell:
        return self._shelf(env).load(name)


def _words(z: Sequence[float]) -> str:
    """A latent in a caption: what fits of it."""
    few = ", ".join(f"{value:.2f}" for value in z[:WRITTEN])
    return f"z = {few}" + (f", … ({len(z)}-D)" if len(z) > WRITTEN else "")


def _checked(cell: Cell, z: Sequence[float]) -> Float[Array, "1 latent"]:
    place = np.array([z], float)
    if place.shape != (1, cell.key.latent_dim) or not np.isfinite(place).all():
        raise InvalidValue("latent", list(z), f"{cell.key.latent_dim} finite numbers")
    room = FURTHEST * (cell.box.high - cell.box.low)
    if np.any((place < cell.box.low - room) | (place > cell.box.high + room)):
        near = ", ".join(
            f"{a:.2f} to {b:.2f}"
            for a, b in zip(cell.box.low - room, cell.box.high + room, strict=True)
        )
        raise InvalidValue("latent", [round(v, 3) for v in z], f"each within {near}")
    return place
