"""The map room in a real browser: lasso, pin, ball, field, journeys; by pointer and by keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocket, expect

from backend.browser.resting import rest
from backend.browser.screen import draw_round
from tests.browser.conftest import REPOSITORY, serve
from tests.browser.first_screen import TIMEOUT
from tests.browser.map_room import (
    MAP,
    RANGES,
    RETURNS,
    choose_map,
    heard,
    lasso_of,
    middle,
    open_page,
    outline,
    said,
)

MAX_UPDATE_BYTES = 20_000


@pytest.fixture(scope="module")
def map_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the map room's app, run by Streamlit in a process of its own."""
    folder: Path = tmp_path_factory.mktemp("map")
    (folder / "app.py").write_text("from tests.browser.map_app import main\n\nmain()\n")
    (REPOSITORY / "static").mkdir(exist_ok=True)
    (folder / "static").symlink_to(REPOSITORY / "static", target_is_directory=True)
    with serve(folder / "app.py", folder / "server.log") as url:
        yield url


@pytest.fixture(scope="module")
def page(browser: Browser, map_url: str) -> Iterator[Page]:
    """The map room, opened once; every test leaves it usable."""
    page = open_page(browser, map_url)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    assert errors == []


@pytest.fixture(autouse=True)
def _at_rest(page: Page) -> Iterator[None]:
    """Each test begins without lassos or a tool in hand."""
    yield
    page.locator(MAP).focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(MAP)).to_have_attribute("data-these", "")
    heard(page, "cleared=True")


def test_a_lasso_sends_its_outline_and_greys_the_rest(page: Page) -> None:
    before = page.locator(MAP).evaluate(RANGES)
    page.locator(MAP).get_by_label("Lasso these policies (L)").click()
    expect(page.locator(MAP)).to_have_attribute("data-tool", "these")
    draw_round(page, middle(page, f"{MAP} .sm-chart"), 90.0)
    heard(page, r"lassoed=[1-9]\d* heard=.*Lassoed\(group='these'")
    inside = lasso_of(page, "these")
    heard(page, f"lassoed={inside} ")  # browser and server agree on who is inside
    assert f"{inside} policies in the lasso of these" in said(page)
    sizes = page.locator(MAP).evaluate(
        "(root) => root.querySelector('.sm-chart').data.map((trace) => trace.x.length)"
    )
    assert sizes[0] + sizes[2] == inside
    assert sizes[1] > 0  # the rest is there, in grey
    assert page.locator(MAP).evaluate(RANGES) == pytest.approx(before)  # nothing panned
    assert outline(page).endswith("Z")
    grey = page.locator(RETURNS).evaluate(
        "(root) => root.querySelector('.sm-chart').data[1].x.length"
    )
    assert grey == sizes[1]  # the other panel shows the same group


def test_a_lasso_by_keyboard_and_a_second_one(page: Page) -> None:
    root = page.locator(MAP)
    root.focus()
    for keys, group in (("l", "these"), ("Shift+L", "those")):
        page.keyboard.press(keys)
        expect(root).to_have_attribute("data-tool", group)
        for _ in range(8):
            page.keyboard.press("ArrowLeft" if group == "these" else "ArrowRight")
        for _ in range(3):
            page.keyboard.press("+")
        assert re.search(r"\d+ policies inside", said(page))
        page.keyboard.press("Enter")
        heard(page, f"group='{group}'")
        expect(root).to_have_attribute("data-tool", "")
    assert lasso_of(page, "these") > 0
    assert lasso_of(page, "those") > 0
    assert outline(page, "these") != outline(page, "those")
    expect(page.locator(f"{MAP} .sm-legend")).to_contain_text("those:")


def test_escape_first_puts_the_tool_away_then_clears(page: Page) -> None:
    root = page.locator(MAP)
    root.focus()
    page.keyboard.press("l")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    expect(root).to_have_attribute("data-tool", "")
    assert page.locator(f"{MAP} .sm-sketch").get_attribute("d") == ""
    assert lasso_of(page, "these") == 0


def test_the_pin_is_dragged_and_says_where_it_was_dropped(page: Page) -> None:
    mark = f"{RETURNS} .sm-mark-target"
    x, y = middle(page, mark)
    before = page.locator(RETURNS).evaluate(RANGES)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 20)
    page.mouse.move(x + 80, y + 40)
    page.wait_for_timeout(100)
    expect(page.locator(f"{RETURNS} .sm-card b")).to_contain_text("nearest here:")
    moved = middle(page, mark)
    assert moved == pytest.approx((x + 80, y + 40), abs=3)  # at once, without the server
    page.mouse.up()
    assert page.locator(RETURNS).evaluate(RANGES) == pytest.approx(before)  # nothing panned


def test_the_pin_by_keyboard_reaches_the_server(page: Page) -> None:
    root = page.locator(MAP)
    choose_map(page, "pca")
    start = middle(page, f"{MAP} .sm-mark-solution")
    root.focus()
    page.keyboard.press("p")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert "nearest here:" in said(page)
    assert middle(page, f"{MAP} .sm-mark-solution")[0] == pytest.approx(start[0] + 84, abs=3)
    page.keyboard.press("Enter")
    heard(page, r"dropped=\(")
    choose_map(page, "gaits")


