"""What the policy at a latent does, as an episode: for the player, and as an MP4."""

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from backend.arrays import Array, Float, UInt8
from backend.compression.shape import GeneratedPolicy
from backend.envs import mountain_car
from backend.envs.spec import EnvSpec
from backend.rollouts.film import ACCENT, Film
from backend.rollouts.render_process import render_clip
from backend.rollouts.replay import pack
from backend.rollouts.simulate import simulate
from backend.rollouts.video import encode_mp4

SIZE = (480, 360)
SECONDS = 6.0
"Longest clip of a robot."
CAR_FPS = 30.0
"Gymnasium's own pace, if every step is a frame."
MOST_FRAMES = 300
"Of a car's clip: longer episodes skip steps."
PAPER, HILL, INK, FLAG = "#ffffff", "#eceff3", "#3a4454", "#2a9d74"
FINE = 2
"The hill is drawn this many times larger, then shrunk: smooth edges."


def film(spec: EnvSpec, policy: GeneratedPolicy, label: str, seed: int) -> Film:
    """One episode of a robot."""
    return Film(label=label, role="steered", trajectory=simulate(spec, policy, seed))


def replay(spec: EnvSpec, policy: GeneratedPolicy, label: str, reward: int, seed: int) -> bytes:
    """The same for the player, with the curve of one reward."""
    episode = simulate(spec, policy, seed)
    shown = replace(episode, reward=episode.reward[:, [reward]])
    one = replace(spec, objectives=(spec.objectives[reward],))
    return pack(one, [Film(label=label, role="other", trajectory=shown).track()])


def robot_clip(spec: EnvSpec, policy: GeneratedPolicy, label: str, seed: int) -> bytes:
    """The same as an MP4."""
    shown = film(spec, policy, label, seed)
    return render_clip(
        shown.clip(spec, format="mp4", seconds=SECONDS, size=SIZE, fps=None, readout=False)
    )


def car_clip(path: Float[Array, "time 2"]) -> bytes:
    """The car on its hill as an MP4 of at most 10 s: as fast as Gymnasium's, or faster."""
    hill, every = _hill(), -(-len(path) // MOST_FRAMES)
    return encode_mp4((_frame(hill, float(x)) for x in path[::every, 0]), fps=CAR_FPS)


def _place(x: Float[Array, "place"]) -> Float[Array, "place xy"]:
    """Pixels of the fine picture for places on the hill."""
    low, high = mountain_car.LOW[0] - 0.06, mountain_car.HIGH[0] + 0.06
    width, height = (FINE * side for side in SIZE)
    across = (x - low) / (high - low) * width
    return np.stack([across, height * (0.52 - 0.36 * np.sin(3 * x))], -1)


def _hill() -> Image.Image:
    width, height = (FINE * side for side in SIZE)
    picture = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(picture)
    line = _place(np.linspace(mountain_car.LOW[0] - 0.1, mountain_car.HIGH[0] + 0.1, 200))
    edge = [tuple(point) for point in line.tolist()]
    pen.polygon([*edge, (width, height), (0, height)], fill=HILL)
    pen.line(edge, fill=INK, width=FINE * 2)
    x, y = _place(np.array([mountain_car.GOAL]))[0].tolist()
    pole = FINE * 42
    pen.line([(x, y), (x, y - pole)], fill=INK, width=FINE * 2)
    pen.polygon([(x, y - pole), (x + 44, y - pole + 18), (x, y - pole + 36)], fill=FLAG)
    return picture


def _frame(hill: Image.Image, x: float) -> UInt8[Array, "height width 3"]:
    picture = hill.copy()
    pen = ImageDraw.Draw(picture)
    at, ahead = _place(np.array([x, x + 0.005]))
    along = (ahead - at) / np.linalg.norm(ahead - at)
    up = np.array([along[1], -along[0]])

    def point(forward: float, above: float) -> tuple[float, float]:
        across, down = at + FINE * (forward * along + above * up)
        return float(across), float(down)

    for left, right, low, high in ((-22.0, 22.0, 8.0, 22.0), (-12.0, 12.0, 22.0, 33.0)):
        pen.polygon(
            [point(left, low), point(right, low), point(right, high), point(left, high)],
            fill=ACCENT,
        )  # fmt: skip
    for wheel in (-12.0, 12.0):
        across, down = point(wheel, 7.0)
        radius = FINE * 7
        pen.ellipse([across - radius, down - radius, across + radius, down + radius], fill=INK)
    return np.asarray(picture.resize(SIZE, Image.Resampling.BOX))
