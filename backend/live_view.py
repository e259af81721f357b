"""The façade of live robots: what the browser needs, and what rollouts say of a latent."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from backend.answers import Measured
from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas
from backend.atlas.ground import settle
from backend.errors import InvalidValue, StudioError, UnknownName
from backend.evaluation.evidence import load_evidence
from backend.live.drive import GLIDE
from backend.live.engine import ENGINE_DIR, SCRIPT, VERSION, WASM
from backend.live.export import live_zip
from backend.live.kit import first_row, live_kit
from backend.live.store import LIVE_DIR, LiveDecoder, live_decoder
from backend.live.study import EVIDENCE_DIR, LIVE, TABLE
from backend.live.table import switching_markdown
from backend.rollouts.film import Film
from backend.rollouts.replay import pack
from backend.rollouts.simulate import simulate, simulate_many
from backend.studio import Studio

__all__ = ["GLIDE", "VERSION", "Live", "Settled", "engine_files", "switching_markdown"]

NUM_EPISODES = 6
"Episodes behind a measurement."
FARTHEST = 30.0
"A latent may lie this many spacings from the data: the page only makes nearer ones."
SEED = 0


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A latent that a person let go of, judged."""

    z: Float[Array, "latent"]
    predicted: Float[Array, "objective"]
    "Value heads."
    measured: Measured
    "Fresh episodes of the live decoder."
    distance_to_data: float
    "In policies apart."
    nearest: str
    "The existing policy whose latent is nearest."
    nearest_returns: Float[Array, "objective"]
    "Its measured returns, by its own network."


class Live:
    """Everything a page may ask for. Safe to call from several threads."""

    def __init__(self, studio: Studio, root: Path = LIVE_DIR) -> None:
        self._studio, self._root = studio, root
        self.decoder = lru_cache(maxsize=16)(self._decoder)
        self.kit = lru_cache(maxsize=16)(self._kit)

    def preload(self, names: Iterable[str]) -> None:
        """Pack what runs them, so that none is slow to begin; a damaged one waits for its page."""
        for name in names:
            with suppress(StudioError):
                self.kit(name)

    def check(self, name: str, z: Sequence[float]) -> Float[Array, "latent"]:
        """A latent from outside. Raises InvalidValue for one that the page could not have made."""
        atlas, found = self._atlas(name), np.array(z, float)
        if found.shape != atlas.z.shape[1:] or not np.isfinite(found).all():
            raise InvalidValue("latent", f"{found.shape}", f"{atlas.z.shape[1]} finite numbers")
        distance = float(atlas.cloud.distance(found[None])[0])
        if distance > FARTHEST:
            came = f"{distance:.0f} policies away"
            raise InvalidValue("latent", came, f"at most {FARTHEST:.0f} from the data")
        return found

    def settle(self, name: str, map_name: str, xy: Sequence[float]) -> Float[Array, "latent"]:
        """The latent that lives at a place of a map. Raises UnknownName or InvalidValue."""
        place = np.array(xy, float)
        if place.shape != (2,) or not np.isfinite(place).all():
            raise InvalidValue("place", list(xy), "two numbers, e.g. 1.2,5.8")
        atlas = self._atlas(name)
        if map_name not in atlas.maps:
            raise UnknownName("map", map_name, atlas.maps)
        return settle(atlas, map_name, place).z

    def first(self, name: str) -> Float[Array, "latent"]:
        """The latent that a robot starts with: of the atlas' first start, or a training policy."""
        return self._atlas(name).z[first_row(self._atlas(name))]

    def measure(self, name: str, z: Float[Array, "latent"]) -> Settled:
        """Fresh episodes of the live decoder at a latent."""
        atlas, began = self._atlas(name), time.perf_counter()
        seeds = np.random.default_rng([SEED, 909]).integers(0, 2**31, NUM_EPISODES).tolist()
        policy = self.decoder(name).decode(np.repeat(z[None], NUM_EPISODES, 0))
        returns = simulate_many(atlas.spec, policy, seeds).returns
        measured = Measured(episodes=returns, seconds=time.perf_counter() - began)
        row = int(atlas.training_rows[atlas.cloud.neighbours(z[None], 1)[0][0, 0]])
        return Settled(
            z=z, predicted=atlas.heads.predict(z), measured=measured,
            distance_to_data=float(atlas.cloud.distance(z[None])[0]),
            nearest=atlas.population.ids[row], nearest_returns=atlas.population.returns[row],
        )  # fmt: skip

    def replay(self, name: str, z: Float[Array, "latent"]) -> bytes:
        """An episode at a latent for the replay player, where nothing can run live."""
        spec = self._atlas(name).spec
        trajectory = simulate(spec, self.decoder(name).decode(z[None]), SEED)
        film = Film(label="where you let go", role="steered", trajectory=trajectory)
        return pack(spec, [film.track()])

    def take_away(self, name: str, z: Float[Array, "latent"]) -> bytes:
        """A zip with a page that runs without this app."""
        return live_zip(self._atlas(name), self.decoder(name), z)

    def switching(self, name: str) -> tuple[list[dict[str, Any]], str]:
        """(rows of the study of switched latents, its command).

        Raises UnknownName, and DamagedArtifact where another atlas or decoder was measured.
        """
        evidence = load_evidence(TABLE, name, self._root / EVIDENCE_DIR)
        evidence.of(name, self._atlas(name).content_hash).of(LIVE, self.decoder(name).version)
        return evidence.rows, evidence.command

    def _atlas(self, name: str) -> Atlas:
        return self._studio.atlas(name)

    def _decoder(self, name: str) -> LiveDecoder:
        return live_decoder(self._atlas(name), self._root)

    def _kit(self, name: str) -> bytes:
        decoder = self.decoder(name)
        return live_kit(self._atlas(name), decoder.weights, version=decoder.version)


def engine_files() -> tuple[Path, Path]:
    """MuJoCo's script and its WebAssembly."""
    return ENGINE_DIR / SCRIPT, ENGINE_DIR / WASM
