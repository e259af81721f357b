"""Moving pictures in memory: frames in, one fragmented MP4 or GIF out.

An MP4 is H.264 that browsers play while it loads. PyAV makes it rather than imageio's plugin of it:
that one has no way to choose x264's preset, and the default costs several times the CPU of
``superfast``.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from PIL import Image

from backend.arrays import Array, UInt8
from backend.errors import InvalidValue

MIN_SIDE, MAX_SIDE = 16, 1920
"Pixels; both sides must be even, because yuv420p halves the colour planes."
X264 = {"preset": "superfast", "crf": "20", "threads": "1", "bf": "0", "rc-lookahead": "0"}
"One thread, as clips are encoded in several processes; no B-frames, so that parts can be joined."
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
KEYFRAME_S = 1.0
"Seconds between the frames that playback can jump to."
BT709 = 1
"The code of BT.709 in H.264's colour description, for primaries and transfer."

GIF_TICK_S, GIF_SHORTEST_TICKS = 0.01, 2
"A GIF's frame lasts whole hundredths of a second, and viewers slow down shorter ones."
GIF_COLOURS, GIF_SAMPLES = 256, 6
"Colours of the palette, and frames that it is made from."


def check_size(width: int, height: int) -> None:
    """Raises InvalidValue unless both sides are even and within what is encoded."""
    for side, pixels in (("width", width), ("height", height)):
        if not MIN_SIDE <= pixels <= MAX_SIDE or pixels % 2:
            raise InvalidValue(side, pixels, f"an even number from {MIN_SIDE} to {MAX_SIDE}")


def encode_mp4(frames: Iterable[UInt8[Array, "height width 3"]], *, fps: float) -> bytes:
    """All frames, of equal and even size, as H.264 yuv420p in a fragmented MP4.

    Raises:
        InvalidValue: no frames, or an odd, too small or too large size.
    """
    pending = iter(frames)
    first = next(pending, None)
    if first is None:
        raise InvalidValue("frames", "none", "at least one frame")
    height, width = first.shape[:2]
    check_size(width, height)
    target = io.BytesIO()
    with av.open(target, "w", format="mp4", options=FRAGMENTED) as container:
        stream = _open_stream(container, width, height, fps)
        for index, frame in enumerate(_chain(first, pending)):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture = picture.reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            picture.pts = index
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return target.getvalue()


def _chain(
    first: UInt8[Array, "height width 3"], rest: Iterator[UInt8[Array, "height width 3"]]
) -> Iterator[UInt8[Array, "height width 3"]]:
    yield first
    for frame in rest:
        if frame.shape != first.shape:
            raise InvalidValue("frame shape", frame.shape, f"{first.shape}, like the first frame")
        yield frame


def _open_stream(container: OutputContainer, width: int, height: int, fps: float) -> VideoStream:
    rate = Fraction(fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate, options=X264)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    codec = stream.codec_context
    codec.time_base = 1 / rate
    codec.gop_size = max(1, round(KEYFRAME_S * fps))
    codec.colorspace, codec.color_range = Colorspace.ITU709, ColorRange.MPEG
    codec.color_primaries = codec.color_trc = BT709
    return stream


def join_mp4(parts: Sequence[bytes]) -> bytes:
    """Clips of ``encode_mp4`` with equal size and fps, one after the other, without re-encoding."""
    if len(parts) == 1:
        return parts[0]
    target = io.BytesIO()
    with av.open(target, "w", format="mp4", options=FRAGMENTED) as joined:
        stream, start = None, 0
        for part in parts:
            with av.open(io.BytesIO(part), "r") as clip:
                source = clip.streams.video[0]
                stream = stream or joined.add_stream_from_template(source)
                end = start
                for packet in clip.demux(source):
                    if packet.pts is None or packet.dts is None or packet.duration is None:
                        continue  # the empty packet that ends a stream
                    packet.pts, packet.dts = packet.pts + start, packet.dts + start
                    end = packet.pts + packet.duration
                    packet.stream = stream
                    joined.mux(packet)
                start = end
    return target.getvalue()


def gif_fps(fps: float) -> float:
    """The frame rate nearest to the asked one that a GIF can have."""
    return 1 / (GIF_TICK_S * max(GIF_SHORTEST_TICKS, round(1 / (GIF_TICK_S * fps))))


def encode_gif(frames: Sequence[UInt8[Array, "height width 3"]], *, fps: float) -> bytes:
    """All frames, of equal size, as a GIF that loops, with one palette for all and no dither.

    Dither would triple the size. ``fps`` is one of ``gif_fps``. Raises InvalidValue for no frames.
    """
    if not frames:
        raise InvalidValue("frames", "none", "at least one frame")
    sample = np.concatenate(frames[:: max(1, len(frames) // GIF_SAMPLES)])
    palette = Image.fromarray(sample).quantize(GIF_COLOURS, method=Image.Quantize.FASTOCTREE)
    pictures = [
        Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in frames
    ]
    target = io.BytesIO()
    pictures[0].save(
        target, "GIF", save_all=True, append_images=pictures[1:], duration=round(1000 / fps), loop=0
    )
    return target.getvalue()
