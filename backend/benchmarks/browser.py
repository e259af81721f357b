"""From a released control to the new robots on screen, in real Chromium.

Run as a process of its own (``python -m backend.benchmarks.browser REPEATS``) from the repository's
root. Needs Playwright (a development dependency) and Chromium on the PATH. Prints one JSON object.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import Any

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
ROOT = ".st-key-replay .sp-root"
SLIDER = ".st-key-forward-value input[type=range]"
RESTING = """() => document.querySelector('[data-test-script-state="notRunning"]')
    && document.querySelector("table")?.innerText.includes("(n = 6)")"""
WATCH = """([root]) => {
    // data-first-frame is written after the first rendered frame of each new payload.
    const player = document.querySelector(root), before = player.dataset.payload;
    window.released = null;
    addEventListener("keyup", () => { window.released ??= performance.now(); }, true);
    window.elapsed = new Promise((done) => {
        const watch = new MutationObserver(() => {
            if (player.dataset.payload === before || !player.dataset.firstFrame) return;
            watch.disconnect();
            done(performance.now() - window.released);
        });
        watch.observe(player, { attributes: true });
    });
}"""


def measure(repeats: int) -> dict[str, Any]:
    """Milliseconds of cold load and of warm answers, or why there is no browser."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        return {"unavailable": "no Chromium on the PATH"}
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"unavailable": "Playwright is not installed"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}",
         "--server.headless=true", "--server.fileWatcherType=none", "--server.address=127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/_stcore/health")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(90_000)
            began = time.perf_counter()
            page.goto(url)
            page.wait_for_selector(f"{ROOT}[data-first-frame]")
            cold = 1000 * (time.perf_counter() - began)
            times = []
            for _ in range(repeats):
                page.wait_for_function(RESTING)
                page.locator(SLIDER).focus()
                page.evaluate(WATCH, [ROOT])
                page.keyboard.press("PageDown")
                times.append(float(page.evaluate("window.elapsed")))
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return {
        "first_load_to_moving_robots": cold,
        "control_released_to_new_robots": statistics.median(times),
        "slowest": max(times),
    }


def _wait_for(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
