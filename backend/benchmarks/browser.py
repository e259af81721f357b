"""What a person waits for, in real Chromium: new robots after a control, another environment.

Run as a process of its own (``python -m backend.benchmarks.browser REPEATS ATLAS OBJECTIVE``) from
the repository's root; the objective is the one whose slider is moved. Needs Playwright (a
development dependency) and Chromium on the PATH. Prints one JSON object.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backend.serving import local_url, served

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
PLAYER, MAP = ".st-key-replay .sp-root", ".st-key-map-view .sm-root"
CHOICES = ".st-key-atlas [role=radiogroup] label"
PATIENCE_MS = 180_000
"Verification of a robot whose contacts are priced takes long on a busy machine."
RESTING = """() => document.querySelector('[data-test-script-state="notRunning"]')
    && [...document.querySelectorAll("small")].some((n) => n.textContent.includes("Rollouts:"))"""
WATCH = """([player, map, event]) => {
    // data-payload and data-points change when the first frame with new contents is drawn.
    const shown = () => [document.querySelector(player)?.dataset.payload,
        map && document.querySelector(map)?.dataset.points];
    const before = shown();
    window.began = null;
    addEventListener(event, () => { window.began ??= performance.now(); }, true);
    window.elapsed = new Promise((done) => {
        const look = () => {
            const now = shown();
            const fresh = now.every((value, i) => (i && !map) || (value && value !== before[i]));
            if (window.began === null || !fresh) return requestAnimationFrame(look);
            done(performance.now() - window.began);
        };
        look();
    });
}"""


def measure(repeats: int, atlas: str, objective: str) -> dict[str, Any]:
    """Milliseconds of cold load and of warm answers, or why there is no browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        return {"unavailable": "no Chromium on the PATH"}
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"unavailable": "Playwright is not installed"}
    with _app() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(PATIENCE_MS)
        began = time.perf_counter()
        page.goto(f"{url}/?atlas={atlas}")
        page.wait_for_selector(f"{PLAYER}[data-first-frame]")
        cold = 1000 * (time.perf_counter() - began)
        released = [_press(page, objective) for _ in range(repeats)]
        first, again = _switch_around(page)
        browser.close()
    return {
        "first_load_to_moving_robots": cold,
        "control_released_to_new_robots": statistics.median(released),
        "slowest": max(released),
        "switch_environment": statistics.median(again) if again else None,
        "switch_environment_slowest": max(again, default=None),
        "switch_environment_first_visit_slowest": max(first, default=None),
    }


def _press(page: Any, objective: str) -> float:
    """One press on an objective's slider: milliseconds from release to the new robots."""
    page.wait_for_function(RESTING)
    page.locator(f".st-key-navigator [data-name={objective}] input[type=range]").focus()
    page.evaluate(WATCH, [PLAYER, None, "keyup"])
    page.keyboard.press("PageDown")
    return float(page.evaluate("window.elapsed"))


def _switch_around(page: Any) -> tuple[list[float], list[float]]:
    """Milliseconds from choosing an atlas to its map and robots: (first visits, later ones)."""
    page.wait_for_function(RESTING)
    num = page.locator(CHOICES).count()
    if num < 2:
        return [], []
    shown = next(i for i in range(num) if page.locator(f"{CHOICES} input").nth(i).is_checked())
    tour = [(shown + 1 + i) % num for i in range(num)]
    return [_switch(page, i) for i in tour], [_switch(page, i) for i in tour]


def _switch(page: Any, i: int) -> float:
    page.wait_for_function(RESTING)
    page.evaluate(WATCH, [PLAYER, MAP, "click"])
    page.locator(CHOICES).nth(i).click()
    return float(page.evaluate("window.elapsed"))


@contextmanager
def _app() -> Iterator[str]:
    """The app, served by a process of its own; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served(port, log=subprocess.DEVNULL):
        yield local_url(port)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]), sys.argv[2], sys.argv[3])))
