"""``steerscape render``: an MP4 of an existing or a steered policy."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.commands.options import GoalOptions, JsonOption, Name, parse_size
from backend.errors import InvalidValue
from backend.studio import Film, Studio


@dataclass(frozen=True, kw_only=True)
class Render(GoalOptions, JsonOption):
    """Film a policy: one of the atlas (--policy) or the answer to goals (--target ...)."""

    name: Name
    "Atlas, e.g. mo-halfcheetah-v5."
    out: Path
    "File to write, ending in .mp4."
    policy: str | None = None
    "Policy id to film instead of steering."
    seconds: float = 5.0
    "Length of the clip, 0.1 to 50."
    size: str = "480x360"
    "WIDTHxHEIGHT in pixels, even numbers."

    def run(self) -> dict[str, Any]:
        """What was written and how long each part took."""
        width, height = parse_size(self.size)
        if self.out.suffix != ".mp4" or not self.out.parent.is_dir():
            raise InvalidValue("--out", self.out, "a path ending in .mp4 in an existing folder")
        if not 0.1 <= self.seconds <= 50:
            raise InvalidValue("--seconds", self.seconds, "a number from 0.1 to 50")
        studio = Studio()
        spec = studio.spec(self.name)
        subject = self.policy or studio.steer(self.name, self.request()).result.z
        began = time.perf_counter()
        num_steps = math.ceil(self.seconds / spec.time_step) + 1
        film = studio.trajectory(
            self.name, subject, seed=self.seed, num_steps=min(num_steps, spec.horizon)
        )
        simulated = time.perf_counter()
        role = "start" if self.policy else "steered"
        shown = Film(label="", role=role, trajectory=film)
        clip = studio.clip(self.name, shown, seconds=self.seconds, size=(width, height))
        self.out.write_bytes(clip)
        return {
            "atlas": self.name, "file": str(self.out), "bytes": len(clip),
            "seconds": {"rollout": simulated - began, "render": time.perf_counter() - simulated},
        }  # fmt: skip
