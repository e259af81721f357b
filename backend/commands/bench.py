"""``steerscape bench``: the promised times, measured here, each beside the plain way."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from backend.atlas.store import ATLAS_DIR
from backend.commands.options import JsonOption
from backend.rollouts.render_process import warm
from backend.studio import Film, Goal, SteerRequest, Studio

CLIP_SECONDS, CLIP_SIZE = 5.0, (480, 360)


@dataclass(frozen=True, kw_only=True)
class Bench(JsonOption):
    """Time steer, rollout, replay, render, encode and the whole loop, warm."""

    name: str = "mo-halfcheetah-v5"
    "Atlas."
    repeats: int = 7
    "Timed repeats of each; the median is quoted."

    def run(self) -> dict[str, Any]:
        """Medians in milliseconds, and ratios against the plain way timed in the same run.

        ``clip_5s_480x360`` has one frame per control step, as the plain way has.
        """
        studio, rng = Studio(), np.random.default_rng(0)
        atlas = studio.atlas(self.name)
        names = atlas.spec.objective_names
        low, high = atlas.returns_low, atlas.returns_high

        def request() -> SteerRequest:
            share = rng.uniform(0.2, 0.8)
            value = float(low[0] + share * (high[0] - low[0]))
            bound = float(low[1] + 0.2 * (high[1] - low[1]))
            goals = {names[0]: Goal(mode="target", value=value)}
            return SteerRequest(goals=goals | {names[1]: Goal(mode="at least", value=bound)})

        z = studio.steer(self.name, request()).result.z
        film = studio.trajectory(self.name, z, seed=0)
        still = Film(label="start", role="start", trajectory=film)
        warm()

        def loop() -> None:
            answer = studio.steer(self.name, request()).result.z
            states = studio.trajectory(self.name, answer, seed=0)
            moving = Film(label="steered", role="steered", trajectory=states)
            studio.replay(self.name, [still, moving])

        def clip(fps: float = 40.0) -> None:
            studio.clip(self.name, still, seconds=CLIP_SECONDS, fps=fps)

        num_clip_steps = round(CLIP_SECONDS / atlas.spec.time_step)
        times = {
            "steer": self._time(lambda: studio.steer(self.name, request())),
            "rollout_1000_steps": self._time(lambda: studio.trajectory(self.name, z, seed=0)),
            "replay_two_robots": self._time(lambda: studio.replay(self.name, [still, still])),
            "encode_1000_pairs": self._time(
                lambda: studio.encode(self.name, film.obs, film.action)
            ),
            "steer_rollout_replay": self._time(loop),
            "clip_5s_480x360_40_fps": self._time(clip),
            "clip_5s_480x360": self._time(lambda: clip(num_clip_steps / CLIP_SECONDS)),
        }
        plain = {
            "rollout_1000_steps": self._plain(atlas.spec.name, 1000, (0, 0)),
            "clip_5s_480x360": self._plain(atlas.spec.name, num_clip_steps, CLIP_SIZE),
        }
        return {
            "atlas": self.name,
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "milliseconds": times,
            "plain_milliseconds": plain,
            "browser_milliseconds": self._browser(),
            "times_faster": {
                key: value / times[key] if isinstance(value, float) else None
                for key, value in plain.items()
            },
        }

    def _time(self, call: Callable[[], object]) -> float:
        call()
        times = []
        for _ in range(self.repeats):
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
        return 1000 * median(times)

    def _browser(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "backend.benchmarks.browser", str(self.repeats)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"unavailable": (done.stderr.strip().splitlines() or ["no message"])[-1]}
        return json.loads(done.stdout)

    def _plain(self, env: str, num_steps: int, size: tuple[int, int]) -> float | str:
        latents = str(ATLAS_DIR / self.name / "latents.safetensors")
        command = [sys.executable, "-m", "backend.benchmarks.plain", env, latents, str(num_steps)]
        times = []
        for _ in range(3):
            done = subprocess.run(
                [*command, *map(str, size)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                return f"not available: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
            times.append(json.loads(done.stdout.splitlines()[-1])["seconds"])
        return 1000 * median(times)
