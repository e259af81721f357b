"""A page that has come to rest: nothing runs, nothing is stale, nothing moves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page

LOOKS, GAP_MS = 20, 500
QUIET = """document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-stale="true"]')"""
"JavaScript: no script runs, and nothing on the page is of an earlier run."


class StillMoving(RuntimeError):
    """A page that does not come to rest."""


def rest(page: "Page") -> None:
    """Wait until no script runs and nothing on the page is of an earlier run."""
    page.wait_for_function(f"() => {QUIET}")


def resting_box(place: "Locator") -> "FloatRect":
    """Where it is once the page has stopped moving: a pointer aims at one place only.

    x, y, width, height, pixels of the window. Raises StillMoving if it never stops.
    """
    before = None
    for _ in range(LOOKS):
        rest(place.page)
        place.page.wait_for_timeout(GAP_MS)
        now = place.bounding_box()
        if now and now == before:
            return now
        before = now
    raise StillMoving(f"the page keeps moving: {before}")
