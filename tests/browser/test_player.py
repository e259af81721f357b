"""The replay player in a real browser: clock, views, ghosts and keys, and who is in the picture."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.first_screen import TIMEOUT

PLAYER = ".st-key-player .sp-root"
VIEWS = ("Treadmill", "Race", "Side by side")


@pytest.fixture(scope="module")
def page(browser: Browser, components_url: str) -> Iterator[Page]:
    """The player with two robots, loaded once and paused; every test leaves it usable."""
    yield from opened(browser, components_url)


@pytest.fixture(scope="module")
def crowd(browser: Browser, components_url: str) -> Iterator[Page]:
    """Four robots with every kind of geom."""
    yield from opened(browser, f"{components_url}/?robots=4&robot=zoo")


def opened(browser: Browser, url: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1240}, reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    page.wait_for_selector(f"{PLAYER}[data-first-frame]")
    page.locator(PLAYER).scroll_into_view_if_needed()
    yield page
    page.close()
    assert errors == []


def scrub(page: Page) -> Locator:
    return page.locator(f"{PLAYER} .sp-scrub")


def button(page: Page, name: str) -> Locator:
    return page.locator(PLAYER).get_by_role("button", name=re.compile(rf"^{re.escape(name)}"))


def press(page: Page, *keys: str) -> None:
    page.locator(PLAYER).focus()
    for key in keys:
        page.keyboard.press(key)


def picture(page: Page) -> np.ndarray:
    """The scene without its labels and buttons, RGB."""
    page.wait_for_timeout(200)  # a frame on a busy machine
    hide = ".sp-labels, .sp-view { visibility: hidden }"
    shot = page.locator(f"{PLAYER} .sp-stage").screenshot(style=hide)
    pixels = np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)
    return pixels[3:-3, 3:-3]  # without the ring that shows where the focus is


def orange(image: np.ndarray) -> np.ndarray:
    """Where the steered robot is."""
    red, green, blue = np.moveaxis(image, -1, 0)
    return (red > 110) & (red - green > 60) & (red - blue > 60)


def assert_whole(mask: np.ndarray) -> None:
    """Something is there, and it touches no side."""
    assert mask.sum() > 200
    assert not (mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def test_seeks_steps_and_skips(page: Page) -> None:
    curves = page.locator(f"{PLAYER} .sp-curves").bounding_box()
    assert curves is not None
    page.mouse.click(curves["x"] + curves["width"] / 2, curves["y"] + curves["height"] / 2)
    expect(scrub(page)).to_have_value(re.compile(r"^(4[5-9]|5[0-4])\d$"))
    middle = int(scrub(page).input_value())
    press(page, ".")
    expect(scrub(page)).to_have_value(str(middle + 1))
    press(page, ",", ",")
    expect(scrub(page)).to_have_value(str(middle - 1))
    button(page, "One step on").click()
    expect(scrub(page)).to_have_value(str(middle))
    button(page, "One step back").click()
    press(page, "ArrowLeft")
    expect(scrub(page)).to_have_value(str(middle - 1 - 20))
    expect(page.locator(f"{PLAYER} .sp-time")).to_have_text(re.compile(r"\d+\.\d s / 50\.0 s"))
    press(page, "End")
    expect(scrub(page)).to_have_value("999")
    press(page, "Home")
    expect(scrub(page)).to_have_value("0")


def test_a_new_payload_keeps_canvas_time_view_and_ghosts(page: Page) -> None:
    scrub(page).fill("300")
    button(page, "Side by side").click()
    button(page, "Ghosts").click()
    page.evaluate(f"document.querySelector('{PLAYER} canvas').mine = true")
    before = page.get_attribute(PLAYER, "data-payload") or ""
    page.get_by_role("button", name="new replay").click()
    expect(page.locator(PLAYER)).not_to_have_attribute("data-payload", before)
    assert page.evaluate(f"document.querySelector('{PLAYER} canvas').mine")
    expect(scrub(page)).to_have_value("300")
    for name in ("Side by side", "Ghosts"):
        expect(button(page, name)).to_have_attribute("aria-pressed", "true")
    button(page, "Ghosts").click()
    button(page, "Treadmill").click()


def test_plays_when_asked(page: Page) -> None:
    scrub(page).fill("10")
    press(page, "Space")
    page.wait_for_function(f"Number(document.querySelector('{PLAYER} .sp-scrub').value) > 15")
    press(page, "Space")
    at = scrub(page).input_value()
    page.wait_for_timeout(300)
    assert scrub(page).input_value() == at


def test_slow_motion_is_slow_and_has_keys(page: Page) -> None:
    speeds = page.get_by_role("group", name="Playback speed").get_by_role("button")
    assert speeds.all_inner_texts() == ["⅛×", "¼×", "½×", "1×", "2×"]
    press(page, "<", "<", "<", "<")  # one more than there are: stays at the slowest
    expect(button(page, "⅛×")).to_have_attribute("aria-pressed", "true")
    scrub(page).fill("100")
    began = page.evaluate("performance.now()")
    press(page, "Space")
    page.wait_for_timeout(1500)
    press(page, "Space")
    wall_s = (page.evaluate("performance.now()") - began) / 1000
    played_s = 0.05 * (int(scrub(page).input_value()) - 100)
    assert 0 < played_s < wall_s / 6
    press(page, ">")
    expect(button(page, "¼×")).to_have_attribute("aria-pressed", "true")
    button(page, "1×").click()
    expect(button(page, "1×")).to_have_attribute("aria-pressed", "true")


def test_ghosts_come_and_go(page: Page) -> None:
    scrub(page).fill("400")
    before = picture(page)
    button(page, "Ghosts").click()
    expect(button(page, "Ghosts")).to_have_attribute("aria-pressed", "true")
    with_ghosts = picture(page)
    assert (np.abs(with_ghosts - before).max(-1) > 8).mean() > 0.01
    press(page, "g")
    expect(button(page, "Ghosts")).to_have_attribute("aria-pressed", "false")
    assert (np.abs(picture(page) - before).max(-1) > 8).mean() < 0.001


def test_robots_are_whole_in_every_view(page: Page) -> None:
    button(page, "Treadmill").click()
    for view in VIEWS:
        expect(button(page, view)).to_have_attribute("aria-pressed", "true")
        for frame in (0, 40, 700) if view != "Race" else (0, 40):
            scrub(page).fill(str(frame))
            assert_whole(orange(picture(page)))
        labels_stay_in_the_picture(page)
        press(page, "v")  # the next view; after the last one the first
    expect(button(page, "Treadmill")).to_have_attribute("aria-pressed", "true")


def labels_stay_in_the_picture(page: Page) -> None:
    stage = page.locator(f"{PLAYER} .sp-stage").bounding_box()
    assert stage is not None
    for label in page.locator(f"{PLAYER} .sp-label").all():
        box = label.bounding_box()
        assert box is not None
        assert stage["x"] <= box["x"]
        assert stage["y"] <= box["y"]
        assert box["x"] + box["width"] <= stage["x"] + stage["width"]
        assert box["y"] + box["height"] <= stage["y"] + stage["height"]


def test_side_by_side_gives_each_robot_its_own_picture(page: Page) -> None:
    scrub(page).fill("700")
    button(page, "Side by side").click()
    image = picture(page)
    left, right = np.split(orange(image)[:, : image.shape[1] // 2 * 2], 2, axis=1)
    assert left.sum() == 0
    assert_whole(right)
    expect(page.locator(f"{PLAYER} .sp-dividers i")).to_have_count(2)
    button(page, "Treadmill").click()


def test_camera_is_moved_and_reset_from_the_keyboard(page: Page) -> None:
    scrub(page).fill("500")
    before = picture(page)
    press(page, "Shift+ArrowLeft", "Shift+ArrowUp", "+")
    assert (np.abs(picture(page) - before).max(-1) > 8).mean() > 0.05
    press(page, "0")
    assert (np.abs(picture(page) - before).max(-1) > 8).mean() < 0.001


def test_keys_are_listed_when_asked_for(page: Page) -> None:
    keys = page.get_by_role("region", name="Keys of the replay")
    expect(keys).to_be_hidden()
    press(page, "?")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("slower, faster")
    press(page, "Escape")
    expect(keys).to_be_hidden()
    button(page, "Keys").click()
    expect(button(page, "Keys")).to_have_attribute("aria-expanded", "true")
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    expect(button(page, "Keys")).to_be_focused()


def test_a_focused_control_keeps_its_own_keys(page: Page) -> None:
    button(page, "Ghosts").focus()
    page.keyboard.press("Space")
    expect(button(page, "Ghosts")).to_have_attribute("aria-pressed", "true")
    expect(button(page, "Play")).to_be_visible()
    page.keyboard.press("g")
    expect(button(page, "Ghosts")).to_have_attribute("aria-pressed", "false")


def test_every_control_says_what_it_does(page: Page) -> None:
    press(page, "?")
    controls = page.locator(f"{PLAYER} button")
    assert controls.count() == 15
    for control in controls.all():
        assert control.get_attribute("aria-label")
        assert control.get_attribute("title")
    assert scrub(page).get_attribute("aria-label")
    press(page, "?")


@pytest.mark.parametrize("view", VIEWS)
def test_four_robots_with_every_kind_of_geom(crowd: Page, view: str) -> None:
    button(crowd, view).click()
    expect(crowd.locator(f"{PLAYER} .sp-label")).to_have_count(4)
    image = picture(crowd)
    labels_stay_in_the_picture(crowd)
    red, green, blue = np.moveaxis(image, -1, 0)
    wall = (blue - red > 60) & (green > red)  # .4 .6 .9, the colour of nobody's role
    assert wall.mean() > 0.01
    assert_whole(orange(image))
