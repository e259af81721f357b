"""Is the latent space ordered by value? Probes and rank correlations, held-out policies."""

from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score

from backend.arrays import Array, Float
from backend.atlas.atlas import Atlas


def geometry(atlas: Atlas) -> dict[str, Any]:
    """Probe R² and standardised MSE, and Spearman of latent and return distances, per objective."""
    held = ~atlas.population.is_training
    training = atlas.population.is_training
    returns = atlas.population.returns
    probe = Ridge(1e-3).fit(atlas.z[training], returns[training])
    probed = probe.predict(atlas.z[held])
    projectors = atlas.representation.projectors.stacked()[0].detach().double().numpy()
    measured, std = returns[held], returns[training].std(0)
    result: dict[str, Any] = {"num_policies": int(held.sum()), "per_objective": {}}
    for i, name in enumerate(atlas.spec.objective_names):
        promised = atlas.predicted[held, i]
        u = atlas.z[held] @ projectors[i].T
        result["per_objective"][name] = {
            "linear_probe_r2": float(r2_score(measured[:, i], probed[:, i])),
            "value_head_r2": float(r2_score(measured[:, i], promised)),
            "value_head_standardised_mse": float(
                (((promised - measured[:, i]) / std[i]) ** 2).mean()
            ),
            "projection_spearman": _distance_spearman(u, measured[:, i : i + 1]),
        }
    result["latent_spearman"] = _distance_spearman(atlas.z[held], measured / std)
    result["map_return_error_percent_of_range"] = {
        name: _map_error(atlas, name, held) for name in atlas.maps
    }
    return result


def _distance_spearman(a: Float[Array, "policy a"], b: Float[Array, "policy b"]) -> float:
    """Spearman correlation of all pairwise distances."""
    upper = np.triu_indices(len(a), 1)
    distances = [np.linalg.norm(x[:, None] - x[None], axis=-1)[upper] for x in (a, b)]
    return float(np.asarray(spearmanr(*distances))[0])


def _map_error(atlas: Atlas, name: str, held: Array) -> list[float]:
    """Median error of returns read off the map at a held-out policy's place (8 neighbours)."""
    training = atlas.population.is_training
    places, anchors = atlas.place(name, atlas.z[held]), atlas.place(name, atlas.z[training])
    distance = np.linalg.norm(places[:, None] - anchors[None], axis=-1)
    nearest = np.argsort(distance, axis=1)[:, :8]
    read = atlas.population.returns[training][nearest].mean(1)
    error = np.abs(read - atlas.population.returns[held]) / atlas.returns_extent
    return (100 * np.median(error, 0)).tolist()
