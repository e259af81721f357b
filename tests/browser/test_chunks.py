"""The plane of chunk codes in a real browser: dragged, and the robot runs anew."""

from playwright.sync_api import Browser, expect

from backend.browser.resting import resting_box
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT

ROOT, PLANE, PLAYER = ".ck-root", ".ck-plane", ".st-key-chunks [data-payload]"


def test_a_dragged_tilt_leans_at_once_and_runs_the_robot_on_release(browser: Browser) -> None:
    with served_somewhere() as url:
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
        page.set_default_timeout(TIMEOUT)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/polynomial?chunks=true")
        root, player = page.locator(f"{ROOT}[data-ready]"), page.locator(PLAYER)
        root.wait_for()
        page.locator(PLANE).scroll_into_view_if_needed()
        box = resting_box(page.locator(PLANE))
        before = {name: root.get_attribute(f"data-{name}") for name in ("entropy", "ride")}
        payload = player.get_attribute("data-payload") or ""
        x, y, side = box["x"], box["y"], box["width"]
        page.mouse.move(x + side / 2, y + side / 2)
        page.mouse.down()
        page.mouse.move(x + 0.3 * side, y + 0.9 * side)
        assert root.get_attribute("data-entropy") != before["entropy"], "the density stood still"
        assert root.get_attribute("data-ride") == before["ride"] and "pull=" not in page.url
        page.mouse.up()
        page.wait_for_function("() => location.search.includes('pull=')")
        expect(root).not_to_have_attribute("data-ride", before["ride"] or "")
        expect(player).not_to_have_attribute("data-payload", payload)
        names = page.locator(".st-key-chunks .sp-label b")
        expect(names).to_have_text(["As trained", "Steered"])
        page.locator(PLANE).focus()
        leaned = [float(v) for v in (root.get_attribute("data-tilt") or "").split()]
        page.keyboard.press("ArrowRight")
        moved = [float(v) for v in (root.get_attribute("data-tilt") or "").split()]
        assert moved[0] > leaned[0] and moved[1] == leaned[1]
        page.get_by_role("button", name="as trained").last.click()
        page.wait_for_function("() => !location.search.includes('pull=')")
        page.close()
        assert errors == []
