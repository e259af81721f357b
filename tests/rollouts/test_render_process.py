"""The render processes: right answers, clear refusals, and life after death."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from backend.errors import InvalidValue, RenderFailure, UnknownName
from backend.rollouts.render_process import RenderPool
from backend.rollouts.render_request import RenderRequest, StillRequest, StripRequest, Tally

POSES = np.zeros((20, 9))
POSES[:, 0] = np.linspace(0, 3, 20)
CLIP = RenderRequest(env="mo-halfcheetah-v5", qpos=POSES, width=96, height=64, seconds=0.8)
TALLY = Tally(title="forward progress", unit="m/s", values=np.arange(21.0))
STRIP = StripRequest(env="mo-halfcheetah-v5", qpos=POSES, num=5, width=96, height=64)
STILL = StillRequest(env="mo-halfcheetah-v5", qpos=POSES[3], width=96, height=64)


@pytest.fixture(scope="module")
def pool() -> Iterator[RenderPool]:
    pool = RenderPool()
    pool.warm()
    yield pool
    pool.shutdown()


def test_clip_has_the_asked_size_length_and_frames(pool: RenderPool) -> None:
    with av.open(io.BytesIO(pool.render_clip(CLIP)), "r") as container:
        stream = container.streams.video[0]
        times = [picture.time for picture in container.decode(stream)]
        assert (stream.width, stream.height, stream.codec_context.name) == (96, 64, "h264")
        assert container.duration == pytest.approx(0.8e6, abs=2e4)
    np.testing.assert_allclose(times, np.arange(32) / 40, atol=1e-3)


def test_short_trajectory_makes_a_short_clip(pool: RenderPool) -> None:
    request = replace(CLIP, qpos=POSES[:4], seconds=5.0, fps=20.0)
    with av.open(io.BytesIO(pool.render_clip(request)), "r") as container:
        assert len(list(container.decode(video=0))) == 4


def test_still_is_a_png_and_repeats_exactly(pool: RenderPool) -> None:
    png = pool.render_still(STILL)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (96, 64))
    assert pool.render_still(STILL) == png
    assert pool.render_still(replace(STILL, caption="z")) != png
    assert pool.render_still(replace(STILL, colour="#ff5c39")) != png


def test_a_gif_is_an_animation_that_loops_in_real_time(pool: RenderPool) -> None:
    image = Image.open(io.BytesIO(pool.render_clip(replace(CLIP, format="gif"))))
    assert (image.format, image.size, image.info["loop"]) == ("GIF", (96, 64), 0)
    assert (getattr(image, "n_frames", 1), image.info["duration"]) == (16, 50)
    quick = Image.open(io.BytesIO(pool.render_clip(replace(CLIP, format="gif", fps=60.0))))
    assert (getattr(quick, "n_frames", 1), quick.info["duration"]) == (40, 20)


def test_a_readout_changes_its_band_and_counts_across_workers(pool: RenderPool) -> None:
    request = replace(CLIP, qpos=POSES[:1].repeat(20, 0), width=240, height=160)
    plain, read = (
        decode(pool.render_clip(r)) for r in (request, replace(request, readout=[TALLY]))
    )
    assert plain.shape == read.shape == (32, 160, 240, 3)
    still = np.abs(plain[1:] - plain[:-1]).max((0, 2, 3))
    moving = np.abs(read[1:] - read[:-1]).max((0, 2, 3))
    assert still.max() < 60, "the robot stands"
    assert moving[126:].max() > 60 > moving[:110].max(), "only the number moves, below the scene"
    step = np.abs(read[1:] - read[:-1])[:, 126:].max((1, 2, 3)) > 60
    assert np.flatnonzero(step)[:3].tolist() == [1, 3, 5], "two frames a step, each counted"
    assert step.sum() >= 14


def decode(clip: bytes) -> np.ndarray:
    with av.open(io.BytesIO(clip), "r") as container:
        pictures = [picture.to_ndarray(format="rgb24") for picture in container.decode(video=0)]
    return np.array(pictures, int)


def test_a_strip_has_its_poses_side_by_side_and_repeats_exactly(pool: RenderPool) -> None:
    png = pool.render_strip(STRIP)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (5 * 96, 64))
    assert pool.render_strip(STRIP) == png
    assert pool.render_strip(replace(STRIP, colour="#ff5c39")) != png


@pytest.mark.parametrize("change", [{"num": 1}, {"num": 17}, {"width": 97}, {"qpos": POSES[:, :8]}])
def test_bad_strips_are_refused(change: dict) -> None:
    with pytest.raises(InvalidValue):
        RenderPool().render_strip(replace(STRIP, **change))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"width": 97}, "width"),
        ({"height": 12}, "height"),
        ({"width": 2000}, "width"),
        ({"seconds": 0.05}, "seconds"),
        ({"seconds": 61.0}, "seconds"),
        ({"fps": 0.0}, "fps"),
        ({"seconds": float("nan")}, "seconds"),
        ({"readout": [TALLY]}, "height"),
        ({"readout": [replace(TALLY, values=np.array([np.nan]))], "height": 160}, "forward"),
        ({"colour": "orange"}, "colour"),
        ({"caption": "x" * 500}, "caption"),
        ({"qpos": POSES[:, :8]}, "qpos"),
        ({"qpos": np.full((3, 9), np.inf)}, "qpos"),
    ],
)
def test_bad_requests_are_refused_before_any_process_starts(change: dict, named: str) -> None:
    pool = RenderPool()
    with pytest.raises(InvalidValue, match=named):
        pool.render_clip(replace(CLIP, **change))
    with pytest.raises(UnknownName):
        pool.render_still(replace(STILL, env="mo-unicorn-v0"))
    assert all(worker.pid is None for worker in pool.workers)


def test_a_killed_worker_is_replaced(pool: RenderPool) -> None:
    before, worker = pool.render_clip(CLIP), pool.workers[0]
    pid = worker.pid
    worker.kill()
    while worker.pid == pid:
        time.sleep(0.01)
    assert pool.render_clip(CLIP) == before


def test_worker_that_dies_during_a_job_fails_that_job_only(pool: RenderPool) -> None:
    threading.Timer(0.15, pool.workers[-1].kill).start()
    with pytest.raises(RenderFailure, match="ended unexpectedly"):
        pool.render_clip(replace(CLIP, width=1920, height=1080, fps=20.0))
    assert pool.render_clip(CLIP)


def test_late_answer_is_a_failure_and_the_worker_restarts(pool: RenderPool) -> None:
    worker = pool.workers[0]
    with worker.lock:
        worker.submit({"kind": "hello"}, b"", 30.0)
        worker.result()
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)  # alive, but never answers
        worker.submit({"kind": "hello"}, b"", 0.2)
        with pytest.raises(RenderFailure, match="took too long"):
            worker.result()
    assert pool.render_clip(CLIP)


def test_an_answer_that_nobody_took_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two workers the second does not start: the first's half film is not the next picture."""
    start, pool = subprocess.Popen, RenderPool()

    def only_one(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        if pool.workers[0].pid is not None:
            raise OSError("no more processes")
        return start(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", only_one)
    try:
        with pytest.raises(RenderFailure, match="no more processes"):
            pool.render_clip(CLIP)
        assert pool.render_still(STILL)[:4] == b"\x89PNG"
    finally:
        pool.shutdown()


def test_threads_get_their_own_answers(pool: RenderPool) -> None:
    requests = [replace(STILL, colour=f"#{shade:02x}4020") for shade in (0, 80, 160, 240)]
    expected = [pool.render_still(request) for request in requests]
    clip, answers = pool.render_clip(CLIP), {}

    def ask(index: int) -> None:
        answers[index] = (pool.render_still(requests[index]), pool.render_clip(CLIP))

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [answers[index] for index in range(4)] == [(still, clip) for still in expected]


def test_parent_script_is_not_run_again_and_leaves_no_process(tmp_path: Path) -> None:
    """A Streamlit script has no ``__main__`` guard, and is ``sys.modules['__main__']``."""
    script = tmp_path / "app.py"
    script.write_text(
        "import os, numpy as np\n"
        "open('runs.txt', 'a').write('run\\n')\n"
        "from backend.rollouts import render_process as rp\n"
        "from backend.rollouts.render_request import StillRequest\n"
        "rp.render_still(StillRequest(env='mo-halfcheetah-v5', qpos=np.zeros(9), width=16, "
        "height=16))\n"
        "print(*[worker.pid for worker in rp._pool().workers if worker.pid])\n"
        "assert 'MUJOCO_GL' not in os.environ\n"
    )
    root = str(Path(__file__).parents[2])
    environment = {name: value for name, value in os.environ.items() if name != "MUJOCO_GL"}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert (tmp_path / "runs.txt").read_text() == "run\n"
    for pid in done.stdout.split():
        assert not Path(f"/proc/{pid}").exists()
