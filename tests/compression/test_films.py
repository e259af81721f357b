"""Episodes of latents as pictures: every environment has a film, robots have a replay."""

import io
import json
import struct

import av
import numpy as np
import pytest

from backend.compression import films
from backend.compression.environments import ENVIRONMENTS, compression_env
from backend.compression.films import MOST_FRAMES, car_clip, replay
from backend.compression.shape import GeneratedPolicy

ROBOTS = [name for name, env in ENVIRONMENTS.items() if env.spec is not None]


def frames_of(clip: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(clip), "r") as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def drawn(env: str) -> GeneratedPolicy:
    """A random policy."""
    made = compression_env(env)
    shape = made.sizes["small"]
    return GeneratedPolicy(shape, shape.draw(1, 3), made.box)


@pytest.mark.parametrize("env", ROBOTS)
def test_a_robots_replay_is_its_episode(env: str) -> None:
    spec = compression_env(env).spec
    assert spec is not None
    packed = replay(spec, drawn(env), "z = 0.10", 1, 0)
    (length,) = struct.unpack("<I", packed[:4])
    header = json.loads(packed[4 : 4 + length])
    (track,) = header["tracks"]
    assert track["label"] == "z = 0.10"
    assert [o["name"] for o in header["objectives"]] == [spec.objective_names[1]]
    assert replay(spec, drawn(env), "z = 0.10", 1, 0) == packed


def test_a_cars_film_moves_and_is_never_long() -> None:
    path = np.stack(
        [np.linspace(-0.5, 0.45, 2 * MOST_FRAMES + 1), np.zeros(2 * MOST_FRAMES + 1)], 1
    )
    frames = frames_of(car_clip(path[:: films.MOST_FRAMES // 2]))
    assert len(frames) == 5
    orange = [np.argwhere((f[..., 0] > 200) & (f[..., 2] < 120))[:, 1].mean() for f in frames]
    assert (np.diff(orange) > 20).all(), "the car goes right"
    assert len(frames_of(car_clip(path))) <= MOST_FRAMES
