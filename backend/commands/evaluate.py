"""``steerscape evaluate``: the papers' claims, measured on an atlas."""

import time
from dataclasses import dataclass
from typing import Any

from backend.atlas.store import HOLE_SUFFIX
from backend.commands.options import JsonOption, Name
from backend.studio import Studio


@dataclass(frozen=True, kw_only=True)
class Evaluate(JsonOption):
    """Reconstruction, probe, geometry and steering on held-out policies, by rollouts."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    requests: int = 100
    "Steering requests per table."
    episodes: int = 3
    "Fresh episodes per measured policy."
    seed: int = 0
    "Seed of requests and episodes."

    def run(self) -> dict[str, Any]:
        """Everything, as one object; the hole's table too if its atlas was built."""
        from backend.evaluation.geometry import geometry
        from backend.evaluation.reconstruction import reconstruction
        from backend.evaluation.steering import SteeringConfig, benchmark_hole, benchmark_inside

        began = time.perf_counter()
        studio = Studio()
        atlas = studio.atlas(self.name)
        config = SteeringConfig(
            num_requests=self.requests, num_episodes=self.episodes, seed=self.seed
        )
        result: dict[str, Any] = {"atlas": self.name, "hash": atlas.content_hash}
        if not self.name.endswith(HOLE_SUFFIX):
            result["reconstruction"] = reconstruction(
                atlas, num_episodes=self.episodes, seed=self.seed
            )
            result["geometry"] = geometry(atlas)
            result["steering_inside"] = benchmark_inside(atlas, config)
        hole = self.name.removesuffix(HOLE_SUFFIX) + HOLE_SUFFIX
        if hole in studio.names():
            result["steering_into_hole"] = benchmark_hole(studio.atlas(hole), config)
        result["seconds"] = time.perf_counter() - began
        return result
