"""Robots whose latent changes while they run: how often do they get stuck?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backend.arrays import Array, Bool, Float, Int
from backend.atlas.atlas import Atlas
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.live.drive import GLIDE, glide_of
from backend.live.recipe import recipe_of
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.threads import one_thread

MOVING = 2.0
"Only policies this many times faster than what counts as stuck are switched to."


@dataclass(frozen=True, kw_only=True)
class SwitchingConfig:
    """How latents change."""

    num_robots: int = 32
    "Robots side by side."
    seconds: float = 100.0
    "Simulated time of each."
    hold: tuple[float, float] = (3.0, 3.0)
    "Seconds from one switch to the next, drawn evenly."
    glide: tuple[float, ...] = (GLIDE,)
    "Shares of the latents' range per second; robots take them in turn; ``inf`` jumps."
    helped_after: float = float("inf")
    "Seconds after which a robot that stands still is set up anew; never, where it is measured."
    seed: int = 0
    "Of starts and targets."


@dataclass(frozen=True)
class Moment:
    """All robots at one control step, after it."""

    qpos: Float[Array, "robot qpos"]
    qvel: Float[Array, "robot qvel"]
    obs: Float[Array, "robot obs"]
    z: Float[Array, "robot latent"]
    "The latent they act by at this moment."
    target: Int[Array, "robot"]
    "Row of the training policy that they are on the way to."
    down: Bool[Array, "robot"]
    "Whether the environment ended here; they start afresh at once."
    moved: Float[Array, "robot"]
    "Metres along x in this step."
    switched: Bool[Array, "robot"]
    "Whether this step ended a segment: the next one has a new target."


def targets_of(atlas: Atlas) -> Int[Array, "moving"]:
    """Rows, among the training policies, of those that move where standing still is stuck."""
    speed = atlas.population.returns[atlas.training_rows, 0] / atlas.spec.horizon
    slow = recipe_of(atlas.spec).slow
    return np.flatnonzero((speed >= MOVING * slow) | (slow <= 0))


def moments(atlas: Atlas, weights: DecoderWeights, config: SwitchingConfig) -> Iterator[Moment]:
    """Run the robots, one control step after the other."""
    spec, rng = atlas.spec, np.random.default_rng(config.seed)
    num, rows, z_all = config.num_robots, targets_of(atlas), atlas.cloud.z
    glides = [glide_of(atlas, share) for share in config.glide]
    env = BatchedEnv(spec, num)
    obs = env.reset(rng.integers(0, 2**31, num).tolist())
    target = rng.choice(rows, num)
    z, wait = z_all[target].copy(), _holds(spec, config, rng, num)
    still, patience = np.zeros(num), config.helped_after / spec.time_step
    slow = recipe_of(spec).slow * spec.time_step
    for _ in range(round(config.seconds / spec.time_step)):
        for i, glide in enumerate(glides):
            mine = slice(i, None, len(glides))
            z[mine] = glide.step(z[mine], z_all[target[mine]], spec.time_step)
        before = env.qpos[:, 0].copy()
        obs, _, down = env.step(DecodedPolicy(weights, z).act(obs))
        wait -= 1
        switched = wait <= 0
        yield Moment(
            env.qpos.copy(), env.physics.qvel.copy(), obs, z.copy(), target.copy(), down,
            env.qpos[:, 0] - before, switched,
        )  # fmt: skip
        still = np.where(env.qpos[:, 0] - before < slow, still + 1, 0)
        lost = down | (still >= patience)
        if lost.any():
            fallen = np.flatnonzero(lost)
            still[fallen] = 0
            obs = env.reset(rng.integers(0, 2**31, len(fallen)).tolist(), fallen)
        if switched.any():
            target = np.where(switched, rng.choice(rows, num), target)
            wait = np.where(switched, _holds(spec, config, rng, num), wait)


def _holds(
    spec: EnvSpec, config: SwitchingConfig, rng: np.random.Generator, num: int
) -> Int[Array, "robot"]:
    return np.rint(rng.uniform(*config.hold, num) / spec.time_step).astype(int)


def stuck_segments(
    atlas: Atlas, weights: DecoderWeights, config: SwitchingConfig
) -> Bool[Array, "segment robot"]:
    """Whether each robot was stuck in each segment between two switches.

    Stuck is a robot that went down or, where an environment never ends, one whose mean speed over
    the segment is below ``Recipe.slow``. Nobody helps it up: it may stay stuck for many segments.
    """
    slow = recipe_of(atlas.spec).slow
    found, way = [], np.zeros(config.num_robots)
    fell, steps = np.zeros(config.num_robots, bool), 0
    with one_thread():
        for moment in moments(atlas, weights, config):
            way, fell, steps = way + moment.moved, fell | moment.down, steps + 1
            if moment.switched.all():
                speed = way / (steps * atlas.spec.time_step)
                found.append(fell | ((speed < slow) & (slow > 0)))
                way, fell, steps = np.zeros(len(way)), np.zeros(len(fell), bool), 0
    return np.array(found)
