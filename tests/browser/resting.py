"""A page that has come to rest: nothing runs, nothing is stale, nothing moves."""

from playwright.sync_api import Locator, Page


def rest(page: Page) -> None:
    """Wait until no script runs and nothing on the page is of an earlier run."""
    page.wait_for_function(
        """() => document.querySelector('[data-test-script-state="notRunning"]')
            && !document.querySelector('[data-stale="true"]')"""
    )


def resting_box(place: Locator) -> dict[str, float]:
    """Where it is once the page has stopped moving: a pointer aims at one place only."""
    before = None
    for _ in range(20):
        rest(place.page)
        place.page.wait_for_timeout(500)
        now = dict(place.bounding_box() or {})
        if now and now == before:
            return now
        before = now
    raise AssertionError(f"the page keeps moving: {before}")
