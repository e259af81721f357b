"""Controls, solver and questions on the first screen, in real Chromium."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Locator, Page, expect

from backend.steering.problem import pose
from backend.studio import Goal, SteerRequest, Studio
from tests.browser.first_screen import PLAYER, payload, wait_for_verified
from tests.toys import ATLAS

AIMED = ("forward", "energy")


def row(page: Page, objective: str) -> Locator:
    """An objective's control."""
    return page.locator(f".st-key-navigator [data-name={objective}]")


def address(page: Page) -> dict[str, str]:
    """What the address says."""
    return {name: values[0] for name, values in parse_qs(urlparse(page.url).query).items()}


def shown(page: Page) -> str:
    """The table's first row."""
    return page.locator("table tbody tr").first.inner_text()


def ask(page: Page, objective: str, value: int) -> None:
    """Type a number, as a person does, and wait until it is answered."""
    before, number = shown(page), row(page, objective).locator("input[type=number]")
    number.fill(str(value))
    number.press("Enter")
    answered(page, before)


def answered(page: Page, before: str) -> None:
    """Until other numbers stand there and rollouts have judged them."""
    page.wait_for_function(
        "(before) => document.querySelector('table tbody tr')?.innerText !== before", arg=before
    )
    wait_for_verified(page)


def test_bands_are_the_backends_and_follow_while_dragging(app_page: Page) -> None:
    slider = row(app_page, "forward").locator("input[type=range]")
    before = row(app_page, "energy").get_attribute("data-band")
    # Input without change is what a drag is before its release.
    slider.evaluate("s => { s.value = 7000; s.dispatchEvent(new Event('input')); }")
    expect(row(app_page, "energy")).not_to_have_attribute("data-band", before or "")
    studio = Studio()
    goals = {"forward": Goal(mode="target", value=7000.0)}
    problem = pose([SteerRequest(goals=goals)], studio.atlas(ATLAS))
    band = studio.reach(ATLAS).band(problem, 1)
    drawn = row(app_page, "energy").get_attribute("data-band") or ""
    assert [float(v) for v in drawn.split()] == pytest.approx(band, abs=0.1)
    milliseconds = app_page.locator(".nv-root").get_attribute("data-band-ms") or ""
    assert float(milliseconds) < 100
    assert "forward" not in address(app_page), "nothing was asked yet"


def test_a_typed_number_steers_and_stands_in_the_address(app_page: Page) -> None:
    ask(app_page, "forward", 4567)
    assert address(app_page)["forward"] == "is:4567"
    assert "= 4,567" in shown(app_page)
    spoken = app_page.locator(".nv-root [aria-live]").inner_text()
    assert "Rollouts: promise" in spoken and "*" not in spoken


def test_an_answer_takes_nothing_out_of_the_hand(app_page: Page) -> None:
    """It comes twice, from the solver and from rollouts, while somebody types the next number."""
    before = shown(app_page)
    forward, energy = (row(app_page, name).locator("input[type=number]") for name in AIMED)
    kept = energy.input_value()
    forward.fill("4573")
    forward.press("Enter")
    energy.fill("-1")
    answered(app_page, before)
    assert energy.input_value() == "-1"
    energy.fill(kept)
    ask(app_page, "forward", 4567)


def test_a_number_between_the_handles_steps_outlives_other_questions(app_page: Page) -> None:
    ask(app_page, "energy", -2222)
    assert address(app_page)["forward"] == "is:4567"
    assert "= 4,567" in shown(app_page)


def test_what_was_measured_stands_beside_what_is_asked(app_page: Page) -> None:
    (measured,) = re.findall(r"−?[\d,]+ ± [\d,]+", shown(app_page))
    told = row(app_page, "forward").locator(".nv-told")
    expect(told).to_contain_text("measured")
    assert told.inner_text() == f"measured {measured}"


def test_hold_keeps_what_was_measured(app_page: Page) -> None:
    before = shown(app_page)
    measured = re.findall(r"(−?[\d,]+) ± [\d,]+", before)[0]
    row(app_page, "forward").locator("select").select_option("hold")
    answered(app_page, before)
    assert f"= {measured} (held)" in shown(app_page)
    expect(row(app_page, "forward").locator("input[type=range]")).to_be_disabled()


def test_undo_and_redo(app_page: Page) -> None:
    now = shown(app_page)
    app_page.locator(".st-key-undo button").first.click()
    answered(app_page, now)
    assert "(held)" not in shown(app_page)
    back = shown(app_page)
    app_page.locator(".st-key-redo button").first.click()
    answered(app_page, back)
    assert shown(app_page) == now


