"""``steerscape steer``: ask for returns, get a latent, its promise and what it measured."""

import time
from dataclasses import dataclass
from typing import Any

from backend.commands.options import GoalOptions, JsonOption, Name
from backend.errors import InvalidValue
from backend.steering.correction import CorrectionConfig
from backend.studio import Measured, Studio


@dataclass(frozen=True, kw_only=True)
class Steer(GoalOptions, JsonOption):
    """Ask for returns; the answer is verified by rollouts."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    corrections: int = 2
    "Rounds of correction by rollouts, 0 to 3; -1 takes the solver's single shot unverified."
    episodes: int = 6
    "Fresh episodes behind the measured returns."

    def run(self) -> dict[str, Any]:
        """Outcome, latent, predicted and measured returns."""
        if not -1 <= self.corrections <= 3:
            raise InvalidValue("--corrections", self.corrections, "a whole number from -1 to 3")
        if not 1 <= self.episodes <= 100:
            raise InvalidValue("--episodes", self.episodes, "a whole number from 1 to 100")
        studio, request = Studio(), self.request()
        answer = studio.steer(self.name, request)
        result, names = answer.result, studio.spec(self.name).objective_names
        began = time.perf_counter()
        z, distance, verified = result.z, float(result.distance_to_data[-1]), None
        if self.corrections < 0 or self.method == "nearest":
            measured = studio.measure(self.name, z, num_episodes=self.episodes, seed=self.seed)
        else:
            config = CorrectionConfig(num_rounds=self.corrections)
            verified = studio.verify(
                self.name, request, z, config=config, num_episodes=self.episodes
            )
            z, measured, distance = verified.z, verified.measured, verified.distance_to_data
        return {
            "atlas": self.name,
            "outcome": result.outcome,
            "reason": result.reason,
            "start": result.start_id,
            "z": z.tolist(),
            "aimed": {name: {goal.mode: goal.value} for name, goal in request.goals.items()},
            "predicted": dict(zip(names, studio.promise(self.name, z).tolist(), strict=True)),
            "measured": measured_json(measured, names),
            "success": None if verified is None else verified.success,
            "nearest_existing": {
                "policy": result.nearest_id,
                "measured": dict(zip(names, answer.nearest_returns.tolist(), strict=True)),
            },
            "steps": result.num_steps,
            "distance_to_data": distance,
            "seconds": {"steer": result.seconds, "rollout": time.perf_counter() - began},
        }


def measured_json(measured: Measured, names: tuple[str, ...]) -> dict[str, Any]:
    """Mean, standard deviation and every episode, per objective."""
    return {
        name: {
            "mean": float(measured.mean[i]),
            "std": float(measured.std[i]),
            "episodes": measured.episodes[:, i].tolist(),
        }
        for i, name in enumerate(names)
    }
