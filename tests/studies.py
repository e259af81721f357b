"""Synthetic evidence: small studies of every kind, with figures that are known by construction."""

from pathlib import Path

import numpy as np

from backend.envs.table import ENVIRONMENTS
from backend.evaluation.changes import ALL, DECODERS, STEPS
from backend.evaluation.evidence import Evidence, Rows, save_evidence
from backend.evaluation.headline import OURS
from backend.evaluation.regions import BEYOND, NEIGHBOURS, VARIANCES
from backend.evaluation.sampling import EPISODES, SIZES
from backend.evaluation.steering import CORRECTED, DEFAULT, PROTOCOL, SINGLE_SHOTS, Variant

SPACES = (OURS, "VAE", "VAE + InfoNCE", "AE + Rank-N-Contrast", "mean-pool encoder",
          "MLP projectors", "raw feature means")  # fmt: skip
METRICS = ("probe R²", "probe MSE", "Spearman of z distances", "roughness")
LATENT = 32
EXTENT = np.array([9000.0, 4000.0, 3000.0])
LOW = np.array([100.0, -4500.0, 0.0])
CHANCES = {"paper": 0.45, "ours": 0.8, "own network": 0.5}
"Chance of success of single shots, by procedure."


def write_study(
    name: str, root: Path, *, env: str = "mo-halfcheetah-v5", seeds: tuple[int, ...] = (0, 1),
    requests: int = 4, atlas_hash: str = "none", easy: float = 1.0,
) -> Path:  # fmt: skip
    """One study of an environment, written as ``steerscape evaluate`` does.

    ``easy`` scales the chance that an answer succeeds.
    """
    atlas = env + ("-hole" if name == "hole" else "")
    rows = [
        {"seed": seed, **row}
        for seed in seeds
        for row in _rows(
            name, env, requests, np.random.default_rng([seed, len(name), len(env)]), easy
        )
    ]
    for row in rows:
        if "z" in row and row["seed"]:
            row["z"] = None
    flags = f"--tables {name} --seeds {' '.join(map(str, seeds))} --requests {requests}"
    evidence = Evidence(
        table=name, env=env, rows=rows, command=f"steerscape evaluate {env} {flags}",
        atlases={f"{atlas}, seed {seed}": atlas_hash for seed in seeds},
        parameters={
            "num_requests": requests, "num_episodes": 3, "seeds": list(seeds), "protocol": PROTOCOL,
        },
        seconds=90.0,
    )  # fmt: skip
    return save_evidence(evidence, root)


def _rows(name: str, env: str, requests: int, rng: np.random.Generator, easy: float) -> Rows:
    names = ENVIRONMENTS[env].objective_names
    match name:
        case "reconstruction":
            return _reconstruction(names, rng)
        case "geometry":
            return _geometry(names, rng)
        case "sampling":
            return _sampling(rng)
        case "tangents":
            return _tangents(len(names), requests, rng)
        case "extrapolation":
            variants = (Variant(method="tangent"), Variant(method="free"), DEFAULT)
            return [
                {"beyond_percent": 100 * beyond, **row}
                for beyond in BEYOND
                for row in answers(variants, len(names), requests, rng, easy=1 - 2 * beyond)
            ]
        case "changes":
            return [
                {"region": region, "step": step, **row}
                for region in ("inside", "hole")
                for step, variant in STEPS.items()
                for row in answers((variant,), len(names), requests, rng, easy)
            ]
        case "decoder":
            return [
                {"decoder": decoder, **row}
                for decoder in (*DECODERS, ALL)
                for row in _reconstruction(names, rng)
                if row["mode"] == "deterministic"
            ]
    region = "inside" if name == "steering" else "hole"
    found = answers(SINGLE_SHOTS + CORRECTED, len(names), requests, rng, easy)
    return [{"region": region, **row} for row in found]


