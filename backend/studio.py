"""The façade: frozen request in, frozen numpy result out; all a page or a command may ask."""

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.encode import Encoded, encode_pairs
from backend.atlas.store import ATLAS_DIR, load_atlas
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue, StudioError
from backend.overview import AtlasLabel, Overview, atlas_labels, overview
from backend.policies.policy import Policy
from backend.rollouts.film import ACCENT, Film, Size
from backend.rollouts.render_process import render_clip, render_strip
from backend.rollouts.render_request import Format
from backend.rollouts.replay import pack
from backend.rollouts.simulate import Trajectory, simulate, simulate_many
from backend.steering.candidates import Candidates
from backend.steering.correction import CorrectionConfig, Progress, verify_and_correct
from backend.steering.problem import Problem, pose
from backend.steering.request import (
    METHODS,
    Goal,
    Method,
    Mode,
    SteerRequest,
    SteerResult,
    check_request,
)
from backend.steering.solver import solve
from backend.watched import Beat, watched

__all__ = [
    "ACCENT", "CLIP_SECONDS", "CLIP_SIZE", "METHODS", "AtlasLabel", "Encoded", "Film", "Format",
    "Goal", "Measured", "Method", "Mode", "Overview", "SteerAnswer", "SteerRequest", "Studio",
    "Trajectory", "VerifiedAnswer", "atlas_root",
]  # fmt: skip

ATLASES_VARIABLE = "STEERSCAPE_ATLASES"
"Environment variable that may name another folder of atlases."
MAX_ATLASES = 32
"Atlases kept in memory; one takes a few MB."

MAX_EPISODES = 100
CLIP_SIZE: Size = (480, 360)
CLIP_SECONDS = 5.0
POSE_SIZE: Size = (240, 200)
"Pixels of one pose of a strip."
DEFAULT_CORRECTION = CorrectionConfig()


