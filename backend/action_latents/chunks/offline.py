"""What is measured without running a robot: codes, likelihoods, drawn chunks, speed."""

import time
from typing import Any

import numpy as np
import torch
from sklearn.neighbors import KNeighborsClassifier

from backend.action_latents.chunks.data import Chunks
from backend.action_latents.chunks.networks import num_parameters
from backend.action_latents.chunks.policies import KINDS, Kind, policy_of
from backend.action_latents.chunks.scores import (
    Starts,
    draws,
    energy_distances,
    energy_scores,
    gait_shares,
)
from backend.action_latents.chunks.training import Trained
from backend.arrays import Array, Bool, Int
from backend.evaluation.evidence import Rows
from backend.threads import one_thread

NUM_PAIRS = 3000
"Held-out pairs behind every figure here."
NEIGHBOURS = 15
KEPT = 0.5
"A gait is kept at a start if it gets at least this share of what is its due."
BATCH = 256
"Chunks drawn at once when speed is measured."


def some(chunks: Chunks, num: int, seed: int = 0) -> Chunks:
    """Random pairs."""
    return chunks.subset(np.random.default_rng(seed).permutation(len(chunks.obs))[:num])


def told_gait(features: Array, test: Chunks) -> float:
    """Accuracy with which neighbours in one half of the demonstrations tell the others' gait.

    Overlapping chunks of one demonstration would tell each other's.
    """
    first = halved(test.turn)
    scaled = (features - features.mean(0)) / (features.std(0) + 1e-9)
    judge = KNeighborsClassifier(NEIGHBOURS).fit(scaled[first], test.gait[first])
    return float(judge.score(scaled[~first], test.gait[~first]))


def halved(groups: Int[Array, "pair"], seed: int = 0) -> Bool[Array, "pair"]:
    """One half of the groups, drawn at random: none is in both."""
    every = np.unique(groups)
    return np.isin(groups, np.random.default_rng(seed).permutation(every)[: len(every) // 2])


@torch.no_grad()
def code_row(trained: Trained, chunks: Chunks, young: int) -> dict[str, Any]:
    """What the codes of held-out pairs hold: of the first steps of a gait, and of all."""
    vae, test = trained.vae, some(chunks.test, NUM_PAIRS)
    obs, chunk = torch.from_numpy(test.obs), torch.from_numpy(test.chunk)
    z = vae.encode(obs, chunk)
    rebuilt = (vae.decode(obs, z) - chunk).square().mean().sqrt()
    blind = (vae.decode(obs, torch.zeros_like(z)) - chunk).square().mean().sqrt()
    first = test.age < young
    codes, flat = z.numpy(), test.chunk.reshape(len(test.obs), -1)
    row: dict[str, Any] = {"error": float(rebuilt), "error_without_code": float(blind)}
    sources = {"obs": test.obs, "chunk": np.concatenate([test.obs, flat], 1), "code": codes}
    for age, rows in (("young", first), ("old", ~first)):
        for name, features in sources.items():
            row[f"gait_from_{name}_{age}"] = told_gait(features[rows], test.subset(rows))
    return row


@torch.no_grad()
def nll(trained: Trained, kind: Kind, test: Chunks, seed: int = 0) -> float:
    """Negative log-likelihood, nats, of drawn codes of held-out pairs; nan for the flow.

    The codes are the same for every kind.
    """
    if kind == "flow":
        return float("nan")
    obs, chunk = torch.from_numpy(test.obs), torch.from_numpy(test.chunk)
    generator = torch.Generator().manual_seed(seed)
    z = trained.vae.encode(obs, chunk, sampled=True, generator=generator)
    return -float(trained.priors[kind].distribution(obs).log_prob(z).mean())


def draw_rows(trained: Trained, chunks: Chunks, starts: Starts, young: int) -> Rows:
    """One row per kind: chunks drawn at held-out pairs and at fresh starts."""
    test = some(chunks.test, NUM_PAIRS)
    first = test.age < young
    rows: Rows = []
    for kind in KINDS:
        policy = policy_of(trained, kind)
        score = energy_scores(draws(policy, test.obs), test.chunk.reshape(len(test.obs), -1))
        drawn = draws(policy, starts.obs, num=96)
        share = gait_shares(drawn, starts.chunk)
        due = KEPT / share.shape[1]
        rows.append({
            "kind": kind, "parameters": parameters_of(trained, kind),
            "nll": nll(trained, kind, test), "energy_score": float(score.mean()),
            "energy_score_young": float(score[first].mean()),
            "energy_score_old": float(score[~first].mean()),
            "start_distance": float(energy_distances(drawn, starts.chunk).mean()),
            "start_gaits": float((share >= due).sum(1).mean()),
            "start_shares": share.mean(0).tolist(), **speeds(trained, kind, test),
        })  # fmt: skip
    return rows


def parameters_of(trained: Trained, kind: Kind) -> int:
    """Of everything that is trained for a kind, the encoder included."""
    if kind == "flow":
        return num_parameters(trained.flow)
    return num_parameters(trained.vae, trained.priors[kind])


def speeds(trained: Trained, kind: Kind, test: Chunks, repeats: int = 15) -> dict[str, float]:
    """Chunks drawn per second, median of some repeats, one thread: many at once, and one."""
    policy, found = policy_of(trained, kind), {}
    for name, size in (("chunks_per_second", BATCH), ("chunks_per_second_single", 1)):
        obs, seconds = torch.from_numpy(test.obs[:size]), []
        with one_thread():
            for _ in range(repeats + 1):
                began = time.perf_counter()
                policy.draw(obs)
                seconds.append(time.perf_counter() - began)
        found[name] = size / float(np.median(seconds[1:]))
    return found