def answers(
    variants: tuple[Variant, ...], num: int, requests: int, rng: np.random.Generator,
    easy: float = 1.0,
) -> Rows:  # fmt: skip
    """Answers whose target is missed by 1 % of the range, or by 20 % where they fail."""
    rows: Rows = []
    low, extent = LOW[:num], EXTENT[:num]
    for variant in variants:
        chance = easy * (0.95 if variant.corrected else CHANCES[variant.procedure])
        for request in range(requests):
            target = low + extent * rng.uniform(0.1, 0.9, num)
            good = bool(rng.random() < chance)
            error = (0.01 if good else 0.2) * float(rng.choice([-1, 1])) * rng.uniform(0.5, 1.5)
            measured = target + error * extent
            rows.append({
                **variant.facts, "request": request,
                "target": [target[0], *[float("nan")] * (num - 1)],
                "lower": [float("-inf"), *(target[1:] - 0.3 * extent[1:])],
                "start_policy": "run-2/03/w0.20",
                "predicted": (target + 0.005 * extent).tolist(), "measured": measured.tolist(),
                "measured_std": (0.004 * extent).tolist(),
                "target_error_percent": 100 * abs(error), "violation_percent": 0.0,
                "success_5": good, "success_10": good, "predicted_feasible": True,
                "outcome": "reached" if good else "left manifold", "num_steps": 40,
                "distance_to_data": float(rng.uniform(0.2, 2)), "cpu_ms": 12.0,
                "rollouts": 45 if variant.corrected else 0, "z": [0.02 * request] * LATENT,
            })  # fmt: skip
    return rows


def _reconstruction(names: tuple[str, ...], rng: np.random.Generator) -> Rows:
    rows: Rows = []
    for mode, scale in (("deterministic", 0.01), ("stochastic", 0.04)):
        for policy in range(12):
            for i, objective in enumerate(names):
                source = float(LOW[i] + EXTENT[i] * (policy + 1) / 13)
                error = float(rng.normal() * scale)
                decoded = source + error * float(EXTENT[i])
                rows.append({
                    "policy": f"run-1/{policy:02d}/w0.50", "row": policy,
                    "held_out": "network" if policy % 3 == 0 else "random",
                    "mode": mode,
                    "objective": objective, "source": source, "decoded": decoded,
                    "decoded_std": 20.0, "percent_of_range": 100 * abs(error),
                    "relative_percent": 100 * abs(decoded - source) / abs(source),
                })  # fmt: skip
    return rows


def _geometry(names: tuple[str, ...], rng: np.random.Generator) -> Rows:
    return [
        {"space": space, "objective": name, "metric": metric,
         "value": _value(metric, k, float(rng.uniform(0.9, 1.1)))}
        for k, space in enumerate(SPACES)
        for name in names
        for metric in METRICS
    ]  # fmt: skip


def _value(metric: str, rank: int, noise: float) -> float:
    """Ours is best in every metric, and its probe MSE five times lower than any other's."""
    if metric == "roughness":
        return noise * (2 + rank)
    mse = noise * (0.01 if rank == 0 else 0.05)
    return mse if metric == "probe MSE" else 1 - mse


def _sampling(rng: np.random.Generator) -> Rows:
    """Latent error falls with 1 / size over all episodes, and less than that within one."""
    return [
        {"policy": f"run-1/{policy:02d}/w0.50", "context_size": size, "num_episodes": episodes,
         "squared_error": share * 20, "share": share}
        for policy in range(4)
        for size in SIZES
        for episodes in (EPISODES if size == 64 else (1, 14))
        for share in [float(rng.uniform(0.8, 1.2)) * (0.4 / size + 0.01 / episodes)]
    ]  # fmt: skip


def _tangents(num: int, requests: int, rng: np.random.Generator) -> Rows:
    sizes = [(k, 0.95) for k in NEIGHBOURS] + [(50, v) for v in VARIANCES if v != 0.95]
    rows: Rows = []
    for start in ("random", "near"):
        for k, variance in [*sizes, (0, 1.0)]:
            variant = Variant(method="tangent" if k else "free", start=start)  # type: ignore[arg-type]
            rows += [
                {"num_neighbours": k, "variance_kept": variance, **row}
                for row in answers((variant,), num, requests, rng)
            ]
    return rows
