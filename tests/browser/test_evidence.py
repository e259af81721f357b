"""The evidence page in real Chromium: links, clicks and keys that only a browser has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.evidence import EVIDENCE_VARIABLE
from backend.studio import Studio
from tests.browser.conftest import REPOSITORY, serve
from tests.browser.first_screen import TIMEOUT
from tests.studies import write_study

ENV = "mo-halfcheetah-v5"
PLAYER, CASE = ".st-key-worst-replay .sp-root", ".st-key-case input"
HEAD_HEIGHT, ROW_HEIGHT = 36, 30


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The app on synthetic evidence of the shipped atlas."""
    folder: Path = tmp_path_factory.mktemp("evidence")
    shipped = Studio().overview(ENV).content_hash
    for name in ("steering", "reconstruction"):
        write_study(name, folder, env=ENV, requests=6, atlas_hash=shipped)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(EVIDENCE_VARIABLE, str(folder))
        with serve(REPOSITORY / "app.py", folder / "server.log") as url:
            page = browser.new_page(
                viewport={"width": 1280, "height": 800}, reduced_motion="reduce", base_url=url
            )
            page.set_default_timeout(TIMEOUT)
            yield page
            page.close()
            assert "Traceback" not in (folder / "server.log").read_text()


def test_sections_can_be_clicked_and_nothing_overflows(page: Page) -> None:
    page.goto("/evidence")
    page.wait_for_selector(".ev table")
    page.get_by_role("radio", name="steering").click()  # Streamlit's tool bar must not be over it
    expect(page.get_by_text("answer by")).to_be_visible()
    assert page.url.endswith("study=steering")
    for box in (".ev", "[data-testid=stMain]"):
        widths = page.locator(box).first.evaluate("(box) => [box.scrollWidth, box.clientWidth]")
        assert widths[0] <= widths[1]


def test_a_case_is_picked_by_click_and_by_key(page: Page) -> None:
    page.goto("/evidence?study=worst+ten")
    page.wait_for_selector(f"{PLAYER}[data-payload]")
    before = page.locator(PLAYER).get_attribute("data-payload") or ""
    cases = [page.locator(CASE).input_value()]
    grid = page.locator(".st-key-worst-table canvas").first.bounding_box()
    assert grid is not None
    page.mouse.click(grid["x"] + 400, grid["y"] + HEAD_HEIGHT + 1.5 * ROW_HEIGHT)
    expect(page.locator(CASE)).not_to_have_value(cases[0])
    expect(page.locator(PLAYER)).not_to_have_attribute("data-payload", before)
    cases.append(page.locator(CASE).input_value())
    page.keyboard.press("ArrowDown")
    expect(page.locator(CASE)).not_to_have_value(cases[1])
    assert page.locator(CASE).input_value() not in cases
    assert "case=" in page.url
