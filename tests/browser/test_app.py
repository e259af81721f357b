"""The first screen as a person uses it, in real Chromium."""

from pathlib import Path

from playwright.sync_api import Page, expect

from backend.browser.resting import rest, resting_box
from tests.browser.first_screen import MAP, PLAYER, TIMEOUT, payload, wait_for_verified


def wait_for_other_numbers(page: Page, before: str) -> None:
    """Until the table differs from what it was."""
    page.wait_for_function(
        "(before) => document.querySelector('table')?.innerText !== before", arg=before
    )


def numbers(page: Page) -> str:
    """The table of aimed, predicted and measured."""
    return page.locator("table").first.inner_text()


def centre_of_point(page: Page, row: int) -> tuple[float, float]:
    """Where a policy is drawn on the map, through plotly's own axes."""
    place = page.locator(f"{MAP} .sm-root").evaluate(
        """(root, row) => {
            const chart = root.querySelector(".sm-chart");
            for (const trace of chart.calcdata.map((points) => points[0].trace)) {
                if (trace.x.length <= row) continue;
                const { xaxis, yaxis } = chart._fullLayout;
                const box = chart.getBoundingClientRect();
                return [box.left + xaxis._offset + xaxis.d2p(trace.x[row]),
                        box.top + yaxis._offset + yaxis.d2p(trace.y[row])];
            }
        }""",
        row,
    )
    return place[0], place[1]


def test_untouched_it_shows_a_finished_steer(app_page: Page) -> None:
    canvas = app_page.locator(f"{PLAYER} canvas").first.bounding_box()
    assert canvas is not None
    assert canvas["y"] < 700, "the robots must move without scrolling"
    assert "measured (n = 6)" in numbers(app_page)


def test_on_a_small_laptop_the_robots_stand_on_the_screen(app_page: Page) -> None:
    app_page.set_viewport_size({"width": 1280, "height": 720})
    canvas = resting_box(app_page.locator(f"{PLAYER} canvas").first)
    assert canvas["y"] + canvas["height"] <= 720
    app_page.set_viewport_size({"width": 1280, "height": 800})
    rest(app_page)


def test_a_control_changes_path_replay_and_numbers(app_page: Page) -> None:
    before = payload(app_page), numbers(app_page)
    slider = app_page.locator(".st-key-navigator [data-name=forward] input[type=range]")
    slider.focus()
    slider.press("PageDown")
    slider.press("PageDown")
    expect(app_page.locator(f"{PLAYER} .sp-root")).not_to_have_attribute("data-payload", before[0])
    wait_for_verified(app_page)
    assert numbers(app_page) != before[1]


def test_clicking_a_policy_starts_from_it(app_page: Page) -> None:
    before = payload(app_page)
    app_page.mouse.click(*centre_of_point(app_page, 20))
    expect(app_page.locator(f"{PLAYER} .sp-root")).not_to_have_attribute("data-payload", before)
    wait_for_verified(app_page)


def test_clicking_empty_ground_asks_for_what_lives_there(app_page: Page) -> None:
    before = numbers(app_page)
    box = app_page.locator(f"{MAP} .sm-chart").bounding_box()
    assert box is not None
    app_page.mouse.click(box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.18)
    wait_for_other_numbers(app_page, before)
    wait_for_verified(app_page)
    aimed = numbers(app_page).splitlines()[1]
    assert aimed != before.splitlines()[1]


def test_the_clip_downloads_as_mp4(app_page: Page) -> None:
    with app_page.expect_download(timeout=TIMEOUT) as waiting:
        app_page.get_by_role("button", name="MP4").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content[4:8] == b"ftyp"
    assert len(content) > 50_000


def test_nothing_moves_when_an_answer_arrives(app_page: Page) -> None:
    slider = app_page.locator(".st-key-navigator [data-name=forward] input[type=range]")
    slider.scroll_into_view_if_needed()
    slider.focus()
    player = app_page.locator(f"{PLAYER} canvas").first
    before, shown = player.bounding_box(), payload(app_page)
    slider.press("ArrowRight")
    expect(app_page.locator(f"{PLAYER} .sp-root")).not_to_have_attribute("data-payload", shown)
    assert player.bounding_box() == before
    wait_for_verified(app_page)
    assert player.bounding_box() == before
