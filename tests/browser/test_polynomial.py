"""Polynomial policies in a real browser: dragged, tilted, by keyboard; the order's slider."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

from backend.action_latents.polynomial.density import PolynomialDensity
from backend.action_latents.polynomial.heads import DensityHead
from backend.action_latents.polynomial.steered import SteeredHead, Steering
from backend.action_latents.polynomial.store import open_shelf
from backend.browser.resting import rest
from backend.polynomial import SHELF_DIR
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT
from tests.browser.wire import overheard

ROOT, AGENT = ".pd-root", ".pd-agent"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with served_somewhere() as url:
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
        page.set_default_timeout(TIMEOUT)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/polynomial")
        page.wait_for_selector(f"{ROOT}[data-ready]")
        yield page
        page.close()
        assert errors == []


def number(page: Page, name: str) -> float:
    return float(page.get_attribute(ROOT, f"data-{name}") or "nan")


def drag(page: Page, *places: tuple[float, float]) -> None:
    box = page.locator(AGENT).bounding_box() or {}
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place)


def slide(page: Page, label: str, presses: int) -> None:
    slider = page.get_by_role("slider", name=label)
    slider.focus()
    for _ in range(abs(presses)):
        page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")


def expected(page: Page, steering: Steering) -> PolynomialDensity:
    head = open_shelf(SHELF_DIR).load("four_walls", "polynomial").head
    assert isinstance(head, DensityHead)
    at = [float(v) for v in (page.get_attribute(ROOT, "data-at") or "").split()]
    with torch.no_grad():
        return SteeredHead(head, steering).distribution(torch.tensor([at]))


def test_dragging_reshapes_the_density_and_asks_nobody(page: Page) -> None:
    rest(page)
    entropy, fan = number(page, "entropy"), page.get_attribute(ROOT, "data-fan")
    with overheard(page) as heard:
        drag(page, (0.5, 0.5), (0.6, 0.6), (0.75, 0.3))
        held, address, while_held = number(page, "entropy"), page.url, [*heard]
        page.mouse.up()
        page.wait_for_function("() => location.search.includes('at=')")
        expect(page.locator(ROOT)).not_to_have_attribute("data-fan", fan or "")
    assert held != entropy
    assert number(page, "density-ms") < 100
    assert while_held == [] and "at=" not in address
    assert heard, "the answer came from nowhere"


def test_the_browsers_entropy_is_the_servers(page: Page) -> None:
    rest(page)
    found = expected(page, Steering())
    assert number(page, "entropy") == pytest.approx(float(found.entropy()), abs=0.01)


def test_a_tilt_is_the_servers_too_and_goes_into_the_address(page: Page) -> None:
    rest(page)
    slide(page, "tilt →", 40)
    page.wait_for_function("() => location.search.includes('tilt=')")
    rest(page)
    text = page.locator(".pd-slider output").nth(1).inner_text()
    steering = Steering(tilt=(float(text.replace("−", "-")), 0.0))
    assert steering.tilt[0] > 1
    found = expected(page, steering)
    assert number(page, "entropy") == pytest.approx(float(found.entropy()), abs=0.02)
    page.get_by_role("button", name="as trained").click()
    page.wait_for_function("() => !location.search.includes('tilt=')")


def test_natural_parameters_move_one_by_one(page: Page) -> None:
    rest(page)
    before = number(page, "entropy")
    page.get_by_text("natural parameters").click()
    slide(page, "λ x³", -30)
    assert number(page, "entropy") != before
    page.wait_for_function("() => location.search.includes('lambda=')")
    page.get_by_role("button", name="as trained").click()
    page.wait_for_function("() => !location.search.includes('lambda=')")


def test_the_keyboard_moves_the_agent(page: Page) -> None:
    rest(page)
    before = page.get_attribute(ROOT, "data-at")
    page.locator(AGENT).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    after = page.get_attribute(ROOT, "data-at")
    moved = np.subtract(*([float(v) for v in (text or "").split()] for text in (after, before)))
    assert moved == pytest.approx([-0.04, 0.04], abs=1e-3)
    rest(page)
    assert page.get_attribute(ROOT, "data-at") == after, "an answer undid the second key"


def test_the_orders_slider_changes_the_fit(page: Page) -> None:
    rest(page)
    words = page.get_by_text("Nothing is sampled here").inner_text()
    title = page.locator(".st-key-fitted .annotation-text").first
    expect(title).to_contain_text("K = 14")
    page.get_by_role("slider", name="order K").focus()
    page.keyboard.press("ArrowLeft")
    expect(title).to_contain_text("K = 12")
    assert "fitted" in words
