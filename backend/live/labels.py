"""States of robots and what should be done there: what a live decoder is fitted to."""

from dataclasses import dataclass, replace

import numpy as np

from backend.arrays import Array, Bool, Float, Float32, Int
from backend.atlas.atlas import Atlas
from backend.live.config import LiveTrainingConfig
from backend.live.recipe import recipe_of
from backend.live.switching import Moment, moments
from backend.live.teachers import Chosen, Teachers, Trial, gets_on
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.rollouts.simulate import simulate_many

NUM_SHOWN = 12
"States that rescuers are chosen on."


@dataclass(frozen=True)
class Labelled:
    """States and what should be done there."""

    obs: Float32[Array, "state obs"]
    z: Float32[Array, "state latent"]
    action: Float32[Array, "state action"]

    def join(self, other: "Labelled") -> "Labelled":
        """Both."""
        pairs = [(getattr(self, n), getattr(other, n)) for n in ("obs", "z", "action")]
        obs, z, action = (np.concatenate(pair) for pair in pairs)
        return Labelled(obs, z, action)


def own_states(atlas: Atlas, config: LiveTrainingConfig, rng: np.random.Generator) -> Labelled:
    """States of the policies' own episodes, and what they did there."""
    return _fixed(atlas, None, config, rng)


def decoded_states(
    atlas: Atlas, weights: DecoderWeights, config: LiveTrainingConfig, rng: np.random.Generator
) -> Labelled:
    """States of decoded policies' episodes, labelled by the policies themselves."""
    return _fixed(atlas, weights, config, rng)


def _fixed(
    atlas: Atlas, weights: DecoderWeights | None, config: LiveTrainingConfig,
    rng: np.random.Generator,
) -> Labelled:  # fmt: skip
    rows, num = atlas.training_rows, len(atlas.training_rows)
    teacher = Teachers(atlas).chosen(np.arange(num))
    z = (atlas.z + np.exp(atlas.z_log_std) * rng.standard_normal(atlas.z.shape))[rows]
    steps = sorted(rng.choice(atlas.spec.horizon, config.fixed_steps, replace=False).tolist())
    policy = _Rows(teacher, num) if weights is None else DecodedPolicy(weights, z)
    seeds = rng.integers(0, 2**31, num).tolist()
    obs = simulate_many(atlas.spec, policy, seeds, kept_steps=steps).obs
    action = np.stack([teacher.act(obs[:, k]) for k in range(len(steps))], 1)
    return Labelled(
        obs=obs.reshape(-1, obs.shape[-1]), action=action.reshape(-1, action.shape[-1]),
        z=np.repeat(z, len(steps), 0).astype(np.float32),
    )  # fmt: skip


@dataclass(frozen=True)
class _Rows:
    """Teachers as a Policy."""

    chosen: Chosen
    num_rows: int

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Each row's own action."""
        return self.chosen.act(obs)


def switched_states(
    atlas: Atlas, weights: DecoderWeights, teachers: Teachers, config: LiveTrainingConfig,
    turn: int, rng: np.random.Generator,
) -> tuple[Labelled, str]:  # fmt: skip
    """States of switching robots with the action of a policy that gets on from there."""
    settings = replace(config.switching, seed=config.switching.seed + 1000 * (turn + 1))
    seen = list(moments(atlas, weights, settings))
    trouble = troubled(atlas, config, seen)
    time, robot = _sampled(trouble, config, rng)
    places = list(zip(time.tolist(), robot.tolist(), strict=True))
    qpos, qvel, obs, z, target = (
        np.stack([getattr(seen[t], part)[r] for t, r in places])
        for part in ("qpos", "qvel", "obs", "z", "target")
    )
    chosen = choose(atlas, teachers, config, qpos, qvel, z, target)
    kept = chosen >= 0
    label = teachers.chosen(chosen[kept]).act(obs[kept])
    found = Labelled(
        obs=obs[kept].astype(np.float32), z=z[kept].astype(np.float32),
        action=label.astype(np.float32),
    )  # fmt: skip
    line = f"{trouble.mean():.1%} of moments before trouble, {kept.mean():.0%} of states labelled"
    return found, line


