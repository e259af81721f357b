"""What a person waits for, gesture by gesture, in real Chromium."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.browser.screen import JUDGED, MAP, NAVIGATOR, PLAYER, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHOICES = ".st-key-robot [role=radiogroup] label"
MAPS = ".st-key-map [role=radio]"
GROUNDS = ((0.3, 0.35), (0.45, 0.6), (0.35, 0.5), (0.55, 0.65), (0.4, 0.42), (0.5, 0.55))
"Places to click, as shares of the map's picture; the nearest policy or the ground there answers."
Watched = list[list[str]]
"Selector and attribute of what shows that something new was drawn."
BOTH: Watched = [[MAP, "data-ready"], [PLAYER, "data-payload"]]
QUIET_MS = 600
"A person looks before the next gesture."
WATCH = """([watched, event]) => {
    // Each attribute changes when the first frame with new contents is drawn.
    const read = () => watched.map(([selector, name]) =>
        document.querySelector(selector)?.getAttribute(name));
    const before = read();
    window.began = null;
    window.elapsed = watched.map(() => null);
    addEventListener(event, () => { window.began ??= performance.now(); }, 
        { capture: true, once: true });
    window.seen = new Promise((done, fail) => {
        setTimeout(() => fail(new Error("nothing new was drawn after the gesture")), 60000);
        const look = () => {
            const now = read();
            now.forEach((value, i) => {
                if (window.began !== null && value && value !== before[i])
                    window.elapsed[i] ??= performance.now() - window.began;
            });
            if (window.elapsed.every((value) => value !== null)) done(window.elapsed);
            else requestAnimationFrame(look);
        };
        look();
    });
}"""
BAND = """([slider, band, value]) => new Promise((done) => {
    const input = document.querySelector(slider), target = document.querySelector(band);
    const began = performance.now();
    new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => done(performance.now() - began));
    }).observe(target, { attributes: true });
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
})"""


@dataclass
class Meter:
    """Bytes that came from the server since the last reading."""

    page: "Page"
    total: int = 0

    def __post_init__(self) -> None:
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._add))

    def _add(self, payload: str | bytes) -> None:
        self.total += len(payload)

    def read(self) -> int:
        """Bytes since the last reading."""
        total, self.total = self.total, 0
        return total


@dataclass
class Times:
    """Samples by name."""

    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """One more sample."""
        self.samples.setdefault(name, []).append(value)

    def summary(self) -> dict[str, dict[str, float]]:
        """p50, p95 and how many, per name."""
        return {
            name: {
                "p50": float(np.percentile(values, 50)), "p95": float(np.percentile(values, 95)),
                "num": len(values),
            }
            for name, values in self.samples.items()
        }  # fmt: skip


def first_load(page: "Page", url: str) -> float:
    """Milliseconds from the address to robots that move."""
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(f"{PLAYER}[data-first-frame]")
    return 1000 * (time.perf_counter() - began)


def gestures(page: "Page", objective: str, repeats: int) -> dict[str, Any]:
    """Milliseconds (p50, p95) and kilobytes of each gesture, on the page that is open."""
    times, sizes, meter = Times(), Times(), Meter(page)
    page.reload()  # so that the meter hears the socket open
    for i in range(repeats):
        key = "PageDown" if i % 6 < 3 else "PageUp"
        _control(page, objective, key, times, sizes, meter)
    for i in range(repeats):
        _click(page, GROUNDS[i % len(GROUNDS)], times, sizes, meter)
    for i in range(repeats):
        _drag(page, objective, times, i)
    for i in range(repeats):
        _other_map(page, i % 2, times, sizes, meter)
    return {"milliseconds": times.summary(), "kilobytes": sizes.summary()}


def _control(
    page: "Page", objective: str, key: str, times: Times, sizes: Times, meter: Meter
) -> None:
    """One press of a key on an objective's slider."""
    wait_for_rest(page)
    page.locator(f"{NAVIGATOR} [data-name={objective}] input[type=range]").focus()
    (path, robots), size = _timed(page, "keyup", lambda: page.keyboard.press(key), meter)
    times.add("control released to path on the map", path)
    times.add("control released to new robots", robots)
    sizes.add("control, with a replay", size)


def _click(page: "Page", at: tuple[float, float], times: Times, sizes: Times, meter: Meter) -> None:
    """One click on the map."""
    wait_for_rest(page)
    box = page.locator(f"{MAP} .sm-chart").bounding_box() or {}
    place = box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]
    (path, robots), size = _timed(page, "mouseup", lambda: page.mouse.click(*place), meter)
    times.add("click on the map to path", path)
    times.add("click on the map to new robots", robots)
    sizes.add("click, with a replay", size)


def _other_map(page: "Page", which: int, times: Times, sizes: Times, meter: Meter) -> None:
    """The same answer on one of the first two maps: nothing new is rolled out."""
    wait_for_rest(page)
    choice = page.locator(MAPS).nth(1 - which)
    watched = [[MAP, "data-ready"]]
    (drawn,), size = _timed(page, "click", choice.click, meter, watched)
    times.add("another map, drawn", drawn)
    sizes.add("another map, without a replay", size)


def _drag(page: "Page", objective: str, times: Times, i: int) -> None:
    """One movement of a slider that is not let go."""
    wait_for_rest(page)
    row = f"{NAVIGATOR} [data-name={objective}]"
    others = f"{NAVIGATOR} [data-name]:not([data-name={objective}])"
    slider = page.locator(f"{row} input[type=range]")
    low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
    value = low + (high - low) * (0.3 + 0.4 * (i % 5) / 4)
    times.add("slider moved to bands redrawn", page.evaluate(
        BAND, [f"{row} input[type=range]", others, str(round(value))]
    ))  # fmt: skip


def _timed(
    page: "Page", event: str, act: Callable[[], None], meter: Meter, watched: Watched = BOTH
) -> tuple[list[float], float]:
    """Milliseconds until each of what is watched was new, and kilobytes until all were."""
    page.wait_for_timeout(QUIET_MS)
    page.evaluate(WATCH, [watched, event])
    meter.read()
    act()
    elapsed = page.evaluate("window.seen")
    return elapsed, meter.read() / 1000


def environments(page: "Page") -> dict[str, Any]:
    """Milliseconds from choosing another robot to its map and its robots: first visits, later."""
    times = Times()
    wait_for_rest(page)
    num = page.locator(CHOICES).count()
    shown = next(i for i in range(num) if page.locator(f"{CHOICES} input").nth(i).is_checked())
    tour = [(shown + 1 + i) % num for i in range(num)] if num > 1 else []
    for name in ("another environment, first visit", "another environment"):
        for i in tour:
            page.wait_for_function(JUDGED)
            page.evaluate(WATCH, [[[MAP, "data-points"], [PLAYER, "data-payload"]], "click"])
            page.locator(CHOICES).nth(i).click()
            times.add(name, max(page.evaluate("window.seen")))
    return times.summary()
