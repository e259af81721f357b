"""MP4 and GIF in memory: what comes out decodes to what went in."""

import io

import av
import numpy as np
import pytest
from PIL import Image, ImageSequence

from backend.errors import InvalidValue
from backend.rollouts.video import encode_gif, encode_mp4, gif_fps, join_mp4


def film(count: int, width: int = 96, height: int = 64) -> list[np.ndarray]:
    """A bright bar that moves to the right."""
    frames = np.full((count, height, width, 3), (40, 90, 160), np.uint8)
    for index, frame in enumerate(frames):
        frame[:, 4 * index : 4 * index + 12] = (240, 120, 60)
    return list(frames)


def decode(clip: bytes) -> tuple[list[np.ndarray], list[float], av.VideoStream]:
    with av.open(io.BytesIO(clip), "r") as container:
        stream = container.streams.video[0]
        pictures = list(container.decode(stream))
        times = [float(picture.time or 0) for picture in pictures]
        return [picture.to_ndarray(format="rgb24") for picture in pictures], times, stream


@pytest.mark.parametrize("fps", [20.0, 40.0, 29.97])
def test_decodes_to_the_same_film(fps: float) -> None:
    frames = film(15)
    clip = encode_mp4(iter(frames), fps=fps)
    pictures, times, stream = decode(clip)
    assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert (stream.width, stream.height) == (96, 64)
    np.testing.assert_allclose(times, np.arange(15) / fps, atol=1e-3)
    assert np.abs(np.array(pictures, int) - np.array(frames)).mean() < 4
    assert clip.index(b"moov") < clip.index(b"moof")


def test_joined_parts_play_like_one_clip() -> None:
    frames = film(20)
    parts = [encode_mp4(frames[:7], fps=20.0), encode_mp4(frames[7:], fps=20.0)]
    pictures, times, _ = decode(join_mp4(parts))
    np.testing.assert_allclose(times, np.arange(20) / 20, atol=1e-3)
    assert np.abs(np.array(pictures, int) - np.array(frames)).mean() < 4
    assert join_mp4(parts[:1]) == parts[0]


def test_same_frames_same_bytes() -> None:
    assert encode_mp4(film(5), fps=20.0) == encode_mp4(film(5), fps=20.0)


@pytest.mark.parametrize("size", [(97, 64), (96, 63), (14, 64), (1922, 64)])
def test_bad_size_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidValue, match="even number from 16 to 1920"):
        encode_mp4(film(1, *size), fps=20.0)


def test_no_frames_or_mixed_frames_are_refused() -> None:
    with pytest.raises(InvalidValue, match="at least one frame"):
        encode_mp4([], fps=20.0)
    with pytest.raises(InvalidValue, match="like the first frame"):
        encode_mp4(film(1) + film(1, 64, 64), fps=20.0)


def test_a_gif_shows_the_same_film_and_loops() -> None:
    frames = film(15)
    image = Image.open(io.BytesIO(encode_gif(frames, fps=20.0)))
    assert (image.info["loop"], image.info["duration"]) == (0, 50)
    shown = [np.asarray(page.convert("RGB"), int) for page in ImageSequence.Iterator(image)]
    assert np.abs(np.array(shown) - np.array(frames)).mean() < 4
    assert encode_gif(frames, fps=20.0) == encode_gif(film(15), fps=20.0)
    with pytest.raises(InvalidValue, match="at least one frame"):
        encode_gif([], fps=20.0)


@pytest.mark.parametrize(("asked", "had"), [(20.0, 20), (30.0, 100 / 3), (60.0, 50), (1.0, 1)])
def test_a_gif_s_frames_last_whole_hundredths_of_a_second(asked: float, had: float) -> None:
    assert gif_fps(asked) == pytest.approx(had)
