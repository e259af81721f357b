"""Where things are on the first screen, and when it has come to rest."""

import math
from typing import TYPE_CHECKING

from backend.browser.resting import QUIET

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAP, RETURNS, PLAYER, NAVIGATOR = (
    ".st-key-map-view .sm-root", ".st-key-return-view .sm-root", ".st-key-replay .sp-root",
    ".st-key-navigator .nv-root",
)  # fmt: skip
NUM_MOVES = 20
"Of the pointer, once round."
PATIENCE_MS = 60_000
"Verification of a robot whose contacts are priced takes long on a busy machine."
JUDGED = f"""() => {QUIET}
    && [...document.querySelectorAll("small")].some((n) => n.textContent.includes("Rollouts:"))"""
"JavaScript: the page is at rest and rollouts have judged the answer on it."


def draw_round(page: "Page", centre: tuple[float, float], radius: float) -> None:
    """Draw a circle with the pointer pressed; pixels of the window."""
    x, y = centre
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for i in range(1, NUM_MOVES + 1):
        turn = 2 * math.pi * i / NUM_MOVES
        page.mouse.move(x + radius * math.cos(turn), y + radius * math.sin(turn))
        page.wait_for_timeout(20)  # a frame each: moves within one are one
    page.mouse.up()


def wait_for_rest(page: "Page") -> None:
    """Until rollouts have judged the answer on screen, and map and robots of it are drawn."""
    page.wait_for_function(JUDGED)
    page.wait_for_selector(f"{MAP}[data-rows]")
    page.wait_for_selector(f"{PLAYER}[data-first-frame]")
