"""The render process: ``python -m backend.rollouts.render_worker raycast|gl``.

Reads jobs from standard input and writes answers to standard output, one after the other, until its
input closes; so it ends with its parent, however the parent ends. A message is two lengths, a JSON
header and a body of bytes; nothing is pickled and no parent module is imported.

MuJoCo reads ``MUJOCO_GL`` while it is imported and fails there when the library is missing, hence
the probe before the imports. No other process of Steerscape sets that variable.
"""

import ctypes
import json
import os
import signal
import struct
import sys
from typing import IO, Literal

PLATFORMS = {
    "egl": (("libEGL.so.1",), ("libOpenGL.so.0", "libGL.so.1")),
    "osmesa": (("libOSMesa.so.8", "libOSMesa.so.6", "libOSMesa.so"),),
}
"For each value of MUJOCO_GL: from every group of libraries, one must load."
LENGTHS = struct.Struct("<II")


def send(pipe: IO[bytes], header: dict, body: bytes = b"") -> None:
    """Write one message."""
    text = json.dumps(header).encode()
    pipe.write(LENGTHS.pack(len(text), len(body)) + text)
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[dict, bytes] | None:
    """Read one message; None if the other side is gone."""
    lengths = pipe.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    text_length, body_length = LENGTHS.unpack(lengths)
    text, body = pipe.read(text_length), pipe.read(body_length)
    if len(text) < text_length or len(body) < body_length:
        return None
    return json.loads(text), body


def choose_platform() -> str | None:
    """Set ``MUJOCO_GL`` to what this machine's libraries allow; None, and unchanged, if nothing."""
    for platform, groups in PLATFORMS.items():
        if all(any(map(_loads, group)) for group in groups):
            os.environ["MUJOCO_GL"] = platform
            os.environ.setdefault("LP_NUM_THREADS", "0")
            return platform
    return None


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def main() -> None:
    """Answer jobs until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's; its end closes the input
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    os.environ["MUJOCO_GL"] = "disable"
    engine = "gl" if sys.argv[1] == "gl" and choose_platform() else "raycast"
    from backend.errors import StudioError

    while (message := receive(jobs)) is not None:
        try:
            send(answers, {"ok": True}, _answer(engine, *message))
        except StudioError as error:
            send(answers, {"ok": False, "problem": str(error)})


def _answer(engine: Literal["raycast", "gl"], job: dict, body: bytes) -> bytes:
    if job["kind"] == "hello":
        return b""
    from backend.rollouts.drawing import draw  # imports mujoco, so only now

    return draw(engine, job, body)


if __name__ == "__main__":
    main()
