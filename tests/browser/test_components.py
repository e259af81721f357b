"""The map in a real browser: what a click says, and what an update keeps."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.first_screen import TIMEOUT

MAP, PLAYER = ".st-key-map .sm-root", ".st-key-player .sp-root"
MAX_UPDATE_BYTES = 20_000

PIXEL_OF_ROW = """(root, id) => {
    // Through plotly's own axes, not through our overlay: the two must agree.
    const chart = root.querySelector(".sm-chart");
    for (const trace of chart.calcdata.map((points) => points[0].trace)) {
        if (!trace.x.length) continue;
        const { xaxis, yaxis } = chart._fullLayout;
        const box = chart.getBoundingClientRect();
        return trace.x.length > id
            ? [box.left + xaxis._offset + xaxis.d2p(trace.x[id]),
               box.top + yaxis._offset + yaxis.d2p(trace.y[id])]
            : null;
    }
}"""
RANGES = """(root) => {
    const { xaxis, yaxis } = root.querySelector(".sm-chart")._fullLayout;
    return [...xaxis.range, ...yaxis.range];
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, components_url: str) -> Iterator[Page]:
    """The components app, loaded once; every test leaves it usable."""
    page = browser.new_page(viewport={"width": 1280, "height": 1240}, reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(components_url)
    page.wait_for_selector(f"{MAP}[data-ready]")
    page.wait_for_selector(f"{PLAYER}[data-first-frame]")
    yield page
    page.close()
    assert errors == []


def status(page: Page, text: str) -> None:
    expect(page.get_by_text(re.compile(text))).to_be_visible()


def plot_corner(page: Page) -> tuple[float, float]:
    box = page.locator(f"{MAP} .sm-chart").bounding_box()
    assert box is not None
    return box["x"] + 4, box["y"] + 4


def test_points_are_drawn(page: Page) -> None:
    assert page.get_attribute(MAP, "data-rows") == "400"
    drawn = page.evaluate(
        """(selector) => {
            const canvas = document.querySelector(selector + " .gl-canvas-context");
            return canvas.width > 100 && canvas.height > 100;
        }""",
        MAP,
    )
    assert drawn
    picture = Image.open(io.BytesIO(page.locator(f"{MAP} .sm-plot").screenshot())).convert("HSV")
    hue, saturation, _ = np.moveaxis(np.asarray(picture), -1, 0)
    hues = np.unique(hue[saturation > 90])
    assert len(hues) > 60  # violet to yellow; the overlay alone is one orange and one blue


def test_click_on_a_point_picks_it(page: Page) -> None:
    x, y = page.locator(MAP).evaluate(PIXEL_OF_ROW, 3)
    page.mouse.click(x, y)
    # Row 3 of the first trace: the first twelve policies have no return, so they are the grey ones.
    status(page, "selected=policy-003 ground=none")
    assert page.get_attribute(MAP, "data-selected") == "policy-003"


def test_click_on_empty_ground_reports_its_place(page: Page) -> None:
    page.wait_for_timeout(400)  # else it would be the second half of a double click
    page.mouse.click(*plot_corner(page))
    status(page, r"ground=-?\d+\.\d+ -?\d+\.\d+")


def test_keyboard_walks_picks_and_clears(page: Page) -> None:
    root = page.locator(MAP)
    root.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{MAP} .sm-card")).to_be_visible()
    walked = page.locator(f"{MAP} .sm-card b").inner_text()
    page.keyboard.press("Enter")
    status(page, f"selected={walked}")
    page.keyboard.press("Escape")
    status(page, "cleared=True")
    assert page.get_attribute(MAP, "data-selected") == ""


def test_hover_shows_a_card_and_runs_nothing(page: Page) -> None:
    before = page.get_by_text(re.compile("selected=")).inner_text()
    x, y = page.locator(MAP).evaluate(PIXEL_OF_ROW, 5)
    page.mouse.move(x + 1, y)
    expect(page.locator(f"{MAP} .sm-card b")).to_have_text(re.compile("policy-"))
    assert page.get_by_text(re.compile("selected=")).inner_text() == before
    page.mouse.move(2, 2)
    expect(page.locator(f"{MAP} .sm-card")).to_be_hidden()


def test_an_update_keeps_zoom_and_node_and_is_small(browser: Browser, components_url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1240})
    received: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda data: received.append(len(data))))
    page.goto(components_url)
    page.wait_for_selector(f"{MAP}[data-ready]", timeout=TIMEOUT)
    page.wait_for_selector(f"{PLAYER}[data-first-frame]", timeout=TIMEOUT)
    root = page.locator(MAP)
    box = page.locator(f"{MAP} .sm-chart").bounding_box()
    assert box is not None
    home = root.evaluate(RANGES)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        f"(home) => ({RANGES})(document.querySelector('{MAP}')).join() !== home.join()",
        arg=home,
    )
    page.wait_for_timeout(800)  # plotly applies a wheel zoom in two steps
    zoomed = root.evaluate(RANGES)
    assert zoomed[1] - zoomed[0] < home[1] - home[0]
    page.evaluate(f"document.querySelector('{MAP} .sm-chart').mine = true")
    path = root.evaluate("(root) => root.querySelectorAll('.sm-overlay path')[1].getAttribute('d')")
    received.clear()
    page.get_by_role("button", name="new path").click()
    status(page, "version=1")
    page.wait_for_function(
        f"""(old) => document.querySelectorAll('{MAP} .sm-overlay path')[1]
            .getAttribute('d') !== old""",
        arg=path,
    )
    assert root.evaluate(RANGES) == pytest.approx(zoomed)
    assert page.evaluate(f"document.querySelector('{MAP} .sm-chart').mine")
    print(f"bytes of an update of two panels: {sum(received)}")
    assert 0 < sum(received) < MAX_UPDATE_BYTES
    page.get_by_label("Reset the view").first.click()
    page.wait_for_timeout(300)
    assert root.evaluate(RANGES) == pytest.approx(home)
    page.close()


def test_missing_points_are_explained(browser: Browser, components_url: str) -> None:
    page = browser.new_page()
    page.route("**/*.bin", lambda route: route.abort())
    page.goto(components_url)
    message = page.locator(f"{MAP} .sm-message")
    expect(message).to_contain_text("cannot be drawn")
    page.unroute("**/*.bin")
    message.get_by_role("button", name="Try again").click()
    expect(message).to_be_hidden()
    page.close()
