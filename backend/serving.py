"""The app in a process of its own, warm before its first visitor."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backend.errors import AppDidNotStart
from backend.threads import ENVIRONMENT

ROOT = Path(__file__).parents[1]
"Where ``app.py`` lies."
START_SECONDS = 120.0
"Longest wait for the first answer."
STOP_SECONDS = 20.0
POLL_SECONDS = 0.2


@contextmanager
def served(
    port: int, *, script: Path = ROOT / "app.py", address: str = "127.0.0.1",
    open_browser: bool = False, log: IO[str] | int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:  # fmt: skip
    """Serve a script for the length of a ``with`` block, its output into ``log``.

    The block begins when the script has run once. Streamlit takes the first request after its start
    for one of an older kind of app, in which ``pages/`` is a menu; without that run a visitor who
    comes by a link to one of our pages would be told that there is no such page. Raises
    AppDidNotStart.
    """
    options = {
        "server.port": str(port), "server.address": address,
        "server.headless": str(not open_browser).lower(),
        "server.enableStaticServing": "true", "server.scriptHealthCheckEnabled": "true",
        "server.fileWatcherType": "none", "browser.gatherUsageStats": "false",
    }  # fmt: skip
    flags = [f"--{name}={value}" for name, value in options.items()]
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(script), *flags],
        cwd=ROOT, env=os.environ | ENVIRONMENT | {"PYTHONPATH": search},
        stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _wait_for_first_run(local_url(port), server)
        yield server
    finally:
        _stop(server)


def _stop(server: subprocess.Popen) -> None:
    """Kindly, then not: a busy machine may not get round to it."""
    server.terminate()
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def served_somewhere(
    script: Path = ROOT / "app.py", *, log: IO[str] | int = subprocess.DEVNULL
) -> Iterator[str]:
    """Serve a script at a free port of this machine; gives its address. Raises AppDidNotStart."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served(port, script=script, log=log):
        yield local_url(port)


def local_url(port: int) -> str:
    """Where this machine finds what is served on a port."""
    return f"http://127.0.0.1:{port}"


def _wait_for_first_run(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(f"{url}/_stcore/health", POLL_SECONDS):
        if server.poll() is not None:
            raise AppDidNotStart(f"it ended with exit status {server.returncode}")
        if time.monotonic() > deadline:
            raise AppDidNotStart(f"no answer from {url} in {START_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    _answers(f"{url}/_stcore/script-health-check", START_SECONDS)


def _answers(url: str, seconds: float) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=seconds):
            return True
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False
