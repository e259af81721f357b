"""A server that cannot start says so instead of being waited for."""

import socket
import subprocess

import pytest

from backend.errors import AppDidNotStart
from backend.serving import served


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
