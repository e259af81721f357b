"""``steerscape app``: the app, until it is interrupted."""

from contextlib import suppress
from dataclasses import dataclass

from backend.commands.options import JsonOption
from backend.errors import InvalidValue
from backend.serving import served


@dataclass(frozen=True, kw_only=True)
class App(JsonOption):
    """Serve the app until it is interrupted (Ctrl-C)."""

    port: int = 8501
    "Port to listen on, 1024 to 65535."
    address: str = "127.0.0.1"
    "Address to listen on: 127.0.0.1, or 0.0.0.0 to show the app to other machines."
    browser: bool = True
    "Open it in this machine's browser (--no-browser: do not)."

    def run(self) -> dict[str, str | int]:
        """Where it was served, once it has ended."""
        if not 1024 <= self.port <= 65535:
            raise InvalidValue("--port", self.port, "a port from 1024 to 65535")
        if self.address not in ("127.0.0.1", "0.0.0.0"):
            raise InvalidValue("--address", self.address, "127.0.0.1 or 0.0.0.0")
        with (
            suppress(KeyboardInterrupt),
            served(self.port, address=self.address, open_browser=self.browser) as server,
        ):
            server.wait()
        return {"address": self.address, "port": self.port}
