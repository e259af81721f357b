"""The façade of chunks of actions: codes, their density, and the robot under a tilt of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from backend.action_latents.chunks.gaits import Gait, named_gaits
from backend.action_latents.chunks.policies import LatentChunks, latent_policy
from backend.action_latents.chunks.priors import draw
from backend.action_latents.chunks.recipes import ATLAS, RECIPE
from backend.action_latents.chunks.runs import EXECUTED, WINDOW, Runs, label, run, shares
from backend.action_latents.chunks.store import CHUNKS_DIR, Shelf, load
from backend.action_latents.chunks.summary import summary
from backend.action_latents.polynomial.density import PolynomialDensity
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR
from backend.action_latents.polynomial.tables import rows_on_disk
from backend.arrays import Array, Float, Int
from backend.atlas.store import load_atlas
from backend.envs.spec import EnvSpec
from backend.errors import InvalidValue
from backend.rollouts.replay import Track, pack
from backend.threads import one_thread

__all__ = ["EXECUTED", "MOST_TILT", "TEMPERATURES", "Chunked", "Codes", "Pull", "Ride"]

MOST_TILT, TEMPERATURES = 12.0, (0.25, 4.0)
"Limits of the steering that a page may ask for."
NUM_STARTS, NUM_STEPS, TIMED = 8, 240, 100
"Episodes of a ride, their steps, and those at the end over which speed is measured."
SEED = 41
"Of the first start."
TABLES = ("data", "codes", "draws", "episodes", "tilts", "ablation")


@dataclass(frozen=True, kw_only=True)
class Pull:
    """How p(z | obs) is steered, alike at every draw."""

    tilt: tuple[float, float] = (0.0, 0.0)
    "c: codes with a high c·z weigh more."
    temperature: float = 1.0
    "τ: sharper below 1."


@dataclass(frozen=True, kw_only=True)
class Codes:
    """Held-out chunks in the latent plane."""

    z: Float[Array, "pair latent"]
    gait: Int[Array, "pair"]
    gaits: Sequence[str]
    "Policy id of each gait, the slowest first."
    speeds: Sequence[float]
    "What each runs at over whole episodes, m/s, measured."


@dataclass(frozen=True, kw_only=True)
class Ride:
    """The robot under a pull; episodes from the same starts for every pull."""

    qpos: Float[Array, "time qpos"]
    "Of the first episode."
    reward: Float[Array, "time objective"]
    "Of the first episode."
    natural: Float[Array, "draw feature"]
    "λ of the unsteered prior wherever the first episode drew a chunk."
    z: Float[Array, "draw latent"]
    "The codes drawn there."
    gait: Int[Array, "draw"]
    "Whose actions were most alike then."
    speed: Float[Array, "episode"]
    "Over the last steps, m/s."
    effort: Float[Array, "episode"]
    "Sum of squared actions per step, over the same steps."
    shares: Float[Array, "gait"]
    "Of all windows of all episodes."
    fallen: int
    "Episodes that end on the back."
    stalled: int
    "Episodes that stand still at the end: a gallop's codes do not get everyone started."


@dataclass(frozen=True)
class _Recorded:
    """A policy that remembers its codes."""

    policy: LatentChunks
    codes: list[Array] = field(default_factory=list)

    @torch.no_grad()
    def draw(self, obs: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        """As the policy does."""
        z = draw(self.policy.distribution(obs), generator)
        self.codes.append(z[0].numpy())
        return self.policy.vae.decode(obs, z)


class Chunked:
    """Everything a page may ask for."""

    def __init__(self, root: Path = POLYNOMIAL_DIR) -> None:
        self._root = root

    @cached_property
    def _opened(self) -> tuple[Shelf, EnvSpec, tuple[Gait, ...]]:
        """The shelf, and the robot and gaits of the atlas that it was made from."""
        atlas = load_atlas(ATLAS)
        shelf = load(self._root / CHUNKS_DIR.name, atlas=atlas.content_hash)
        return shelf, atlas.spec, named_gaits(atlas.population, shelf.manifest.facts["gaits"])

    @property
    def seed(self) -> int:
        """Training seed of what is shown."""
        return self._opened[0].manifest.seed

    @property
    def order(self) -> int:
        """K of the prior."""
        return RECIPE.prior.order

    @cached_property
    def codes(self) -> Codes:
        """What the plane shows. Raises DamagedArtifact, also for another atlas' shelf."""
        shelf, spec, gaits = self._opened
        return Codes(
            z=shelf.codes["z"].numpy(), gait=shelf.codes["gait"].numpy(),
            gaits=[gait.policy_id for gait in gaits],
            speeds=[float(gait.returns[0]) / spec.horizon for gait in gaits],
        )  # fmt: skip

    def ride(self, pull: Pull) -> Ride:
        """Run the robot. Raises InvalidValue for a pull beyond its limits, or DamagedArtifact."""
        check_pull(pull)
        shelf, spec, gaits = self._opened
        policy = latent_policy(
            shelf.trained, "polynomial", tilt=torch.tensor(pull.tilt),
            temperature=pull.temperature,
        )  # fmt: skip
        recorded = _Recorded(policy)
        seeds = range(SEED, SEED + NUM_STARTS)
        found = run(spec, recorded, seeds, num_steps=NUM_STEPS, seed=SEED)
        return self._told(found, np.stack(recorded.codes))

    def _told(self, found: Runs, z: Array) -> Ride:
        shelf, _, gaits = self._opened
        labels = label(gaits, found).gait
        obs = torch.from_numpy(found.obs[::EXECUTED, 0])
        with torch.no_grad(), one_thread():
            density = shelf.trained.priors["polynomial"].distribution(obs)
        assert isinstance(density, PolynomialDensity)
        return Ride(
            qpos=found.qpos[:, 0], reward=found.reward[:, 0], natural=density.natural.numpy(),
            z=z, gait=labels[:, 0].repeat(WINDOW // EXECUTED), speed=found.speed(TIMED),
            effort=-found.reward[-TIMED:, :, 1].mean(0), shares=shares(labels, len(gaits)),
            fallen=int(found.fallen.sum()), stalled=int(found.stalled.sum()),
        )  # fmt: skip

    def replay(self, plain: Ride, steered: Ride) -> bytes:
        """Both first episodes for the player."""
        return pack(self._opened[1], [
            Track(label="the density as it was trained", name="As trained", role="start",
                  qpos=plain.qpos, reward=plain.reward),
            Track(label="the steered density", name="Steered", role="steered",
                  qpos=steered.qpos, reward=steered.reward),
        ])  # fmt: skip

    def table(self, name: str) -> list[dict[str, Any]]:
        """One of ``TABLES``. Raises UnknownName where not measured, DamagedArtifact of another."""
        shelf, *_ = self._opened
        atlas = shelf.manifest.parents[ATLAS]
        return rows_on_disk(name, "chunks", self._root).of(ATLAS, atlas).rows

    def summary(self) -> Mapping[str, Any]:
        """Means with intervals over the training seeds. Raises UnknownName where not measured."""
        return summary(self.table)


def check_pull(pull: Pull) -> None:
    """Raises InvalidValue for one beyond what a page may ask for."""
    low, high = TEMPERATURES
    if not low <= pull.temperature <= high:
        raise InvalidValue("temperature", pull.temperature, f"{low} to {high}")
    if len(pull.tilt) != 2 or any(not abs(c) <= MOST_TILT for c in pull.tilt):
        raise InvalidValue("tilt", pull.tilt, f"two numbers within ±{MOST_TILT:g}")
