"""What a person waits for in real Chromium, as one JSON object.

Run as a process of its own, so that nothing else of the benchmark slows it:
``python -m backend.benchmarks.browser REPEATS ATLAS OBJECTIVE`` from the repository's root; the
objective is the one whose slider is moved. Needs Playwright and Chromium.
"""

import json
import sys
from typing import Any

from backend.benchmarks.gestures import Times, environments, first_load, gestures
from backend.benchmarks.live import first_frames
from backend.browser.chromium import chromium
from backend.browser.screen import PATIENCE_MS
from backend.errors import NoBrowser
from backend.serving import served_somewhere


def measure(repeats: int, atlas: str, objective: str) -> dict[str, Any]:
    """Milliseconds of a cold load and of every gesture, or why there is no browser."""
    try:
        with served_somewhere() as url:
            live = Times()
            for value in first_frames(url, atlas, repeats):
                live.add("address to a robot that runs live, fresh browser", value)
            return {**live.summary(), **_first_screen(url, repeats, atlas, objective)}
    except NoBrowser as error:
        return {"unavailable": str(error)}


def _first_screen(url: str, repeats: int, atlas: str, objective: str) -> dict[str, Any]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        cold = first_load(page, f"{url}/?atlas={atlas}")
        found = gestures(page, objective, repeats)
        return {
            "first load to moving robots": cold, **found, "environments": environments(page),
        }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), sys.argv[2], sys.argv[3])))