def test_a_pin_that_is_let_go_returns(page: Page) -> None:
    root, mark = page.locator(RETURNS), f"{RETURNS} .sm-mark-target"
    page.wait_for_function(
        f"document.querySelector('{mark}').classList.contains('sm-led') === false", timeout=TIMEOUT
    )
    start = middle(page, mark)
    root.focus()
    page.keyboard.press("p")
    page.keyboard.press("Shift+ArrowUp")
    assert middle(page, mark)[1] == pytest.approx(start[1] - 3, abs=1)
    page.keyboard.press("Escape")
    assert middle(page, mark) == pytest.approx(start)


def test_a_pin_stays_in_hand_while_its_mark_stays(page: Page) -> None:
    root, mark = page.locator(RETURNS), f"{RETURNS} .sm-mark-target"
    start = middle(page, mark)
    root.focus()
    page.keyboard.press("p")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    led = middle(page, mark)
    assert led[0] < start[0] - 20
    for box, tool in (("no front", "pin"), ("elsewhere", "")):
        ready = root.get_attribute("data-ready") or ""
        page.get_by_text(box).click()
        expect(root).not_to_have_attribute("data-ready", ready)
        expect(root).to_have_attribute("data-tool", tool)
        assert (middle(page, mark) == pytest.approx(led)) == bool(tool)
    for box in ("no front", "elsewhere"):
        page.get_by_text(box).click()
        rest(page)


def test_a_ball_rolls_and_says_how_it_ended(page: Page) -> None:
    page.locator(MAP).get_by_label("Drop a ball (B)").click()
    page.mouse.click(*middle(page, f"{MAP} .sm-chart"))
    heard(page, r"ball=\(")
    expect(page.locator(f"{MAP} .sm-ball")).to_be_visible()
    expect(page.locator(f"{MAP} .sm-legend")).to_contain_text(re.compile("ball: (top|edge)"))
    assert "ball: " in said(page)


def test_the_field_comes_as_a_file_and_follows_the_zoom(page: Page) -> None:
    page.get_by_text("field", exact=True).click()
    arrows = page.locator(f"{MAP} .sm-arrows")
    expect(arrows).to_be_attached()
    expect(page.locator(f"{MAP} .sm-level").first).to_be_visible()
    before = arrows.get_attribute("d")
    page.locator(MAP).focus()
    page.keyboard.press("+")
    page.wait_for_function(
        f"(old) => document.querySelector('{MAP} .sm-arrows').getAttribute('d') !== old", arg=before
    )
    page.keyboard.press("0")
    page.get_by_text("field", exact=True).click()
    expect(arrows).not_to_be_attached()


def test_two_ways_are_told_apart(page: Page) -> None:
    page.get_by_role("radio", name="walk").click()
    expect(page.locator(f"{MAP} .sm-second-path")).to_be_attached()
    expect(page.locator(f"{MAP} .sm-legend")).to_contain_text("walk on the data")
    expect(page.locator(f"{MAP} .sm-legend")).to_contain_text("straight in z")
    page.get_by_role("radio", name="none").click()
    expect(page.locator(f"{MAP} .sm-second-path")).not_to_be_attached()


def test_the_front_is_a_staircase_over_what_it_dominates(page: Page) -> None:
    expect(page.locator(f"{RETURNS} .sm-dominated")).to_be_attached()
    expect(page.locator(f"{RETURNS} .sm-legend")).to_contain_text(re.compile(r"hypervolume \d+ %"))


def test_every_tool_is_named_for_those_who_cannot_see_it(page: Page) -> None:
    label = page.get_attribute(MAP, "aria-label") or ""
    for words in ("L draws a lasso", "P moves the pin", "B drops a ball", "Escape clears"):
        assert words in label
    page.locator(MAP).focus()
    page.keyboard.press("l")
    assert said(page).startswith("Lasso of these:")


def test_another_map_is_a_journey_and_an_update_is_small(browser: Browser, map_url: str) -> None:
    page = open_page(browser, map_url, motion="no-preference")
    received: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    page.reload()
    page.wait_for_selector(f"{MAP}[data-ready]")
    received.clear()
    page.get_by_role("radio", name="pca").click()
    page.wait_for_selector(f"{MAP}[data-journeys='1']")
    assert not page.locator(f"{MAP} .sm-moving").count()
    assert 0 < sum(received) < MAX_UPDATE_BYTES
    page.get_by_role("radio", name="forward × energy").click()  # axes appear: the plot shrinks
    page.wait_for_selector(f"{MAP}[data-journeys='2']")
    assert page.locator(f"{MAP} .xtitle").first.text_content() == "forward, predicted"
    page.close()


def test_reduced_motion_arrives_at_once(page: Page) -> None:
    choose_map(page, "sheet")
    assert page.get_attribute(MAP, "data-journeys") is None
    choose_map(page, "gaits")


def test_a_hundred_thousand_policies_stay_in_hand(browser: Browser, map_url: str) -> None:
    page = open_page(browser, f"{map_url}?many=100000", motion="no-preference")
    assert page.get_attribute(MAP, "data-rows") == "100000"
    page.get_by_role("radio", name="pca").click()
    page.wait_for_selector(f"{MAP}[data-journeys='1']")
    page.locator(MAP).get_by_label("Lasso these policies (L)").click()
    draw_round(page, middle(page, f"{MAP} .sm-chart"), 60.0)
    heard(page, "group='these'")
    assert lasso_of(page, "these") > 1000
    page.close()
