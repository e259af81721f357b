"""The live robot in real Chromium: a long kiosk without its server; and how fast it starts."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.browser.chromium import chromium
from backend.errors import InvalidValue
from backend.live.export import export_live
from backend.live.store import live_decoder
from backend.studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT, PATIENCE_MS = ".lv-root", 60_000
VIEW = {"width": 1280, "height": 720}
PARTS = 10
"Looks at the memory of a soak."
LONGEST = 24 * 60.0
FIRST_FRAME = f"""() => document.querySelector("{ROOT}").dataset.firstFrame
    - performance.timeOrigin"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def static_server(folder: Path) -> Iterator[ThreadingHTTPServer]:
    """A plain static server of a folder, on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def soak(name: str, minutes: float) -> dict[str, Any]:
    """Run an export's kiosk with its server gone; memory from first to last look.

    Raises InvalidValue, UnknownName or NoBrowser.
    """
    if not 0 < minutes <= LONGEST:
        raise InvalidValue("--minutes", minutes, f"more than 0, at most {LONGEST:.0f}")
    atlas = Studio().atlas(name)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        export_live(atlas, live_decoder(atlas), Path(folder))
        page = browser.new_page(viewport=VIEW)  # type: ignore[arg-type]
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        with static_server(Path(folder)) as server:
            began = time.monotonic()
            page.goto(f"http://127.0.0.1:{server.server_port}/#kiosk")
            page.wait_for_selector(f"{ROOT}[data-first-frame]", timeout=PATIENCE_MS)
            first = time.monotonic() - began
        looks = []
        for _ in range(PARTS + 1):
            looks.append(look(page))
            page.wait_for_timeout(60_000 * minutes / PARTS)
    return {
        "atlas": name, "minutes": minutes, "first_frame_s": round(first, 2), "errors": errors,
        "looks": looks,
        "heap_growth_mb": round(looks[-1]["js_heap_mb"] - looks[1]["js_heap_mb"], 2),
    }  # fmt: skip


def first_frames(url: str, atlas: str, repeats: int) -> Iterator[float]:
    """Milliseconds from the address to a robot that runs, each in a browser of its own.

    By the page's own clock, as a browser's start is not the app's. Raises NoBrowser.
    """
    for _ in range(repeats):
        with chromium() as browser:
            page = browser.new_page(viewport=VIEW)  # type: ignore[arg-type]
            page.goto(f"{url}/live?atlas={atlas}", wait_until="commit")
            page.wait_for_selector(f"{ROOT}[data-first-frame]", timeout=PATIENCE_MS)
            yield page.evaluate(FIRST_FRAME)


def look(page: "Page") -> dict[str, float]:
    """Memory (after a collection), simulated time, pace and restarts now."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    told = page.evaluate(f"() => ({{...document.querySelector('{ROOT}').dataset}})")
    return {
        "simulated_s": float(told["time"]), "real_time": float(told["realTime"]),
        "restarts": float(told["restarts"]), "wasm_heap_mb": float(told["heapMb"]),
        "js_heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 2), "nodes": metrics["Nodes"],
        "listeners": metrics["JSEventListeners"],
    }  # fmt: skip