@dataclass(frozen=True, kw_only=True)
class SteerAnswer:
    """A solver's path with its places on every map."""

    result: SteerResult
    places: dict[str, Float[Array, "step xy"]]
    nearest_returns: Float[Array, "objective"]
    "Measured returns of the nearest existing policy."


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Returns of some episodes of one policy."""

    episodes: Float[Array, "episode objective"]
    seconds: float
    "Wall time of the rollouts."

    @property
    def mean(self) -> Float[Array, "objective"]:
        """Mean over episodes."""
        return self.episodes.mean(0)

    @property
    def std(self) -> Float[Array, "objective"]:
        """Standard deviation over episodes."""
        return self.episodes.std(0)


@dataclass(frozen=True, kw_only=True)
class VerifiedAnswer:
    """The best candidate by rollouts, and what fresh episodes say of it."""

    z: Float[Array, "latent"]
    corrected: bool
    "Whether it differs from the solver's single shot."
    num_candidates: int
    "Latents rolled out on the way."
    predicted: Float[Array, "objective"]
    "Value heads at the verified latent."
    measured: Measured
    "Fresh seeds: not those the candidate was chosen on."
    success: bool
    "Within 5 % of range on targets and 2 % on bounds, by the fresh mean."
    distance_to_data: float
    places: dict[str, Float[Array, "one xy"]]


def atlas_root() -> Path:
    """Where atlases are read from: ``STEERSCAPE_ATLASES`` if set, else the shipped folder."""
    return Path(os.environ.get(ATLASES_VARIABLE) or ATLAS_DIR)


class Studio:
    """Atlases, loaded once and shared. Safe to call from several threads: nothing is mutated."""

    def __init__(self, root: Path | None = None, *, device: str = "cpu") -> None:
        self.root = root or atlas_root()
        self.device = device
        self.atlas = lru_cache(maxsize=MAX_ATLASES)(self._load)

    def names(self) -> list[str]:
        """Atlases that exist, in the environment table's order."""
        return [label.name for label in self.labels()]

    def labels(self) -> list[AtlasLabel]:
        """Atlases that exist, as a person is offered them; opens none."""
        return atlas_labels(self.root)

    def preload(self) -> None:
        """Open every atlas, so that none is slow to be chosen; a damaged one waits to be chosen."""
        for name in self.names():
            with suppress(StudioError):
                self.atlas(name)

    def overview(self, name: str) -> Overview:
        """One row per policy of an atlas."""
        return overview(self.atlas(name))

    def steer(self, name: str, request: SteerRequest) -> SteerAnswer:
        """Solve one request: a path in latent space, judged on predictions."""
        atlas = self.atlas(name)
        result = solve(atlas, request, device=self.device)
        places = {key: atlas.place(key, result.path) for key in atlas.maps}
        nearest = atlas.population.returns[atlas.population.row(result.nearest_id)]
        return SteerAnswer(result=result, places=places, nearest_returns=nearest)

    def verify(
        self, name: str, request: SteerRequest, z: Float[Array, "latent"], *,
        config: CorrectionConfig = DEFAULT_CORRECTION, num_episodes: int = 6,
        report: Progress = lambda *_: None, beat: Beat = lambda: None,
    ) -> VerifiedAnswer:  # fmt: skip
        """Roll out, correct the aim, keep the best verified latent and measure it afresh.

        ``report`` follows each round, ``beat`` each control step; either may raise to cancel.
        """
        atlas = watched(self.atlas(name), beat)
        check_request(request, atlas)
        problem = pose([request], atlas)
        settings = replace(config, method=request.method, seed=request.seed + 1)
        pool = verify_and_correct(atlas, problem, settings, first=z[None], report=report)
        return self._verified(atlas, problem, pool, z, num_episodes, request.seed)

    def measure(
        self, name: str, z: Float[Array, "latent"], *, num_episodes: int, seed: int
    ) -> Measured:
        """Fresh episodes of a decoded latent."""
        return _measure(self.atlas(name), z, num_episodes, seed)

    def trajectory(
        self,
        name: str,
        policy: str | Float[Array, "latent"],
        *,
        seed: int,
        num_steps: int | None = None,
    ) -> Trajectory:
        """One episode of an existing policy (by id, its own network) or of a decoded latent."""
        atlas = self.atlas(name)
        return simulate(atlas.spec, self._policy(atlas, policy), seed, num_steps=num_steps)

    def replay(self, name: str, films: Sequence[Film]) -> bytes:
        """One to four episodes packed for the browser's player, one robot each."""
        return pack(self.spec(name), [film.track() for film in films])

    def clip(
        self, name: str, film: Film, *, format: Format = "mp4", readout: bool = False,
        seconds: float = CLIP_SECONDS, size: Size = CLIP_SIZE, fps: float | None = None,
    ) -> bytes:  # fmt: skip
        """An episode as MP4 or GIF, its label burned in; rendered in a process of its own.

        ``readout`` adds a band with the returns so far: title, value and unit of each objective.
        ``fps`` is 40 of an MP4 and 20 of a GIF unless given.
        """
        return render_clip(film.clip(
            self.spec(name), format=format, seconds=seconds, size=size, fps=fps, readout=readout,
        ))  # fmt: skip

    def strip(self, name: str, film: Film, *, num: int = 8, size: Size = POSE_SIZE) -> bytes:
        """A PNG of ``num`` key poses side by side, each with its time: one stride, or the fall.

        ``backend.rollouts.stride.key_times`` says which poses; ``size`` is that of each.
        """
        return render_strip(film.strip(self.spec(name), num=num, size=size))

    def latent_at(self, name: str, map_name: str, xy: Float[Array, "xy"]) -> Float[Array, "latent"]:
        """The latent that would live at a place: barycentre of the 8 nearest policies there."""
        atlas = self.atlas(name)
        places = atlas.place(map_name, atlas.cloud.z)
        squared = ((places - xy) ** 2).sum(1)
        nearest = np.argsort(squared)[:8]
        weight = 1 / (squared[nearest] + 1e-9)
        return (atlas.cloud.z[nearest] * weight[:, None]).sum(0) / weight.sum()

    def promise(self, name: str, z: Float[Array, "latent"]) -> Float[Array, "objective"]:
        """Predicted returns of a latent."""
        return self.atlas(name).heads.predict(z)

    def encode(self, name: str, obs: Array, action: Array) -> Encoded:
        """Place a policy given by ``obs`` [time, obs] and ``action`` [time, action].

        Outside input, so any array may come: raises InvalidValue on unusable pairs.
        """
        return encode_pairs(self.atlas(name), obs, action)

    def spec(self, name: str) -> EnvSpec:
        """The environment of an atlas."""
        return self.atlas(name).spec

    def _load(self, name: str) -> Atlas:
        return load_atlas(name, self.root)

    def _policy(self, atlas: Atlas, policy: str | Array) -> Policy:
        if isinstance(policy, str):
            return atlas.population.actor(atlas.population.row(policy))
        return atlas.decode(policy[None])

    def _verified(
        self,
        atlas: Atlas,
        problem: Problem,
        pool: Candidates,
        z: Array,
        num_episodes: int,
        seed: int,
    ) -> VerifiedAnswer:
        best = pool.z[pool.answer(0)]
        measured = _measure(atlas, best, num_episodes, seed)
        return VerifiedAnswer(
            z=best, corrected=bool(np.abs(best - z).max() > 1e-9), num_candidates=len(pool.z),
            predicted=atlas.heads.predict(best), measured=measured,
            success=bool(problem.badness(measured.mean[None])[0] <= 1),
            distance_to_data=float(atlas.cloud.distance(best[None])[0]),
            places={key: atlas.place(key, best[None]) for key in atlas.maps},
        )  # fmt: skip


def _measure(atlas: Atlas, z: Array, num_episodes: int, seed: int) -> Measured:
    if not 1 <= num_episodes <= MAX_EPISODES:
        raise InvalidValue("episodes", num_episodes, f"a whole number from 1 to {MAX_EPISODES}")
    began = time.perf_counter()
    seeds = np.random.default_rng([seed, 909]).integers(0, 2**31, num_episodes).tolist()
    policy = atlas.decode(np.repeat(z[None], num_episodes, 0))
    returns = simulate_many(atlas.spec, policy, seeds).returns
    return Measured(episodes=returns, seconds=time.perf_counter() - began)
