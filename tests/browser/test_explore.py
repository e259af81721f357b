"""Lassos, walks, the third dimension and the return space on the real page, in real Chromium."""

import re
from urllib.parse import parse_qs, urlparse

import numpy as np
from playwright.sync_api import Page, expect

from backend.browser.screen import RETURNS, wait_for_rest
from backend.browser.screens import SCREENS
from backend.studio import Studio
from tests.browser.test_components import PIXEL_OF_ROW
from tests.toys import ATLAS


def panel(page: Page) -> str:
    """Everything the open instrument says."""
    return page.locator("section.main, [data-testid=stMain]").first.inner_text()


def test_a_click_on_the_return_space_sets_every_aim(app_page: Page) -> None:
    ids = Studio().overview(ATLAS).ids
    row = len(ids) // 2
    x, y = app_page.locator(RETURNS).evaluate(PIXEL_OF_ROW, row)
    app_page.mouse.click(x, y)
    app_page.wait_for_function("() => location.search.includes('forward=is')")
    wait_for_rest(app_page)
    aims = parse_qs(urlparse(app_page.url).query)
    asked = [float(aims[name][0].split(":")[1]) for name in ("forward", "energy")]
    returns = np.array(Studio().overview(ATLAS).returns)
    assert np.abs(returns - asked).max(1).min() < 1, "an aim that no policy has"


def test_two_lassos_have_statistics_and_a_direction(app_page: Page) -> None:
    SCREENS["groups"].act(app_page)
    text = panel(app_page)
    assert re.search(r"these\s+\d+\s+", text) and re.search(r"those\s+\d+\s+", text)
    assert re.search(r"These minus those: a direction of length \d", text)
    assert re.search(r"to cosine 0\.\d\d", text)


def test_the_direction_is_walked_and_every_step_can_be_shown(app_page: Page) -> None:
    app_page.locator(".st-key-instrument").get_by_role("radio", name="walk").click()
    wait_for_rest(app_page)
    walk = app_page.locator(".sv-root")
    expect(walk).to_be_visible()
    before = app_page.locator(".st-key-replay .sp-root").get_attribute("data-payload")
    scrub = app_page.locator(".sv-scrub")
    scrub.focus()
    scrub.press("End")
    scrub.press("PageDown")
    app_page.wait_for_function(
        "(old) => document.querySelector('.st-key-replay .sp-root').dataset.payload !== old",
        arg=before,
    )


def test_the_map_in_three_dimensions(app_page: Page) -> None:
    layers = app_page.locator(".st-key-layers button").first
    layers.click()
    app_page.get_by_text("in three dimensions").click()
    app_page.keyboard.press("Escape")
    expect(app_page.get_by_text("UMAP of z in three dimensions")).to_be_visible()
    expect(app_page.locator(".js-plotly-plot .gl-container canvas").first).to_be_visible()
