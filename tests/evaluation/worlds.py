"""A synthetic world whose right answers are known: returns are affine in z, and so are the heads.

Decoded latents do exactly what the value heads say, plus an offset that a test may choose.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.evaluation import reconstruction, steering
from backend.steering import correction

Offset = Callable[[np.ndarray], np.ndarray]


@dataclass
class World:
    """What the rollouts of a test were asked for."""

    episodes: int = 0
    latents: list[np.ndarray] = field(default_factory=list)
    seeds: list[np.ndarray] = field(default_factory=list)
    "Of the episodes that judged."


def exact_world(
    monkeypatch: pytest.MonkeyPatch, atlas: Atlas, offset: Offset = lambda z: np.zeros(())
) -> World:
    """Every rollout returns heads(z) + offset(z), without chance."""
    world = World()

    def measure(_: Atlas, z: np.ndarray, num_episodes: int) -> np.ndarray:
        world.episodes += num_episodes * len(z)
        world.latents.append(z)
        returns = atlas.heads.predict(z) + offset(z)
        return np.repeat(returns[:, None], num_episodes, 1)

    def decoded(a: Atlas, z: np.ndarray, seeds: np.ndarray, **_: object) -> np.ndarray:
        world.seeds.append(seeds)
        return measure(a, z, seeds.shape[1])

    for module in (steering, reconstruction):
        monkeypatch.setattr(module, "decoded_returns", decoded)
    monkeypatch.setattr(correction, "_episodes", lambda a, z, seeds: measure(a, z, len(seeds)))
    return world