def troubled(
    atlas: Atlas, config: LiveTrainingConfig, seen: list[Moment]
) -> Bool[Array, "time robot"]:
    """Moments that are soon followed by a fall or by standing still."""
    slow = recipe_of(atlas.spec).slow
    span = max(1, round(config.trouble_seconds / atlas.spec.time_step))
    down = np.array([m.down for m in seen])
    soon = np.zeros_like(down)
    for shift in range(1, span):
        soon[:-shift] |= down[shift:]
    soon &= ~down
    if slow > 0:
        way = np.cumsum(np.array([m.moved for m in seen]), axis=0)
        ahead = np.concatenate([way[span:], np.repeat(way[-1:], span, 0)]) - way
        known = (np.arange(len(way)) < len(way) - span)[:, None]
        soon |= (ahead < slow * span * atlas.spec.time_step) & known
    return soon


def _sampled(
    trouble: Bool[Array, "time robot"], config: LiveTrainingConfig, rng: np.random.Generator
) -> tuple[Int[Array, "state"], Int[Array, "state"]]:
    bad = np.flatnonzero(trouble)
    num_bad = min(len(bad), round(config.trouble_share * config.num_states))
    even = rng.choice(trouble.size, config.num_states - num_bad, replace=False)
    flat = np.concatenate([rng.choice(bad, num_bad, replace=False), even])
    return np.unravel_index(flat, trouble.shape)  # type: ignore[return-value]


def choose(
    atlas: Atlas, teachers: Teachers, config: LiveTrainingConfig, qpos: Float[Array, "state qpos"],
    qvel: Float[Array, "state qvel"], z: Float[Array, "state latent"], target: Int[Array, "state"],
) -> Int[Array, "state"]:  # fmt: skip
    """Row of the nearest policy that gets on from each state; −1 where none was found."""
    near, _ = atlas.cloud.neighbours(z, config.num_candidates - config.num_rescuers - 1)
    trial = Trial(seconds=config.trial_seconds)
    candidates = np.column_stack([near[:, :1], target, near[:, 1:]])
    chosen = np.full(len(z), -1)
    for column in candidates.T:
        left = np.flatnonzero(chosen < 0)
        if not len(left):
            break
        ok = gets_on(atlas, teachers, trial, qpos[left], qvel[left], column[left])
        chosen[left[ok]] = column[left[ok]]
    for rescuer in rescuers(atlas, teachers, config, trial, qpos, qvel, chosen):
        left = np.flatnonzero(chosen < 0)
        if not len(left):
            break
        ok = gets_on(atlas, teachers, trial, qpos[left], qvel[left], np.full(len(left), rescuer))
        chosen[left[ok]] = rescuer
    return chosen


def rescuers(
    atlas: Atlas, teachers: Teachers, config: LiveTrainingConfig, trial: Trial, qpos: Array,
    qvel: Array, chosen: Int[Array, "state"],
) -> list[int]:  # fmt: skip
    """The policies that get on from most of a few states that nobody near gets on from."""
    left = np.flatnonzero(chosen < 0)
    if not len(left) or not config.num_rescuers:
        return []
    some = left[np.linspace(0, len(left) - 1, min(NUM_SHOWN, len(left))).round().astype(int)]
    rows = np.arange(len(atlas.training_rows))
    wins = np.zeros(len(rows))
    for state in some.tolist():
        poses, motions = (np.repeat(array[state][None], len(rows), 0) for array in (qpos, qvel))
        wins += gets_on(atlas, teachers, trial, poses, motions, rows)
    order = np.argsort(-wins, kind="stable")[: config.num_rescuers]
    return [int(row) for row in order if wins[row] > 0]
