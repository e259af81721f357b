"""Other ways in: a link on a fresh server, and the keyboard alone."""

import json
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

from playwright.sync_api import Browser, Page, expect

from backend.browser.resting import rest
from backend.serving import served_somewhere
from tests.browser.first_screen import MAP, TIMEOUT, wait_for_verified


def visit(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT)
    page.goto(address)
    wait_for_verified(page)
    return page


def policy(page: Page) -> bytes:
    """The steered policy as it can be taken away: weights, recorded returns, all of it."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Policy", exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_link_gives_the_same_policy_on_a_fresh_server(browser: Browser) -> None:
    query = "?atlas=mo-hopper-2obj-v5&forward=is:2100&height=min:1200&projection=0.85"
    with served_somewhere() as url:
        page = visit(browser, f"{url}/{query}")
        page.get_by_role("button", name="Share").click()
        link = page.get_by_test_id("stPopoverBody").locator("code").inner_text()
        page.keyboard.press("Escape")
        first = policy(page)
        page.close()
    with served_somewhere() as url:
        page = visit(browser, f"{url}/?{link.partition('?')[2]}")
        # The recipe keeps the address it was asked at, which has another port here.
        assert without_link(policy(page)) == without_link(first)
        page.close()


def without_link(archive: bytes) -> dict[str, bytes]:
    """Files of a policy, but for the place it was asked at."""
    with ZipFile(BytesIO(archive)) as folder:
        files = {name: folder.read(name) for name in folder.namelist()}
    recipe = json.loads(files["policy/recipe.json"])
    recipe["asked"]["link"] = recipe["asked"]["link"].partition("?")[2]
    return files | {"policy/recipe.json": json.dumps(recipe).encode()}


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement?.getAttribute('aria-label') ?? ''")


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the focus is on what has a label, or one that begins with it and a stop."""
    rest(page)
    for _ in range(160):
        if focused(page) == label or focused(page).startswith(f"{label}."):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {label}")


def test_one_can_steer_without_a_mouse(browser: Browser) -> None:
    with served_somewhere() as url:
        page = visit(browser, url)
        chosen = page.locator(f"{MAP} .sm-root").get_attribute("data-selected") or ""
        tab_to(page, "Map of HalfCheetah policies, sheet")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page.locator(f"{MAP} .sm-root")).not_to_have_attribute("data-selected", chosen)
        selected = page.locator(f"{MAP} .sm-root").get_attribute("data-selected") or ""
        page.wait_for_url(f"**start={quote(selected, safe='')}**")
        wait_for_verified(page)
        tab_to(page, "forward progress")
        page.keyboard.press("PageDown")
        expect(page.locator("table tbody tr").first).not_to_contain_text("= 6,040")
        wait_for_verified(page)
        page.close()
