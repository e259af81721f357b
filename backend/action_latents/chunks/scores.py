"""How well drawn chunks match: energy scores on held-out pairs, and against the gaits' own chunks.

The energy score E|X − y| − E|X − X'|/2 is smallest for draws from the true p(chunk | obs), by half
the energy distance (Gneiting & Raftery 2007, eq. 21): single held-out chunks suffice to compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.neighbors import NearestNeighbors

from backend.action_latents.chunks.data import Chunks
from backend.action_latents.chunks.gaits import Gait, actions_of
from backend.action_latents.chunks.policies import ChunkPolicy
from backend.arrays import Array, Bool, Float, Float32
from backend.envs.batched import BatchedEnv
from backend.envs.spec import EnvSpec
from backend.threads import one_thread

NUM_DRAWS, AT_ONCE = 32, 2048
"Chunks drawn at each observation; observations for which a density's grid fits in memory."


def draws(
    policy: ChunkPolicy, obs: Float32[Array, "pair obs"], *, num: int = NUM_DRAWS, seed: int = 0
) -> Float32[Array, "pair draw entry"]:
    """Chunks at each observation, flat."""
    generator = torch.Generator().manual_seed(seed)
    with one_thread():
        repeated = torch.from_numpy(obs).repeat_interleave(num, 0)
        parts = [policy.draw(part, generator).numpy() for part in repeated.split(AT_ONCE)]
    return np.concatenate(parts).reshape(len(obs), num, -1)


def energy_scores(
    drawn: Float32[Array, "pair draw entry"], true: Float32[Array, "pair entry"]
) -> Float[Array, "pair"]:
    """Of each pair; in the unit of actions, over the whole chunk."""
    to_true = np.linalg.norm(drawn - true[:, None], axis=-1).mean(1)
    return (to_true - among(drawn) / 2).astype(float)


def among(drawn: Float32[Array, "pair draw entry"]) -> Float[Array, "pair"]:
    """Mean distance between two different draws."""
    num = drawn.shape[1]
    squares = np.square(drawn).sum(-1)
    inner = np.einsum("pie,pje->pij", drawn, drawn)
    distance = np.sqrt((squares[:, :, None] + squares[:, None] - 2 * inner).clip(0))
    return distance.sum((1, 2)).astype(float) / (num * (num - 1))


@dataclass(frozen=True, kw_only=True)
class Starts:
    """First states of episodes, where every gait is as likely, and what each would do."""

    obs: Float32[Array, "start obs"]
    chunk: Float32[Array, "start gait entry"]


def starts(spec: EnvSpec, gaits: Sequence[Gait], num: int, length: int, *, seed: int) -> Starts:
    """Fresh starts; each gait's chunk is simulated from every one of them."""
    seeds = np.random.default_rng([seed, 7]).integers(0, 2**31, num).tolist()
    env, rows = BatchedEnv(spec, num * len(gaits)), []
    which = np.tile(np.arange(len(gaits)), num)
    with one_thread():
        first = obs = env.reset([seed for seed in seeds for _ in gaits])
        for _ in range(length):
            action = actions_of(gaits, obs, which)
            rows.append(action)
            obs = env.step(action)[0]
    chunk = np.stack(rows, 1).reshape(num, len(gaits), -1)
    return Starts(obs=first[:: len(gaits)].astype(np.float32), chunk=chunk.astype(np.float32))


def energy_distances(
    drawn: Float32[Array, "start draw entry"], true: Float32[Array, "start gait entry"]
) -> Float[Array, "start"]:
    """2 E|X − Y| − E|X − X'| − E|Y − Y'| to the gaits' chunks, all as likely (Székely 2013)."""
    num = true.shape[1]
    apart = np.linalg.norm(drawn[:, :, None] - true[:, None], axis=-1).mean((1, 2))
    within = among(true) * (num - 1) / num
    return (2 * apart - among(drawn) - within).astype(float)


def gait_shares(
    drawn: Float32[Array, "start draw entry"], true: Float32[Array, "start gait entry"]
) -> Float[Array, "start gait"]:
    """Share of the draws nearest to each gait's chunk."""
    nearest = np.linalg.norm(drawn[:, :, None] - true[:, None], axis=-1).argmin(-1)
    return np.stack([(nearest == gait).mean(1) for gait in range(true.shape[1])], 1)


def neighbour_entropy(
    chunks: Chunks, rows: Bool[Array, "pair"], *, num: int = 16, most: int = 4000, seed: int = 0
) -> Float[Array, "neighbourhood"]:
    """Entropy, nats, of the gaits among the training observations nearest to some of the others."""
    train, asked = chunks.train, chunks.subset(rows)
    asked = asked.subset(np.random.default_rng(seed).permutation(len(asked.obs))[:most])
    mean, std = train.obs.mean(0), train.obs.std(0)
    near = NearestNeighbors(n_neighbors=num).fit((train.obs - mean) / std)
    found = train.gait[near.kneighbors((asked.obs - mean) / std, return_distance=False)]
    share = np.stack([(found == gait).mean(1) for gait in range(chunks.gait.max() + 1)], 1)
    return -(share * np.log(np.maximum(share, 1e-12))).sum(1)
