"""A server that cannot start says so instead of being waited for; one that can uses one thread."""

import json
import socket
import subprocess
from pathlib import Path

import pytest

from backend.errors import AppDidNotStart
from backend.serving import served, served_somewhere


def test_a_taken_port_is_an_error_not_a_wait() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(AppDidNotStart, match="exit status"),
            served(port, log=subprocess.DEVNULL),
        ):
            pass


def test_the_app_computes_on_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    script, answer = tmp_path / "script.py", tmp_path / "threads.json"
    script.write_text(
        "import json, pathlib\n"
        "import numpy, threadpoolctl\n"
        "pools = threadpoolctl.threadpool_info()\n"
        "found = [p['num_threads'] for p in pools if p['user_api'] == 'blas']\n"
        f"pathlib.Path({str(answer)!r}).write_text(json.dumps(found))\n"
    )
    with served_somewhere(script):
        threads = json.loads(answer.read_text())
    assert set(threads) == {1}
