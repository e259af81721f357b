"""Clips and stills, drawn in processes of their own: the server neither blocks nor dies of them.

The workers are plain ``python -m`` children rather than ``multiprocessing`` ones. A spawned child
re-runs the parent's ``__main__``, and while a Streamlit script runs, that is ``app.py`` itself.
"""

import atexit
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import numpy as np

import backend
from backend.errors import RenderFailure
from backend.rollouts.render import Engine
from backend.rollouts.render_request import (
    Job,
    RenderRequest,
    StillRequest,
    StripRequest,
    clip_job,
    still_job,
    strip_job,
)
from backend.rollouts.render_worker import receive, send
from backend.rollouts.video import join_mp4

NUM_WORKERS = min(2, os.cpu_count() or 1)
"Processes that share a clip."
WORTH_SPLITTING = 24
"Frames below which one worker draws a clip alone."
START_ALLOWANCE_S, ALLOWANCE_S_PER_MEGAPIXEL = 30.0, 1.0
"Time after which a silent worker is killed: about ten times what a slow machine needs."
ENGINE_VARIABLE = "STEERSCAPE_RENDERER"
"Environment variable that may name the engine: raycast (default) or gl."
LOG = logging.getLogger(__name__)


class Worker:
    """One render process, started on first use and again after it died.

    Whoever calls ``submit``, ``result`` or ``stop`` holds ``lock``.
    """

    def __init__(self, engine: Engine) -> None:
        self.lock = threading.Lock()
        self._engine = engine
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: threading.Timer | None = None
        self._late = False
        self.busy = False
        "Whether a job was handed over whose answer nobody has taken."

    @property
    def pid(self) -> int | None:
        """Process id, or None while there is no process."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def submit(self, header: dict, body: bytes, allowance: float) -> None:
        """Hand over a job; its process is killed unless it answers within ``allowance`` seconds."""
        try:
            process = self._running()
        except OSError as error:
            raise RenderFailure(f"the render process does not start: {error}") from None
        self._late, self.busy = False, True
        self._watchdog = threading.Timer(allowance, self._kill_late, [process])
        self._watchdog.daemon = True
        self._watchdog.start()
        assert process.stdin is not None
        with suppress(OSError):  # a dead process is reported by `result`
            send(process.stdin, header, body)

    def result(self) -> bytes:
        """The answer to the job handed over last. Raises RenderFailure."""
        assert self._process is not None
        assert self._process.stdout is not None
        assert self._watchdog is not None
        answer = receive(self._process.stdout)
        self._watchdog.cancel()
        self.busy = False
        if answer is None:
            self.stop()
            problem = "took too long and was stopped" if self._late else "ended unexpectedly"
            raise RenderFailure(f"the render process {problem}; the next request starts a new one")
        header, body = answer
        if not header["ok"]:
            raise RenderFailure(header["problem"])
        return body

    def kill(self) -> None:
        """Kill the process without waiting; a job in flight then fails. Needs no lock."""
        if (process := self._process) is not None:
            process.kill()

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process, self.busy = self._process, None, False
        if self._watchdog is not None:
            self._watchdog.cancel()
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what is still buffered has no reader any more
                    pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self.pid is None:
            self.stop()
            root = str(Path(backend.__file__).parents[1])
            search = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
            single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend.rollouts.render_worker", self._engine],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | single | {"PYTHONPATH": search},
            )
            LOG.info("started render process %d", self._process.pid)
        return self._process

    def _kill_late(self, process: subprocess.Popen[bytes]) -> None:
        self._late = True
        process.kill()


class RenderPool:
    """The workers. Calls from several threads are safe; each waits for the workers it needs."""

    def __init__(self, engine: Engine = "raycast", num_workers: int = NUM_WORKERS) -> None:
        self.workers = [Worker(engine) for _ in range(num_workers)]

    def render_clip(self, request: RenderRequest) -> bytes:
        """The clip as MP4 or GIF. Raises InvalidValue, UnknownName or RenderFailure."""
        job = clip_job(request)
        if request.format == "gif" or job.num_frames < WORTH_SPLITTING:
            return self._whole(job)  # a GIF has one palette, so one worker makes it
        with _held(self.workers) as workers:
            cuts = np.linspace(0, job.num_frames, len(workers) + 1).round().astype(int).tolist()
            for worker, start, stop in zip(workers, cuts[:-1], cuts[1:], strict=True):
                allowance = _allowance(job.megapixels(stop - start))
                worker.submit(job.part(start, stop), job.body, allowance)
            parts = _collect(workers)
        return join_mp4(parts)

    def render_still(self, request: StillRequest) -> bytes:
        """The picture as PNG. Raises InvalidValue, UnknownName or RenderFailure."""
        return self._whole(still_job(request))

    def render_strip(self, request: StripRequest) -> bytes:
        """The key poses as PNG. Raises InvalidValue, UnknownName or RenderFailure."""
        return self._whole(strip_job(request))

    def _whole(self, job: Job) -> bytes:
        """The answer of one worker."""
        with _held([self._free_worker()]) as workers:
            allowance = _allowance(job.megapixels(job.num_frames))
            workers[0].submit(job.header, job.body, allowance)
            return workers[0].result()

    def warm(self) -> None:
        """Start all workers and wait until they have imported what they need."""
        with _held(self.workers) as workers:
            for worker in workers:
                worker.submit({"kind": "hello"}, b"", START_ALLOWANCE_S)
            _collect(workers)

    def shutdown(self) -> None:
        """End all workers, also in the middle of a job. The next request would start them again."""
        for worker in self.workers:
            worker.kill()
            with worker.lock:
                worker.stop()

    def _free_worker(self) -> Worker:
        """A worker that is idle now, or the one to wait for."""
        idle = (worker for worker in reversed(self.workers) if not worker.lock.locked())
        return next(idle, self.workers[-1])


@contextmanager
def _held(workers: Sequence[Worker]) -> Iterator[Sequence[Worker]]:
    """Hold the locks of several workers, taken in the pool's order so that nobody deadlocks.

    Whatever goes wrong meanwhile, a job whose answer was not taken is stopped: the next one would
    be given it.
    """
    with ExitStack() as locks:
        for worker in workers:
            locks.enter_context(worker.lock)
        try:
            yield workers
        finally:
            for worker in workers:
                if worker.busy:
                    worker.stop()


def _collect(workers: Sequence[Worker]) -> list[bytes]:
    """The answers of all workers. Raises the first's RenderFailure."""
    return [worker.result() for worker in workers]


def _allowance(megapixels: float) -> float:
    return START_ALLOWANCE_S + ALLOWANCE_S_PER_MEGAPIXEL * megapixels


@lru_cache(maxsize=1)
def _pool() -> RenderPool:
    pool = RenderPool("gl" if os.environ.get(ENGINE_VARIABLE) == "gl" else "raycast")
    atexit.register(pool.shutdown)
    return pool


def render_clip(request: RenderRequest) -> bytes:
    """A clip as MP4 or GIF. Raises InvalidValue, UnknownName or RenderFailure."""
    return _pool().render_clip(request)


def render_still(request: StillRequest) -> bytes:
    """A picture as PNG. Raises InvalidValue, UnknownName or RenderFailure."""
    return _pool().render_still(request)


def render_strip(request: StripRequest) -> bytes:
    """Key poses side by side as PNG. Raises InvalidValue, UnknownName or RenderFailure."""
    return _pool().render_strip(request)


def warm() -> None:
    """Start the render processes now rather than with the first request; waits for them."""
    _pool().warm()
