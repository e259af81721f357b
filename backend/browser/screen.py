"""Where things are on the first screen, and when it has come to rest."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MAP, RETURNS, PLAYER, NAVIGATOR = (
    ".st-key-map-view .sm-root", ".st-key-return-view .sm-root", ".st-key-replay .sp-root",
    ".st-key-navigator .nv-root",
)  # fmt: skip
PATIENCE_MS = 60_000
"Verification of a robot whose contacts are priced takes long on a busy machine."
AT_REST = """() => document.querySelector('[data-test-script-state="notRunning"]')
    && [...document.querySelectorAll("small")].some((n) => n.textContent.includes("Rollouts:"))"""


def wait_for_rest(page: "Page") -> None:
    """Until rollouts have judged the answer on screen and the robots of that answer are drawn."""
    page.wait_for_function(AT_REST)
    page.wait_for_selector(f"{PLAYER}[data-first-frame]")
