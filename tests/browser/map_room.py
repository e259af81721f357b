"""The map room's page: where things are, what it says, another map chosen."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.first_screen import TIMEOUT

MAP, RETURNS = (f".st-key-{key} .sm-root" for key in ("map", "returns"))


def open_page(browser: Browser, url: str, motion: str = "reduce") -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 760}, reduced_motion=motion)  # type: ignore[arg-type]
    page.set_default_timeout(TIMEOUT)
    page.goto(url)
    for panel in (MAP, RETURNS):
        page.wait_for_selector(f"{panel}[data-ready]")
    return page


def heard(page: Page, text: str) -> None:
    expect(page.get_by_text(re.compile(text))).to_be_visible()


def said(page: Page, panel: str = MAP) -> str:
    return page.locator(f"{panel} .sm-hidden").inner_text()


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lasso_of(page: Page, group: str) -> int:
    return int(page.get_attribute(MAP, f"data-{group}") or 0)


def outline(page: Page, group: str = "these") -> str:
    return page.locator(f"{MAP} .sm-outline.sm-{group}").get_attribute("d") or ""


def choose_map(page: Page, name: str) -> None:
    """Choose another map and wait until it is drawn, marks and all."""
    before = int(page.get_attribute(MAP, "data-ready") or 0)
    page.get_by_role("radio", name=name).click()
    page.wait_for_function(
        f"""(before) => {{
            const root = document.querySelector('{MAP}');
            const shown = root.querySelector('.sm-chart')._fullLayout.uirevision;
            return Number(root.dataset.ready) > before && shown.includes('{name}.x')
                && document.querySelector('[data-test-script-state="notRunning"]');
        }}""",
        arg=before,
    )


RANGES = """(root) => {
    const { xaxis, yaxis } = root.querySelector(".sm-chart")._fullLayout;
    return [...xaxis.range, ...yaxis.range].map(Number);
}"""
