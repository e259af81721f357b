"""The browser's own Back and Forward, in real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.browser.resting import rest, resting_box
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT, wait_for_verified
from tests.browser.test_cockpit import address, ask, row

PLACES = ((0.45, 0.6), (0.3, 0.35))
"Where one goes, as shares of a canvas."
SAYS_ANOTHER = """([root, told, old]) => {
  const word = document.querySelector(root).getAttribute(told);
  return word && word !== old;
}"""
"Whether a component tells something else of itself than before."


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served_somewhere() as found:
        yield found


def test_back_and_forward_follow_questions_and_maps(app_page: Page) -> None:
    number = row(app_page, "forward").locator("input[type=number]")
    first = number.input_value()
    ask(app_page, "forward", 4567)
    maps = app_page.locator(".st-key-map")
    maps.get_by_role("radio", name="gaits").click()
    expect(app_page.get_by_text("islands are gait families")).to_be_visible()
    wait_for_verified(app_page)

    app_page.go_back()  # a map is no step of its own
    expect(maps.get_by_role("radio", name="sheet")).to_have_attribute("aria-checked", "true")
    expect(number).to_have_value(first)
    wait_for_verified(app_page)
    assert not {"forward", "map"} & address(app_page).keys()

    app_page.go_forward()
    expect(maps.get_by_role("radio", name="gaits")).to_have_attribute("aria-checked", "true")
    expect(number).to_have_value("4567")
    wait_for_verified(app_page)


@pytest.mark.parametrize(
    ("path", "canvas", "root", "told", "name"),
    [
        ("compression", ".cp-latent", ".cp-root", "data-z", "z"),
        ("polynomial", ".pd-agent", ".pd-root", "data-at", "at"),
        ("live", ".lv-map", ".lv-root", "data-measured", "at"),
    ],
)
def test_back_goes_where_one_was(  # noqa: PLR0913
    browser: Browser, url: str, path: str, canvas: str, root: str, told: str, name: str
) -> None:
    """And stays there: what one left must not be said again."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    page.set_default_timeout(TIMEOUT)
    page.goto(f"{url}/{path}")
    page.wait_for_selector(f"{root}[data-z], {root}[data-ready], {root}[data-first-frame]")
    rest(page)
    stands: list[tuple[str, str]] = []
    for place in PLACES:
        before, word = page.url, page.get_attribute(root, told) or ""
        box = resting_box(page.locator(canvas))
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"])
        page.mouse.up()
        page.wait_for_function("(old) => location.href !== old", arg=before)
        page.wait_for_function(SAYS_ANOTHER, arg=[root, told, word])
        rest(page)
        stands.append((address(page)[name], page.get_attribute(root, told) or ""))
    assert stands[0] != stands[1]
    for go, (said, numbers) in ((page.go_back, stands[0]), (page.go_forward, stands[1])):
        word = page.get_attribute(root, told)
        go()
        page.wait_for_function(SAYS_ANOTHER, arg=[root, told, word])
        rest(page)
        assert address(page)[name] == said
        now = page.get_attribute(root, told) or ""
        # Who lives at a place of a map is found anew, and is not quite who it was.
        assert floats(now) == pytest.approx(floats(numbers), rel=0.05)
    page.close()


def floats(text: str) -> list[float]:
    return [float(number) for number in text.split()]
