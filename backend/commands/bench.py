"""``steerscape bench``: the promised times, measured here, each beside the plain way."""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from backend.atlas.atlas import Atlas
from backend.benchmarks.crowd import write_crowd
from backend.commands.options import JsonOption
from backend.robots import Robots, Steering
from backend.rollouts.render_process import warm
from backend.rollouts.render_request import FPS_LIMITS
from backend.studio import (
    ATLASES_VARIABLE,
    CLIP_SECONDS,
    CLIP_SIZE,
    Film,
    Goal,
    SteerRequest,
    Studio,
    atlas_root,
)

MAZE = "t-maze"


@dataclass(frozen=True, kw_only=True)
class Bench(JsonOption):
    """Time steer, rollout, replay, render, encode and the whole loop, warm."""

    name: str = "mo-halfcheetah-v5"
    "Atlas."
    repeats: int = 7
    "Timed repeats of each; the median is quoted."
    crowds: tuple[int, ...] = ()
    "Time gestures on atlases of so many policies, too, e.g. 1000 100000."

    def run(self) -> dict[str, Any]:
        """Medians in milliseconds, and ratios against the plain way timed in the same run.

        ``clip_5s_480x360`` has a frame per control step, or per few where a step is shorter than a
        frame may be, and the plain way renders the same ones; ``clip_t_maze`` shows 16 whole
        episodes of a polynomial policy, three times as fast as they were.
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

        time_step = atlas.spec.time_step
        every = math.ceil(1 / (FPS_LIMITS[1] * time_step))
        num_clip_steps = round(CLIP_SECONDS / time_step)
        times = {
            "steer": self._time(lambda: studio.steer(self.name, request())),
            "rollout_1000_steps": self._time(lambda: studio.trajectory(self.name, z, seed=0)),
            "replay_two_robots": self._time(lambda: studio.replay(self.name, [still, still])),
            "encode_1000_pairs": self._time(
                lambda: studio.encode(self.name, film.obs, film.action)
            ),
            "steer_rollout_replay": self._time(loop),
            "clip_5s_480x360_40_fps": self._time(clip),
            "clip_5s_480x360": self._time(lambda: clip(1 / (time_step * every))),
            "clip_t_maze": self._time(self._maze_clip),
        }
        plain = {
            "rollout_1000_steps": self._plain(atlas.spec.name, len(film.reward), every, (0, 0)),
            "clip_5s_480x360": self._plain(atlas.spec.name, num_clip_steps, every, CLIP_SIZE),
        }
        return {
            "atlas": self.name,
            "rollout_steps": len(film.reward),
            "cores": os.cpu_count(),
            "load_average": os.getloadavg()[0],
            "milliseconds": times,
            "plain_milliseconds": plain,
            "browser": self._browser(names[0], atlas_root()),
            "browser_crowds": {num: self._crowd(atlas, num) for num in self.crowds},
            "times_faster": {
                key: value / times[key] if isinstance(value, float) else None
                for key, value in plain.items()
            },
        }

    @staticmethod
    def _maze_clip() -> None:
        robots = Robots()
        straight = Steering(tilt=(0.0,) * robots.num_actions(MAZE))
        robots.clip(MAZE, "polynomial", straight)

    def _time(self, call: Callable[[], object]) -> float:
        call()
        times = []
        for _ in range(self.repeats):
            began = time.perf_counter()
            call()
            times.append(time.perf_counter() - began)
        return 1000 * median(times)

    def _crowd(self, atlas: Atlas, num: int) -> dict[str, Any]:
        with TemporaryDirectory() as folder:
            write_crowd(atlas, num, Path(folder) / self.name)
            return self._browser(atlas.spec.objective_names[0], Path(folder))

    def _browser(self, objective: str, root: Path) -> dict[str, Any]:
        command = [sys.executable, "-m", "backend.benchmarks.browser"]
        command += [str(self.repeats), self.name, objective]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False,
            env=os.environ | {ATLASES_VARIABLE: str(root)},
        )  # fmt: skip
        if done.returncode:
            return {"unavailable": (done.stderr.strip().splitlines() or ["no message"])[-1]}
        return json.loads(done.stdout)

    def _plain(self, env: str, num_steps: int, every: int, size: tuple[int, int]) -> float | str:
        latents = str(atlas_root() / self.name / "latents.safetensors")
        command = [sys.executable, "-m", "backend.benchmarks.plain", env, latents]
        command += [str(num_steps), str(every)]
        times = []
        for _ in range(3):
            done = subprocess.run(
                [*command, *map(str, size)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                return f"not available: {(done.stderr.strip().splitlines() or ['no message'])[-1]}"
            times.append(json.loads(done.stdout.splitlines()[-1])["seconds"])
        return 1000 * median(times)
