"""The first screen in a real browser: where things are, and when it has come to rest."""

from playwright.sync_api import Page, expect

from backend.browser.resting import rest

TIMEOUT = 90_000
"Milliseconds that anything may take; software WebGL on a busy machine is slow."
MAP, RETURNS, PLAYER = (f".st-key-{key}" for key in ("map-view", "return-view", "replay"))


def wait_for_verified(page: Page) -> None:
    """Until rollouts have judged the answer on screen and the page has come to rest."""
    page.wait_for_function(
        """() => document.querySelector('[data-test-script-state="notRunning"]')
            && document.querySelector("table")?.innerText.includes("(n = 6)")"""
    )
    expect(page.locator("small", has_text="Rollouts: promise")).to_be_visible()
    page.wait_for_selector(f"{PLAYER} .sp-root[data-first-frame]")
    rest(page)


def payload(page: Page) -> str:
    """Identity of the replay being shown."""
    return page.locator(f"{PLAYER} .sp-root").get_attribute("data-payload") or ""
