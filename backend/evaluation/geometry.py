"""Is a latent space ordered by value? Probes and rank correlations on held-out policies."""

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import RidgeCV
from sklearn.metrics import r2_score

from backend.arrays import Array, Bool, Float
from backend.evaluation.evidence import Rows
from backend.evaluation.spaces import Space

RIDGES = tuple(10.0**power for power in range(-4, 4))
NUM_NEIGHBOURS = 8
NUM_WALKS, WALK_STEPS = 64, 16


def geometry(
    space: Space, returns: Float[Array, "policy objective"], training: Bool[Array, "policy"],
    names: tuple[str, ...], *, seed: int = 0,
) -> Rows:  # fmt: skip
    """One row per objective and metric.

    - ``probe R²``, ``probe MSE``: ridge regression from z to the return, fitted on the training
      policies, judged on the held-out ones; the MSE in units of the return's variance.
    - ``Spearman of z distances``: rank correlation, over pairs of held-out policies, of latent
      distance and the distance of that return.
    - ``Spearman of u distances``: the same in the objective's own projection.
    - ``roughness``: mean change of the return per step of random walks on the graph of eight
      nearest policies, in % of its range. Measured returns of real policies; lower is smoother.
    """
    held = ~training
    scale, shift = returns[training].std(0), returns[training].mean(0)
    standard = (returns - shift) / scale
    coordinates = (space.z - space.z[training].mean(0)) / (space.z[training].std(0) + 1e-9)
    walks = random_walks(space.z, seed=seed)
    extent = np.ptp(returns[training], axis=0)
    rows: Rows = []
    for i, name in enumerate(names):
        probe = RidgeCV(RIDGES).fit(coordinates[training], standard[training, i])
        probed = probe.predict(coordinates[held])
        label = standard[held, i : i + 1]
        steps = np.abs(np.diff(returns[walks, i], axis=1)) / extent[i]
        metrics = {
            "probe R²": float(r2_score(standard[held, i], probed)),
            "probe MSE": float(((probed - standard[held, i]) ** 2).mean()),
            "Spearman of z distances": distance_spearman(space.z[held], label),
            "roughness": 100 * float(steps.mean()),
        }
        if space.u is not None:
            metrics["Spearman of u distances"] = distance_spearman(space.u[i][held], label)
        rows += [{"objective": name, "metric": m, "value": value} for m, value in metrics.items()]
    return rows


def random_walks(z: Float[Array, "policy latent"], *, seed: int) -> Array:
    """Rows visited by walks that step to one of the nearest policies: [walk, step]."""
    rng = np.random.default_rng([seed, 21])
    distance = np.linalg.norm(z[:, None] - z[None], axis=-1)
    neighbours = np.argsort(distance, axis=1)[:, 1 : NUM_NEIGHBOURS + 1]
    at = rng.integers(0, len(z), NUM_WALKS)
    path = [at]
    for _ in range(WALK_STEPS):
        at = neighbours[at, rng.integers(0, neighbours.shape[1], NUM_WALKS)]
        path.append(at)
    return np.stack(path, 1)


def distance_spearman(a: Float[Array, "policy a"], b: Float[Array, "policy b"]) -> float:
    """Spearman correlation of all pairwise distances."""
    upper = np.triu_indices(len(a), 1)
    distances = [np.linalg.norm(x[:, None] - x[None], axis=-1)[upper] for x in (a, b)]
    return float(np.asarray(spearmanr(*distances))[0])
