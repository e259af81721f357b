"""Which existing policy would get a robot out of where it is: the label of a switched state."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from backend.arrays import Array, Bool, Float, Float32, Int
from backend.atlas.atlas import Atlas
from backend.envs.batched import BatchedEnv
from backend.live.recipe import recipe_of
from backend.policies.policy import OBS_CLIP
from backend.policies.preferences import encode_preference

LAYERS = (
    "obs_mean", "obs_std", "first_w", "first_b", "scale_w", "scale_b", "second_w", "second_b",
    "out_w", "out_b",
)  # fmt: skip
ROWS = 256
"States tried side by side."


@dataclass(frozen=True)
class Teachers:
    """The training policies, each row of a batch with a network of its own."""

    atlas: Atlas

    @cached_property
    def _stacked(self) -> tuple[dict[str, Array], Int[Array, "policy"], Array]:
        population = self.atlas.population
        members = [population.members[row] for row in self.atlas.training_rows]
        keys = list(dict.fromkeys(member.network for member in members))
        networks = [population.networks[key] for key in keys]
        arrays = {name: stacked([getattr(n, name) for n in networks]) for name in LAYERS}
        which = np.array([keys.index(member.network) for member in members])
        told = stacked([
            encode_preference(np.array(m.preference), len(m.weights)) for m in members
        ])  # fmt: skip
        return arrays, which, told

    def chosen(self, rows: Int[Array, "batch"]) -> "Chosen":
        """The policies of some rows, ready to act."""
        arrays, which, told = self._stacked
        w = {name: array[which[rows]] for name, array in arrays.items()}
        condition = told[rows][:, None, : w["scale_w"].shape[1]]
        obs_dim = self.atlas.spec.obs_dim
        return Chosen(
            mean=w["obs_mean"], std=w["obs_std"], first_w=w["first_w"][:, :obs_dim],
            first_b=(condition @ w["first_w"][:, obs_dim:])[:, 0] + w["first_b"],
            scale=1 + (condition @ w["scale_w"])[:, 0] + w["scale_b"],
            second_w=w["second_w"], second_b=w["second_b"], out_w=w["out_w"], out_b=w["out_b"],
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One network per row: ``ActorPolicy`` in batched products."""

    mean: Float[Array, "batch obs"]
    std: Float[Array, "batch obs"]
    first_w: Float32[Array, "batch obs hidden"]
    first_b: Float32[Array, "batch hidden"]
    scale: Float32[Array, "batch hidden"]
    second_w: Float32[Array, "batch hidden hidden2"]
    second_b: Float32[Array, "batch hidden2"]
    out_w: Float32[Array, "batch hidden2 action"]
    out_b: Float32[Array, "batch action"]

    def act(self, obs: Float[Array, "batch obs"]) -> Float32[Array, "batch action"]:
        """Mean actions, clipped."""
        x = np.clip((obs - self.mean) / self.std, -OBS_CLIP, OBS_CLIP).astype(np.float32)
        hidden = np.tanh((x[:, None] @ self.first_w)[:, 0] + self.first_b) * self.scale
        hidden = np.tanh((hidden[:, None] @ self.second_w)[:, 0] + self.second_b)
        return np.clip((hidden[:, None] @ self.out_w)[:, 0] + self.out_b, -1, 1)


def stacked(arrays: list[Array]) -> Array:
    """Arrays of unequal sizes as one, the smaller ones filled up with zeros: idle neurons."""
    shape = np.max([array.shape for array in arrays], axis=0)
    return np.stack([
        np.pad(a, [(0, int(most - size)) for size, most in zip(a.shape, shape, strict=True)])
        for a in arrays
    ])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What counts as getting on."""

    seconds: float
    "How long a policy is tried."
    rows: int = ROWS


def gets_on(
    atlas: Atlas, teachers: Teachers, trial: Trial, qpos: Float[Array, "state qpos"],
    qvel: Float[Array, "state qvel"], rows: Int[Array, "state"],
) -> Bool[Array, "state"]:  # fmt: skip
    """Whether each state's policy carries on from there: stays up, and moves at the end."""
    answer = np.zeros(len(rows), bool)
    env = BatchedEnv(atlas.spec, min(trial.rows, max(1, len(rows))))
    for first in range(0, len(rows), env.num_envs):
        part = slice(first, first + env.num_envs)
        answer[part] = _tried(env, teachers, trial, qpos[part], qvel[part], rows[part])
    return answer


def _tried(
    env: BatchedEnv, teachers: Teachers, trial: Trial, qpos: Array, qvel: Array, rows: Array
) -> Bool[Array, "part"]:
    spec, slow, num = env.spec, recipe_of(env.spec).slow, len(rows)
    some = np.arange(num)
    env.physics.reset(some, qpos, qvel)
    policies = teachers.chosen(rows)
    steps = max(2, round(trial.seconds / spec.time_step))
    up, start = np.ones(num, bool), qpos[:, 0]
    action = np.zeros((env.num_envs, spec.action_dim))
    for step in range(steps):
        if step == steps // 2:
            start = env.qpos[:num, 0].copy()
        action[:num] = policies.act(env.observe()[:num])
        _, _, down = env.step(action, some[up])
        up &= ~down[:num]
        if not up.any():
            break
    if slow <= 0:
        return up
    speed = (env.qpos[:num, 0] - start) / ((steps - steps // 2) * spec.time_step)
    return up & (speed > 2 * slow)
