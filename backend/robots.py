"""The façade of polynomial policies that move robots: steered, measured, shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from backend.action_latents.polynomial.heads import DensityHead, Sampler
from backend.action_latents.polynomial.robot_evidence import ROBOT_DIR, TABLE
from backend.action_latents.polynomial.robot_recipes import ROBOTS
from backend.action_latents.polynomial.robot_store import RobotPolicy, RobotShelf, open_robots
from backend.action_latents.polynomial.robots import Drawn, crowd, episodes
from backend.action_latents.polynomial.steered import SteeredHead, Steering
from backend.action_latents.polynomial.store import POLYNOMIAL_DIR
from backend.action_latents.polynomial.tables import ROBOT_ENV, rows_on_disk
from backend.envs.spec import EnvSpec
from backend.envs.t_maze import CROWD_SIZE, T_MAZE, T_MAZE_CROWD
from backend.errors import InvalidValue, UnknownName
from backend.rollouts.film import Film
from backend.rollouts.render_process import render_clip
from backend.rollouts.render_request import RenderRequest
from backend.rollouts.replay import pack
from backend.rollouts.simulate import simulate
from backend.threads import one_thread

NUM_EPISODES = 64
"Behind a measured share."
SEED, DRAW_SEED = 77, 5
TEMPERATURES, MOST_TILT = (0.25, 2.0), 3.0
"Limits of the steering that a page may ask for."
CLIP_SIZE, CLIP_SECONDS = (400, 300), 8.0
MAZE_SIZE, MAZE_PACE = (360, 270), 3
"Of a maze's film, which shows whole episodes: full of boxes it is slow to draw, so it runs faster."


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What episodes came to, measured; every action drawn."""

    num: int
    shares: Sequence[float]
    "Of the episodes that earned anything of each objective: the arms taken."
    mean_return: float
    "Sum over the objectives, undiscounted."
    std_return: float
    mean_seconds: float
    "Until the episode ended."


class Robots:
    """Everything a page may ask for."""

    def __init__(self, root: Path = POLYNOMIAL_DIR) -> None:
        self._root = root
        self._loaded = lru_cache(maxsize=16)(self._load)

    @cached_property
    def _shelf(self) -> RobotShelf:
        return open_robots(self._root / ROBOT_DIR.name)

    def names(self) -> dict[str, str]:
        """Name -> title of the robots with a polynomial policy. Raises DamagedArtifact."""
        return {n: r.spec.title for n, r in ROBOTS.items() if "polynomial" in self._shelf.kinds(n)}

    def kinds(self, robot: str) -> list[str]:
        """Kinds of policy that learnt to move it."""
        return list(self._shelf.kinds(robot))

    def num_actions(self, robot: str) -> int:
        """Length of its action. Raises UnknownName."""
        return self._spec(robot).action_dim

    def check(self, robot: str, steering: Steering) -> None:
        """Raises InvalidValue for a steering beyond what a page may ask for."""
        low, high = TEMPERATURES
        if not low <= steering.temperature <= high:
            raise InvalidValue("temperature", steering.temperature, f"from {low} to {high}")
        num = self.num_actions(robot)
        if len(steering.tilt) != num or not all(abs(c) <= MOST_TILT for c in steering.tilt):
            expected = f"{num} numbers from −{MOST_TILT:g} to {MOST_TILT:g}"
            raise InvalidValue("tilt", list(steering.tilt), expected)

    def tried(self, robot: str, kind: str, steering: Steering) -> Tried:
        """Episodes of a policy; only the polynomial one can be steered. Raises UnknownName."""
        spec = self._spec(robot)
        with one_thread():
            found = episodes(spec, self._policy(robot, kind, steering), num=NUM_EPISODES, seed=SEED)
        returns = found.returns.sum(1)
        arms = found.returns.T if found.returns.shape[1] > 1 else ()
        return Tried(
            num=NUM_EPISODES, shares=[float((arm > 0).mean()) for arm in arms],
            mean_return=float(returns.mean()), std_return=float(returns.std()),
            mean_seconds=float(found.length.mean()) * spec.time_step,
        )  # fmt: skip

    def replay(self, robot: str, kind: str, steering: Steering) -> bytes:
        """Some of those episodes for the player: in a maze all at once."""
        spec, film = self._film(robot, kind, steering)
        return pack(spec, [film.track()])

    def clip(self, robot: str, kind: str, steering: Steering) -> bytes:
        """The same as an MP4."""
        spec, film = self._film(robot, kind, steering)
        if spec is T_MAZE_CROWD:
            return render_clip(_maze_clip(film))
        return render_clip(film.clip(
            spec, format="mp4", seconds=CLIP_SECONDS, size=CLIP_SIZE, fps=None, readout=False
        ))  # fmt: skip

    def num_judged(self) -> int:
        """Episodes that measured every training of the table. Raises UnknownName."""
        return int(rows_on_disk(TABLE, ROBOT_ENV, self._root).parameters["num_episodes"])

    def table(self) -> list[dict[str, Any]]:
        """A row for every training. Raises UnknownName where nothing was measured."""
        return rows_on_disk(TABLE, ROBOT_ENV, self._root).rows

    def _film(self, robot: str, kind: str, steering: Steering) -> tuple[EnvSpec, Film]:
        """Where it is shown, and what."""
        spec, policy = self._spec(robot), self._policy(robot, kind, steering)
        steered = steering != Steering(tilt=(0.0,) * spec.action_dim)
        role = "steered" if steered and kind == "polynomial" else "other"
        if robot != T_MAZE.name:
            return spec, Film(label="one episode", role=role,
                              trajectory=simulate(spec, policy, SEED))  # fmt: skip
        with one_thread():
            many = crowd(spec, policy, range(SEED, SEED + CROWD_SIZE))
        return T_MAZE_CROWD, Film(label=f"{CROWD_SIZE} episodes", role=role, trajectory=many)

    def _spec(self, robot: str) -> EnvSpec:
        if robot not in ROBOTS:
            raise UnknownName("robot", robot, ROBOTS)
        return ROBOTS[robot].spec

    def _load(self, robot: str, kind: str) -> RobotPolicy:
        return self._shelf.load(robot, kind)

    def _policy(self, robot: str, kind: str, steering: Steering) -> Drawn:
        found = self._loaded(robot, kind)
        head: Sampler = found.head
        if kind == "polynomial":
            self.check(robot, steering)
            assert isinstance(head, DensityHead)
            head = SteeredHead(head, steering)
        return Drawn(head, DRAW_SEED, found.scale)


def _maze_clip(film: Film) -> RenderRequest:
    """Whole episodes, so that all have chosen their arm; no more frames than poses."""
    fps = 1 / T_MAZE_CROWD.time_step
    whole = film.clip(
        T_MAZE_CROWD, format="mp4", seconds=len(film.poses) / fps, size=MAZE_SIZE, fps=fps,
        readout=False,
    )  # fmt: skip
    caption = f"{film.label}, {MAZE_PACE} × as fast"
    return replace(whole, qpos=whole.qpos[::MAZE_PACE], caption=caption)
