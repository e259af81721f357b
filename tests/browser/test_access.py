"""An accessibility scan of every page: axe finds nothing serious, in light and in dark."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from backend.browser.screens import SCREENS, open_screen
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT

SERIOUS = ("serious", "critical")
SCANNED = ("first", "hopper", "solver", "walk", "groups", "live", "compression", "chunks",
           "evidence", "worst")  # fmt: skip
POPOVERS = ("layers", "how", "more", "share")
SETTLED_MS = 2_000
SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")
FOLLOWED = "scheme => getComputedStyle(document.querySelector('.stApp')).colorScheme === scheme"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served_somewhere() as address:
        yield address


def findings(page: Page) -> dict[str, list[str]]:
    """What is found in each theme; the page follows the system's without being loaded again."""
    found = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(FOLLOWED, arg=scheme)
        found[scheme] = scan_settled(page)
    return {scheme: places for scheme, places in found.items() if places}


def scan_settled(page: Page) -> list[str]:
    """What is found and still is when all fading is over: half-way it is pale by design."""
    found = scan(page)
    if found:
        page.wait_for_timeout(SETTLED_MS)
        found = scan(page)
    return found


def scan(page: Page) -> list[str]:
    """Serious findings, each with the first places it was found at."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']} ({v['impact']}): {v['help']}: "
        + "; ".join(str(node["target"]) + node["html"][:160] for node in v["nodes"][:4])
        for v in found
        if v["impact"] in SERIOUS
    ]


def test_axe_finds_nothing_serious(browser: Browser, url: str) -> None:
    page = browser.new_page(color_scheme="dark", reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT)
    found = {}
    for name in SCANNED:
        open_screen(page, url, SCREENS[name])
        found[name] = findings(page)
    open_screen(page, url, SCREENS["first"])
    for name in POPOVERS:
        page.locator(f".st-key-{name} button").first.click()
        page.get_by_test_id("stPopoverBody").wait_for()
        found[f"popover {name}"] = findings(page)
        page.keyboard.press("Escape")
        page.get_by_test_id("stPopoverBody").wait_for(state="detached")
    page.close()
    assert not any(found.values()), found
