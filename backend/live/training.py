"""A decoder that may be switched: the atlas' own, fine-tuned on robots whose latent changes.

DAgger (Ross et al. 2011) over switches: robots run by the decoder while their latent glides and
jumps; the states they come through are labelled with the action of the existing policy nearest to
the latent *that gets on from there*. Policies trained with their preference fixed do not know such
states and most of them stay stuck in them, so the nearest one alone would teach nothing. States of
fixed latents, labelled by their own policies, keep the returns. Encoder and latents stay as they
are.
"""

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import nn

from backend.arrays import Array, Bool, Float, Float32, Int, Tensor
from backend.atlas.atlas import Atlas
from backend.live.drive import GLIDE
from backend.live.recipe import recipe_of
from backend.live.switching import Moment, SwitchingConfig, moments
from backend.live.teachers import Teachers, Trial, gets_on
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.representation.model import Representation
from backend.rollouts.simulate import simulate_many
from backend.threads import one_thread

logger = logging.getLogger(__name__)
Report = Callable[[int, int, str], None]


@dataclass(frozen=True, kw_only=True)
class LiveTrainingConfig:
    """Sizes of the fine-tuning."""

    num_rounds: int = 8
    "Rounds of switching, labelling and fitting."
    switching: SwitchingConfig = SwitchingConfig(
        num_robots=256,
        seconds=20.0,
        hold=(1.0, 4.0),
        glide=(GLIDE, GLIDE, 2 * GLIDE, 1e9),
        helped_after=3.0,
    )
    "Each round's robots; the seed goes up by one."
    num_states: int = 3000
    "States of switching robots labelled in each round."
    trouble_share: float = 0.5
    "Of them from the moments before a robot goes down or stands still."
    trouble_seconds: float = 1.5
    "How long those moments are."
    num_candidates: int = 8
    "Policies tried in a state, nearest latent first, before it is given up."
    num_rescuers: int = 4
    "Of them known to get up from anywhere; they are tried last."
    trial_seconds: float = 2.0
    "How long each is tried."
    fixed_steps: int = 40
    "States of each policy's own episode, and of its decoded one, added in each round."
    num_gradient_steps: int = 1500
    "In each round."
    batch: int = 1024
    "States of a step, half of each kind."
    learning_rate: float = 5e-4
    "Adam's, falling to a tenth over all rounds."


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


def train_live(
    atlas: Atlas, config: LiveTrainingConfig, *, seed: int, report: Report = lambda *_: None
) -> Representation:
    """The atlas' representation with a decoder that may be switched."""
    torch.manual_seed(seed)
    model = copy.deepcopy(atlas.representation)
    rng, teachers = np.random.default_rng(seed), Teachers(atlas)
    fixed = own_states(atlas, config, rng)
    switched: Labelled | None = None
    trained = [*model.decoder.state.parameters(), *model.decoder.trunk.parameters()]
    optimiser = torch.optim.Adam(trained, lr=config.learning_rate)
    for turn in range(config.num_rounds):
        weights = DecoderWeights.fold(model)
        with one_thread():
            fixed = fixed.join(decoded_states(atlas, weights, config, rng))
            fresh, line = switched_states(atlas, weights, teachers, config, turn, rng)
        switched = fresh if switched is None else switched.join(fresh)
        loss = fit(model, optimiser, fixed, switched, config, turn, rng)
        report(turn + 1, config.num_rounds, f"{line}; loss {loss:.4f}")
    return model.eval()


# --- states ----------------------------------------------------------------------------------


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

    chosen: object
    num_rows: int

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Each row's own action."""
        return self.chosen.act(obs)  # type: ignore[attr-defined]


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
    some = left[np.linspace(0, len(left) - 1, min(12, len(left))).round().astype(int)]
    rows = np.arange(len(atlas.training_rows))
    wins = np.zeros(len(rows))
    for state in some.tolist():
        poses, motions = (np.repeat(array[state][None], len(rows), 0) for array in (qpos, qvel))
        wins += gets_on(atlas, teachers, trial, poses, motions, rows)
    order = np.argsort(-wins, kind="stable")[: config.num_rescuers]
    return [int(row) for row in order if wins[row] > 0]


# --- fitting ---------------------------------------------------------------------------------


def fit(
    model: Representation, optimiser: torch.optim.Optimizer, fixed: Labelled, switched: Labelled,
    config: LiveTrainingConfig, turn: int, rng: np.random.Generator,
) -> float:  # fmt: skip
    """Squared error of the mean action, half of each batch from each kind; the last loss."""
    loss = torch.zeros(())
    kinds = [some for some in (fixed, switched) if len(some.obs)]
    total = config.num_rounds * config.num_gradient_steps
    for step in range(config.num_gradient_steps):
        progress = (turn * config.num_gradient_steps + step) / total
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * (1 - 0.9 * progress)
        parts = [_batch(some, config.batch // len(kinds), rng) for some in kinds]
        obs, z, action = (torch.cat(column) for column in zip(*parts, strict=True))
        error = (model.decoder(model.normalise(obs), z) - action) ** 2
        loss = error.mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.decoder.parameters(), 1.0)
        optimiser.step()
    return float(loss.detach())


def _batch(some: Labelled, num: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    rows = rng.integers(0, len(some.obs), num)
    obs, z, action = (torch.from_numpy(a[rows]) for a in (some.obs, some.z, some.action))
    return obs, z, action