def test_the_solver_is_scrubbed_by_keyboard(app_page: Page) -> None:
    root, before, robots = app_page.locator(".sv-root"), shown(app_page), payload(app_page)
    scrub = root.locator("input[type=range]")
    scrub.focus()
    scrub.press("Home")
    expect(root).to_have_attribute("data-step", "0")
    app_page.wait_for_function(
        "(before) => document.querySelector('table tbody tr')?.innerText !== before", arg=before
    )
    expect(app_page.locator(f"{PLAYER} .sp-root")).not_to_have_attribute("data-payload", robots)
    root.get_by_role("button", name="To the answer").click()
    expect(app_page.locator("table tbody tr").first).to_have_text(before, use_inner_text=True)


def test_the_climb_is_played_and_stopped(app_page: Page) -> None:
    root = app_page.locator(".sv-root")
    root.get_by_role("button", name="Play the path").click()
    expect(root).to_have_attribute("data-step", "0")
    expect(root).not_to_have_attribute("data-step", "0")
    app_page.keyboard.press("Enter")  # the same button; a click would wait for a page at rest
    expect(root.get_by_role("button", name="Play the path")).to_be_focused()
    step = root.get_attribute("data-step")
    expect(app_page.get_by_role("button", name="Start from this step")).to_be_enabled()
    app_page.wait_for_timeout(1500)
    assert root.get_attribute("data-step") == step, "it stays where it was stopped"
    before = shown(app_page)
    root.get_by_role("button", name="To the answer").click()
    answered(app_page, before)


def test_a_question_is_asked_again_and_compared(app_page: Page) -> None:
    nodes = app_page.locator(".tr-node")
    count, now = nodes.count(), shown(app_page)
    assert count >= 3
    nodes.first.click()
    answered(app_page, now)
    expect(nodes.first).to_have_attribute("aria-current", "true")
    app_page.get_by_role("button", name="compare").click()
    nodes.nth(1).click()
    expect(app_page.locator("table thead")).to_contain_text("question 2")
    expect(app_page.locator(".tr-node[data-compared]")).to_have_text("2")
    app_page.wait_for_selector('[data-test-script-state="notRunning"]')
    nodes.nth(1).focus()
    nodes.nth(1).press("c")
    expect(app_page.locator("table thead")).not_to_contain_text("question 2")


def test_the_policy_downloads_as_a_folder(app_page: Page) -> None:
    wait_for_verified(app_page)
    with app_page.expect_download() as waiting:
        app_page.get_by_role("button", name="Policy", exact=True).click()
    assert waiting.value.suggested_filename == "policy.zip"
    with open(waiting.value.path(), "rb") as file:
        assert file.read(2) == b"PK"


@pytest.mark.parametrize(
    ("label", "file", "first"),
    [("GIF", "steered.gif", b"GIF89a"), ("figure, SVG", "answer.svg", b"<?xml")],
)
def test_more_forms_download(app_page: Page, label: str, file: str, first: bytes) -> None:
    app_page.locator(".st-key-more button").first.click()
    with app_page.expect_download() as waiting:
        app_page.get_by_role("button", name=label, exact=True).click()
    assert waiting.value.suggested_filename == file
    assert Path(waiting.value.path()).read_bytes().startswith(first)
    app_page.keyboard.press("Escape")


def test_a_third_robot_joins(app_page: Page) -> None:
    before = payload(app_page)
    app_page.get_by_text("nearest existing policy, too").click()
    expect(app_page.locator(f"{PLAYER} .sp-root")).not_to_have_attribute("data-payload", before)
    expect(app_page.locator(f"{PLAYER} .sp-label")).to_have_count(3)
    app_page.get_by_text("nearest existing policy, too").click()
    expect(app_page.locator(f"{PLAYER} .sp-root")).to_have_attribute("data-payload", before)


def test_the_link_is_offered_with_its_code(app_page: Page) -> None:
    app_page.get_by_role("button", name="Share").click()
    link = app_page.get_by_test_id("stPopoverBody").locator("code")
    expect(link).to_contain_text(f"atlas={ATLAS}")
    expect(app_page.get_by_test_id("stPopoverBody").locator("img")).to_be_visible()
    app_page.keyboard.press("Escape")


def test_the_layers_open_at_the_first_click(app_page: Page) -> None:
    button = app_page.locator(".st-key-layers button").first
    button.click()  # on its icons, which Streamlit swaps for others
    expect(app_page.get_by_test_id("stPopoverBody")).to_contain_text("value field")
    app_page.keyboard.press("Escape")
