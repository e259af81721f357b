"""The latent space of parameters in a real browser: dragged, recoloured, climbed; by keyboard."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from backend.browser.resting import rest, resting_box
from backend.compressed import Compressed
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT
from tests.browser.wire import overheard

ROOT, LATENT = ".cp-root", ".cp-latent"
ENV, SPACE = "mountain-car", "medium-2d-behaviour"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with served_somewhere() as url:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(TIMEOUT)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/compression")
        page.wait_for_selector(f"{ROOT}[data-z]")
        yield page
        page.close()
        assert errors == []


def z(page: Page) -> list[float]:
    return [float(v) for v in (page.get_attribute(ROOT, "data-z") or "").split()]


def drag(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator(LATENT).bounding_box() or {}
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place)


def test_dragging_decodes_in_the_browser_and_asks_nobody(page: Page) -> None:
    rest(page)
    words = page.locator(".cp-words").inner_text()
    with overheard(page) as heard:
        drag(page, (0.5, 0.5), (0.4, 0.6), (0.3, 0.4))
        expect(page.locator(".cp-words")).not_to_have_text(words)
        address, while_held = page.url, [*heard]
        page.mouse.up()
        page.wait_for_function("() => location.search.includes('z=')")
        rest(page)
    assert while_held == [] and "z=" not in address
    assert heard, "the answer came from nowhere"
    space = Compressed().space(ENV, SPACE)
    assert (np.array(z(page)) > space.low).all() and (np.array(z(page)) < space.high).all()


def test_the_browsers_policy_is_the_servers(page: Page) -> None:
    """Steps to the flag, told by the browser, as the server counts them."""
    space = Compressed().space(ENV, SPACE)
    best = space.points[space.point_returns[:, 0].argmax()]
    page.goto(page.url.split("?")[0])
    page.wait_for_selector(f"{ROOT}[data-z]")
    assert z(page) == pytest.approx(best.tolist(), abs=1e-3)
    path = Compressed().portrait(ENV, SPACE, best.tolist()).path
    expect(page.locator(".cp-words")).to_contain_text(f"at the flag after {len(path) - 1} steps")


def test_another_reward_only_recolours(page: Page) -> None:
    rest(page)
    before = z(page)
    ready = page.get_attribute(ROOT, "data-ready")
    page.get_by_role("radio", name="move fast").click()
    expect(page.locator(ROOT)).not_to_have_attribute("data-ready", ready or "")
    rest(page)
    assert z(page) == before
    expect(page.locator(".cp-panel figcaption").first).to_contain_text("move fast")


def test_the_keyboard_moves_the_place(page: Page) -> None:
    rest(page)
    before = z(page)
    page.locator(LATENT).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    after = z(page)
    assert after[0] > before[0] and after[1] > before[1]
    asked = ",".join(f"{value:.4f}" for value in after)
    page.wait_for_function(
        "(asked) => decodeURIComponent(location.search).includes(asked)", arg=asked
    )
    rest(page)
    assert z(page) == after, "an answer to the first key undid the second"


def test_a_climb_is_played(page: Page) -> None:
    rest(page)
    ready = page.get_attribute(ROOT, "data-ready")
    page.get_by_role("button", name="Climb").click()
    expect(page.locator(ROOT)).not_to_have_attribute("data-ready", ready or "")
    rest(page)
    expect(page.locator(ROOT)).to_have_attribute("data-generation", "50")


def test_one_and_three_dimensions_and_the_largest(page: Page) -> None:
    for size, dim, third in (("medium", "1-D", 0), ("medium", "3-D", 1), ("large", "2-D", 0)):
        page.get_by_role("radio", name=size).click()
        rest(page)
        page.get_by_role("radio", name=dim).click()
        rest(page)
        page.wait_for_function(
            "(n) => document.querySelector('.cp-root')?.dataset.z?.split(' ').length === n",
            arg=int(dim[0]),
        )
        assert page.locator(".cp-third:visible").count() == third


def test_a_robots_place_is_played_and_umap_jumps_from_code_to_code(page: Page) -> None:
    root = page.url.split("/compression")[0]
    page.goto(f"{root}/compression?environment=Reacher&dim-reacher=5-D")
    page.wait_for_selector(f"{ROOT}[data-z]")
    page.wait_for_selector(".sp-root[data-first-frame]")
    resting_box(page.locator(LATENT))
    before = z(page)
    payload = page.locator(".sp-root").get_attribute("data-payload")
    drag(page, (0.5, 0.5), (0.3, 0.3))
    page.mouse.up()
    page.wait_for_function(
        "(old) => document.querySelector('.sp-root').dataset.payload !== old", arg=payload
    )
    moved = z(page)
    assert moved[:2] != before[:2] and moved[2:] == before[2:], "a plane moves its two numbers"
    page.get_by_role("radio", name="UMAP").click()
    rest(page)
    codes = Compressed().space("reacher", "medium-5d-behaviour").codes
    drag(page, (0.4, 0.4), (0.6, 0.5))
    page.mouse.up()
    page.wait_for_function("(old) => document.querySelector('.cp-root').dataset.z !== old",
                           arg=" ".join(f"{value:.4f}" for value in moved))  # fmt: skip
    assert np.abs(codes - z(page)).max(1).min() < 1e-3, "only codes stand on UMAP's picture"


def test_axes_stand_in_the_address(page: Page) -> None:
    root = page.url.split("/compression")[0]
    page.goto(f"{root}/compression?environment=Reacher&dim-reacher=5-D&across-5-reacher=→ z3")
    page.wait_for_selector(f"{ROOT}[data-z]")
    rest(page)
    before = z(page)
    drag(page, (0.5, 0.5), (0.3, 0.3))
    page.mouse.up()
    page.wait_for_function("() => location.search.includes('z=')")
    moved = [a != b for a, b in zip(before, z(page), strict=True)]
    assert moved == [False, True, True, False, False]


def test_a_file_that_did_not_come_is_said_and_asked_for_again(page: Page) -> None:
    root = page.url.partition("/compression")[0]
    fresh = page.context.browser.new_page(reduced_motion="reduce")
    fresh.set_default_timeout(TIMEOUT)
    fresh.route("**/*.bin", lambda route: route.abort())
    fresh.goto(f"{root}/compression")
    failed = fresh.locator(".steerscape-failed")
    expect(failed).to_contain_text("could not be loaded")
    fresh.unroute("**/*.bin")
    fresh.get_by_role("radio", name="3-D").click()
    fresh.wait_for_selector(f"{ROOT}[data-z]")
    expect(failed).to_have_count(0)
    fresh.close()


def test_the_bridge_links_two_pictures(page: Page) -> None:
    """A lasso in the core's picture leaves the same policies standing out in both."""
    root = page.url.split("/compression")[0]
    page.set_viewport_size({"width": 1280, "height": 1700})
    page.goto(f"{root}/compression?environment=HalfCheetah")
    page.wait_for_selector(f"{ROOT}[data-z]")
    page.get_by_text("as the core sees them").click()
    box = resting_box(page.locator(".js-plotly-plot .nsewdrag").nth(1))
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    for n in range(13):
        angle = n / 12 * 2 * np.pi
        page.mouse.move(middle[0] + 60 * np.cos(angle), middle[1] + 60 * np.sin(angle))
        if n == 0:
            page.mouse.down()
    page.mouse.up()
    page.wait_for_function("""() => {
        const [codes, core] = [...document.querySelectorAll('.js-plotly-plot')]
            .map((plot) => plot.data[0].selectedpoints ?? []);
        return codes.length > 5 && codes.length < 400 && `${codes}` === `${core}`;
    }""")
