"""Small stand-ins: policies, a population, pairs, affine value heads, steering problems."""

from dataclasses import fields, replace

import numpy as np

from backend.envs.spec import EnvSpec
from backend.envs.table import env_spec
from backend.policies.policy import FilmWeights
from backend.population.population import Member, Population
from backend.representation.value_heads import ValueHeads
from backend.rollouts.dataset import OccupancyDataset
from backend.steering.problem import Problem

ATLAS = "mo-halfcheetah-v5"
SPEC = env_spec(ATLAS)
SHORT = replace(SPEC, horizon=40)
"HalfCheetah whose episodes end after 40 steps."


class Swinger:
    """A policy whose rows never meet in one matrix product: the same bits for any batch size."""

    num_rows = 1

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def act(self, obs: np.ndarray) -> np.ndarray:
        return np.tanh(self.gain * (obs[..., :6] + obs[..., 8:14]))


class Limp:
    """No torque at all."""

    num_rows = 1

    def __init__(self, action_dim: int) -> None:
        self.action_dim = action_dim

    def act(self, obs: np.ndarray) -> np.ndarray:
        return np.zeros((len(obs), self.action_dim))


def film_weights(
    seed: int = 0, *, spec: EnvSpec = SPEC, condition_dim: int = 2, hidden: int = 8
) -> FilmWeights:
    """A random actor, for HalfCheetah unless told otherwise."""
    rng = np.random.default_rng(seed)
    sizes = {
        "first_w": (spec.obs_dim + condition_dim, hidden), "first_b": (hidden,),
        "second_w": (hidden, hidden), "second_b": (hidden,),
        "out_w": (hidden, spec.action_dim), "out_b": (spec.action_dim,),
        "scale_w": (condition_dim, hidden), "scale_b": (hidden,),
        "log_std_w": (condition_dim, spec.action_dim), "log_std_b": (spec.action_dim,),
        "obs_mean": (spec.obs_dim,), "obs_std": (spec.obs_dim,),
    }  # fmt: skip
    arrays = {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}
    arrays["obs_std"] = 1 + np.abs(arrays["obs_std"])
    bounds = np.array([-2, 0.7], np.float32)
    assert {f.name for f in fields(FilmWeights)} == {*arrays, "log_std_bounds"}
    return FilmWeights(**arrays, log_std_bounds=bounds)


def population(num: int = 12, *, held_out: tuple[int, ...] = (), seed: int = 0) -> Population:
    """Random policies of one network with random returns."""
    rng = np.random.default_rng(seed)
    weights = np.linspace(0.1, 0.9, num)
    reasons = ["random" if i in held_out else "" for i in range(num)]
    returns = rng.normal(size=(num, 2)) * [3000, 1000]
    return Population(
        members=tuple(
            Member(network="run-1/09", weights=(float(w), float(1 - w))) for w in weights
        ),
        networks={"run-1/09": film_weights(seed)},
        returns=returns, returns_std=abs(returns) / 50,
        noisy_returns=returns - 10, noisy_returns_std=abs(returns) / 20,
        num_episodes=2, num_noisy_episodes=1, held_out=np.array(reasons),
    )  # fmt: skip


def dataset(num: int = 12, *, seed: int = 0, times: int = 40) -> OccupancyDataset:
    """Random pairs whose mean depends on the policy, so that an encoder has something to find."""
    rng = np.random.default_rng(seed)
    level = np.linspace(-1, 1, num)[:, None, None, None]

    def pairs(dim: int) -> np.ndarray:
        return (rng.normal(size=(num, 3, times, dim)) * 0.3 + level).astype(np.float32)

    action = np.clip(pairs(SPEC.action_dim), -1, 1)
    return OccupancyDataset(
        obs=pairs(SPEC.obs_dim), action=action, clean_action=0.9 * action,
        returns=np.stack([level.ravel() * 3000, -1000 * level.ravel() ** 2], 1),
    )  # fmt: skip


def affine_heads(seed: int = 0, *, latent: int = 8, objectives: int = 2) -> ValueHeads:
    """Random affine value heads in return-like units."""
    rng = np.random.default_rng(seed)
    return ValueHeads(
        weight=rng.normal(size=(objectives, latent)) / np.sqrt(latent),
        bias=rng.normal(size=objectives),
        returns_mean=1000 * rng.normal(size=objectives),
        returns_std=rng.uniform(500, 2000, objectives),
    )


def problem(
    *goals: dict[str, list[float]], extent: tuple[float, ...] = (1000.0, 1000.0)
) -> Problem:
    """One request per dict of target, lower, upper; what is left out is not asked."""
    free = {"target": np.nan, "lower": -np.inf, "upper": np.inf}
    columns = {
        kind: np.array([goal.get(kind, [value] * len(extent)) for goal in goals], float)
        for kind, value in free.items()
    }
    return Problem(**columns, extent=np.array(extent))
