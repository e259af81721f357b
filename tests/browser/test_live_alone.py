"""Live robots without Streamlit: keys, the tour, what fails late, the folder one takes home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from backend.atlas.atlas import Atlas
from backend.benchmarks.live import static_server
from backend.live.export import export_live
from backend.live.store import live_decoder
from tests.browser.first_screen import TIMEOUT
from tests.browser.live_page import (
    ALONE,
    CAMERA,
    HEARD,
    MAP,
    ROOT,
    place,
)


@pytest.fixture
def alone(browser: Browser, atlas: Atlas, tmp_path: Path) -> Iterator[Page]:
    """A robot without Streamlit, as ``live``."""
    export_live(atlas, live_decoder(atlas), tmp_path)
    (tmp_path / "alone.html").write_text(
        "<!doctype html><title>alone</title><input>"
        "<main style='position: absolute; inset: 40px 0 0'></main>"
    )
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.set_default_timeout(TIMEOUT)
    with static_server(tmp_path) as server:
        page.goto(f"http://127.0.0.1:{server.server_port}/alone.html")
        page.evaluate(ALONE)
        page.wait_for_selector(f"{ROOT}[data-first-frame]")
        yield page
    page.close()


def test_keys_are_heard_in_the_robot_and_where_nothing_has_the_focus(alone: Page) -> None:
    alone.evaluate(HEARD)
    for place_ in ("body", ".lv-stage canvas", ".lv-track input", MAP):
        alone.evaluate("() => document.activeElement.blur()")
        if place_ != "body":
            alone.locator(place_).first.focus()
        alone.keyboard.press("p")
        alone.keyboard.press("R")
        assert alone.evaluate("heard.splice(0)") == ["push", "restart"]
    alone.locator("input").first.focus()
    alone.keyboard.type("pr")
    assert alone.evaluate("heard") == []


def test_the_camera_turns_and_zooms_by_the_player_s_keys(alone: Page) -> None:
    keys = alone.locator(".lv-keys")
    expect(keys).to_be_hidden()
    alone.get_by_role("button", name="Kiosk").focus()
    alone.keyboard.press("Shift+ArrowLeft")  # a button's own
    azimuth, elevation, zoom = untouched = alone.evaluate(CAMERA)
    alone.locator(".lv-stage canvas").focus()
    alone.keyboard.press("Shift+ArrowLeft")
    expect(keys).to_be_visible()
    for key, moved in (("Shift+ArrowUp", 1), ("-", 2)):
        alone.keyboard.press(key)
        assert alone.evaluate(CAMERA)[moved] > untouched[moved]
    assert alone.evaluate(CAMERA)[0] < azimuth
    alone.keyboard.press("0")
    assert alone.evaluate(CAMERA) == [azimuth, elevation, zoom]


def test_the_tour_waits_while_a_hand_lies_on_the_map(alone: Page) -> None:
    later = "() => { live.tour.touched -= 60_000; return live.tour.touring; }"
    alone.evaluate("() => live.tour.setOpen(true)")
    assert alone.evaluate(later)
    alone.mouse.move(*place(alone, 0.5, 0.5))
    assert alone.evaluate(later)
    alone.mouse.down()
    assert not alone.evaluate(later)
    alone.mouse.move(*place(alone, 0.6, 0.5))
    alone.mouse.up()
    assert not alone.evaluate("live.tour.touring")
    assert alone.evaluate(later)
    alone.evaluate("() => document.activeElement.blur()")
    alone.keyboard.press("Escape")
    assert not alone.evaluate("live.tour.open")


def test_what_fails_too_late_replaces_nobody(alone: Page) -> None:
    held: list[Route] = []
    alone.route("**/gone.bin", lambda route: held.append(route))
    alone.evaluate(
        """() => {
          globalThis.before = live.theatre;
          for (const kit_url of ["gone.bin", "kit.bin?other"])
            live.update({ data: { ...live.view, kit_url }, setStateValue: () => {} });
        }"""
    )
    alone.wait_for_function("() => live.theatre !== before")
    with alone.expect_console_message(lambda message: "gone.bin: 404" in message.text):
        held[0].fulfill(status=404)
    alone.wait_for_timeout(200)
    assert alone.get_attribute(ROOT, "data-broken") is None
    expect(alone.locator(".lv-stage canvas")).to_be_visible()


def test_the_kiosk_tours_by_itself_without_a_server(
    browser: Browser, atlas: Atlas, tmp_path: Path
) -> None:
    export_live(atlas, live_decoder(atlas), tmp_path)
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.set_default_timeout(TIMEOUT)
    with static_server(tmp_path) as server:
        page.goto(f"http://127.0.0.1:{server.server_port}/#kiosk")
        page.wait_for_selector(f"{ROOT}[data-first-frame]")
    first = page.get_attribute(MAP, "aria-valuetext")
    page.wait_for_function(
        f"(first) => document.querySelector('{MAP}').getAttribute('aria-valuetext') !== first",
        arg=first,
    )
    expect(page.locator(".lv-invite")).to_contain_text("Touch the map")
    page.locator(MAP).click(position={"x": 60, "y": 60})
    expect(page.locator(".lv-invite")).to_contain_text("You are steering")
    page.keyboard.press("Escape")
    expect(page.locator(".lv-invite")).to_be_hidden()
    page.close()
