"""The live page in a real browser: dragged, slid, let go of, robots side by side."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.browser.resting import rest
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT
from tests.browser.live_page import (
    MAP,
    ROOT,
    place,
    told,
    wait_for_speed,
)
from tests.browser.wire import overheard

SLOW, MIDDLE, FAST = (0.85, 0.83), (0.4, 0.6), (0.12, 0.12)
"Places of HalfCheetah's sheet, as shares of the map."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served_somewhere() as address:
        yield address


@pytest.fixture(scope="module")
def page(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(TIMEOUT)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/live")
    page.wait_for_selector(f"{ROOT}[data-first-frame]")
    rest(page)
    yield page
    page.close()
    assert errors == []


def test_what_runs_the_robot_is_fetched_early_and_once(page: Page) -> None:
    """Over the network: what a preload has brought may come again from the browser's cache."""
    loaded = page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter(({ name, transferSize }) => name.includes("app/static/") && transferSize > 1000)
            .map(({ name, initiatorType }) => [name.split(".").pop(), initiatorType])"""
    )
    assert sorted(kind for kind, _ in loaded) == ["bin", "js", "js", "wasm"]
    assert {by for kind, by in loaded if kind != "js"} == {"link"}


def test_it_can_be_held_still(page: Page) -> None:
    root, scene = page.locator(ROOT), page.locator(f"{ROOT} canvas[role=application]")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(root).to_have_attribute("data-paused", "true")
    page.wait_for_timeout(300)
    before = root.get_attribute("data-time")
    page.wait_for_timeout(600)
    assert root.get_attribute("data-time") == before
    scene.focus()
    page.keyboard.press(" ")
    expect(root).to_have_attribute("data-paused", "false")
    expect(root).not_to_have_attribute("data-time", before or "")


def test_where_motion_is_unwelcome_it_waits_to_be_asked(page: Page) -> None:
    calm = page.context.browser
    assert calm is not None
    other = calm.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    other.set_default_timeout(TIMEOUT)
    other.goto(page.url.partition("?")[0])
    other.wait_for_selector(f"{ROOT}[data-paused=true]")
    other.get_by_role("slider", name="Aim: forward progress").focus()
    other.keyboard.press("PageDown")
    other.wait_for_selector(f"{ROOT}[data-paused=false]")
    other.close()


def test_speed_follows_the_pointer_and_nobody_is_asked(page: Page) -> None:
    page.mouse.move(*place(page, *SLOW))
    with overheard(page) as heard:
        page.mouse.down()
        wait_for_speed(page, "< 3")
        for share in range(1, 21):
            x, y = (a + (b - a) * share / 20 for a, b in zip(SLOW, FAST, strict=True))
            page.mouse.move(*place(page, x, y))
            page.wait_for_timeout(60)
        wait_for_speed(page, "> 6")
        latency, while_held = told(page, "latency-ms"), [*heard]
        page.mouse.up()
        page.wait_for_selector("table")
        page.wait_for_function(f"() => document.querySelector('{ROOT}').dataset.measured")
    assert while_held == [] and latency < 100
    assert heard and "at=sheet" in page.url


def test_what_was_measured_is_shown_on_the_slider_too(page: Page) -> None:
    expect(page.locator(".lv-words").first).to_contain_text("measured")
    measured = float((page.get_attribute(ROOT, "data-measured") or "").split()[0])
    assert f"{measured:,.0f}" in page.locator("table").first.inner_text()


def test_a_slider_aims_and_the_robot_slows_down(page: Page) -> None:
    slider = page.get_by_role("slider", name="Aim: forward progress")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("PageDown")
    expect(page.locator(".lv-words").first).to_contain_text("aimed")
    for _ in range(3):
        page.keyboard.press("PageDown")
    wait_for_speed(page, "< 4")


def test_the_keyboard_moves_the_place_on_the_map(page: Page) -> None:
    rest(page)
    page.locator(MAP).focus()
    before = page.get_attribute(MAP, "aria-valuetext")
    address = page.url
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("(url) => location.href !== url", arg=address)
    assert page.get_attribute(MAP, "aria-valuetext") != before


def test_robots_side_by_side(page: Page) -> None:
    for name, count in (("Crowd", 6), ("Race", 3), ("One", 1)):
        page.get_by_role("button", name=f"{name}:").click()
        page.wait_for_selector(f'{ROOT}[data-robots="{count}"]')
        assert page.locator(".sp-label").count() == count


def test_a_push_shows_and_a_restart_helps_up(page: Page) -> None:
    page.mouse.click(*place(page, *MIDDLE))
    wait_for_speed(page, "> 3")
    before = told(page, "speed")
    for _ in range(4):
        page.get_by_role("button", name="Push").click()
        page.wait_for_timeout(150)
    wait_for_speed(page, f"< {before - 0.3}")
    page.get_by_role("button", name="Restart").click()
    wait_for_speed(page, "> 3")


def test_keys_of_the_page_push_and_restart_and_streamlit_hears_neither(page: Page) -> None:
    rest(page)
    page.get_by_text("Let go, and rollouts measure").click()
    assert page.evaluate(f"document.activeElement.contains(document.querySelector('{ROOT}'))")
    frames: list[object] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameSent", lambda frame: frames.append(frame))
    before = told(page, "speed")
    for _ in range(4):
        page.keyboard.press("p")
        page.wait_for_timeout(150)
    wait_for_speed(page, f"< {before - 0.3}")
    page.keyboard.press("r")
    wait_for_speed(page, "> 3")
    assert frames == []
    session.detach()


def test_a_link_starts_where_it_was_let_go(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{url}/live?atlas=mo-hopper-2obj-v5&at=sheet:0.8,8.3")
    page.wait_for_selector("table")
    page.wait_for_selector(f"{ROOT}[data-first-frame]")
    expect(page.get_by_text("As the link says")).to_be_visible()
    words, robots = page.locator(".lv-words").first, page.locator(f'{ROOT}[data-robots="3"]')
    expect(words).to_contain_text("measured")
    page.get_by_role("button", name="Race:").click()
    expect(robots).to_be_visible()
    expect(words).to_contain_text("measured")
    expect(page.locator(".lv-measured").first).to_be_visible()
    page.close()


NO_WEBGL = """const own = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : own.call(this, kind, ...rest);
};"""


@pytest.mark.parametrize(
    ("script", "reason"),
    [("delete globalThis.WebAssembly", "WebAssembly"), (NO_WEBGL, "WebGL")],
)
def test_without_the_means_the_replay_is_shown_with_the_reason(
    browser: Browser, url: str, script: str, reason: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 1200})
    page.set_default_timeout(TIMEOUT)
    page.add_init_script(script)
    page.goto(f"{url}/live")
    expect(page.locator(f"{ROOT}[data-broken]")).to_contain_text(reason)
    page.wait_for_selector(".st-key-live-replay .sp-root[data-first-frame]", state="attached")
    page.close()
