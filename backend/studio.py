"""The façade: frozen request in, frozen numpy result out; all a page or a command may ask."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.answers import Measured, SteerAnswer, VerifiedAnswer, measure, verified_answer
from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.encode import Encoded, encode_pairs
from backend.atlas.store import ATLAS_DIR, atlas_stamps, load_atlas
from backend.envs.spec import EnvSpec
from backend.errors import StudioError
from backend.figure import FigureFormat, figure
from backend.overview import AtlasLabel, Overview, atlas_labels, overview
from backend.policies.policy import Policy
from backend.rollouts.film import ACCENT, Film, Size
from backend.rollouts.render_process import render_clip, render_strip
from backend.rollouts.render_request import Format
from backend.rollouts.replay import pack
from backend.rollouts.simulate import Trajectory, simulate
from backend.steering.correction import CorrectionConfig, Progress, verify_and_correct
from backend.steering.problem import BOUND_TOLERANCE, TARGET_TOLERANCE, pose
from backend.steering.reachable import Reach, reach
from backend.steering.request import (
    METHODS,
    MOST_STEPS,
    Goal,
    Method,
    Mode,
    SteerRequest,
    check_request,
)
from backend.steering.solver import MAX_DISTANCE, descent_of, solve
from backend.survey import Survey
from backend.takeaway import takeaway
from backend.watched import Beat, watched

__all__ = [
    "ACCENT", "BOUND_TOLERANCE", "CLIP_SECONDS", "CLIP_SIZE", "MAX_DISTANCE", "METHODS",
    "MOST_STEPS", "TARGET_TOLERANCE", "AtlasLabel", "Encoded", "FigureFormat", "Film", "Format",
    "Goal", "Measured", "Method", "Mode", "Overview", "Reach", "SteerAnswer", "SteerRequest",
    "Studio", "Survey", "Trajectory", "VerifiedAnswer", "atlas_root",
]  # fmt: skip

ATLASES_VARIABLE = "STEERSCAPE_ATLASES"
"Environment variable that may name another folder of atlases."
MAX_ATLASES = 32
"Atlases kept in memory; one takes a few MB."

CLIP_SIZE: Size = (480, 360)
CLIP_SECONDS = 5.0
POSE_SIZE: Size = (240, 200)
"Pixels of one pose of a strip."
DEFAULT_CORRECTION = CorrectionConfig()


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

    def stamps(self) -> dict[str, int]:
        """Name -> when each atlas was written, ns; one built again has another."""
        return atlas_stamps(self.root)

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
        places = self.places(name, result.path)
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
        settings = replace(
            config, method=request.method, descent=descent_of(request), margin=request.margin,
            seed=request.seed + 1,
        )  # fmt: skip
        pool = verify_and_correct(atlas, problem, settings, first=z[None], report=report)
        return verified_answer(
            atlas, problem, pool, z, num_episodes=num_episodes, seed=request.seed
        )

    def measure(
        self, name: str, z: Float[Array, "latent"], *, num_episodes: int, seed: int
    ) -> Measured:
        """Fresh episodes of a decoded latent."""
        return measure(self.atlas(name), z, num_episodes=num_episodes, seed=seed)

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

    def figure(
        self, name: str, request: SteerRequest, answer: SteerAnswer,
        verified: VerifiedAnswer | None, *, map_name: str, pair: tuple[int, int] = (0, 1),
        format: FigureFormat = "svg",
    ) -> bytes:  # fmt: skip
        """An answer for a paper or a slide: its path on a map, and what was measured."""
        return figure(
            self.overview(name), request, answer, verified, map_name=map_name, pair=pair,
            format=format,
        )  # fmt: skip

    def places(
        self, name: str, z: Float[Array, "batch latent"]
    ) -> dict[str, Float[Array, "batch xy"]]:
        """Where latents stand on each map."""
        atlas = self.atlas(name)
        return {key: atlas.place(key, z) for key in atlas.maps}

    def promise(self, name: str, z: Float[Array, "latent"]) -> Float[Array, "objective"]:
        """Predicted returns of a latent."""
        return self.atlas(name).heads.predict(z)

    def reach(self, name: str) -> Reach:
        """Returns known to be attainable: what the controls' bands are drawn from."""
        return reach(self.atlas(name))

    def nearest_feasible(self, name: str, request: SteerRequest) -> dict[str, float]:
        """Objective asked for -> its return where, of all that is known, the goals are best met.

        A goal that is met there keeps its own value.
        """
        atlas = self.atlas(name)
        return self.reach(name).relaxed(pose([request], atlas), atlas.spec.objective_names)

    def take_away(
        self, name: str, z: Float[Array, "latent"], *, asked: Mapping[str, Any],
        extras: Mapping[str, bytes],
    ) -> bytes:  # fmt: skip
        """A zip that replays a decoded latent with plain Gymnasium and numpy."""
        return takeaway(self.atlas(name), z, asked=asked, extras=extras)

    def encode(self, name: str, obs: Array, action: Array) -> Encoded:
        """Place a policy given by ``obs`` [time, obs] and ``action`` [time, action].

        Outside input, so any array may come: raises InvalidValue on unusable pairs.
        """
        return encode_pairs(self.atlas(name), obs, action)

    def spec(self, name: str) -> EnvSpec:
        """The environment of an atlas."""
        return self.atlas(name).spec

    def survey(self, name: str) -> Survey:
        """The map room of an atlas: fields, groups, walks, and how far maps can be believed."""
        return Survey(self.atlas(name))

    def _load(self, name: str) -> Atlas:
        return load_atlas(name, self.root)

    def _policy(self, atlas: Atlas, policy: str | Array) -> Policy:
        if isinstance(policy, str):
            return atlas.population.actor(atlas.population.row(policy))
        return atlas.decode(policy[None])
