"""The screens worth a picture: where each is, and what is done there first."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from backend.browser.resting import resting_box
from backend.browser.screen import MAP, NAVIGATOR, draw_round, wait_for_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Act = Callable[["Page"], None]
LIVE = ".lv-root"
SETTLED_MS = 1_500
"A wait for what moves on its own: morphs, pop-ups, fading."


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One picture to take."""

    about: str
    "What it shows."
    query: dict[str, str] = field(default_factory=dict)
    path: str = ""
    act: Act = lambda _: None
    height: int = 800
    "Pixels of the window; its width is a laptop's."


def _instrument(name: str, then: Act = lambda _: None) -> Act:
    def act(page: "Page") -> None:
        page.locator(".st-key-instrument").get_by_role("radio", name=name).click()
        wait_for_rest(page)
        then(page)

    return act


def _field(page: "Page") -> None:
    page.locator(".st-key-layers button").first.click()
    page.get_by_text("value field").click()
    page.keyboard.press("Escape")
    wait_for_rest(page)


def _lasso(page: "Page", group: str, at: tuple[float, float], radius: float) -> None:
    """Draw round a place given as shares of the map's picture."""
    page.locator(MAP).get_by_label(f"Lasso {group}").click()
    page.wait_for_selector(f'{MAP}[data-tool="{group}"]')
    box = resting_box(page.locator(f"{MAP} .sm-chart"))
    x, y = box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]
    draw_round(page, (x, y), radius)
    page.wait_for_selector(f'{MAP}:not([data-{group}=""])')
    wait_for_rest(page)
    page.wait_for_timeout(SETTLED_MS)


def _two_lassos(page: "Page") -> None:
    _lasso(page, "these", (0.35, 0.45), 55.0)
    _lasso(page, "those", (0.62, 0.82), 45.0)


def _scrub(page: "Page") -> None:
    scrub = page.locator(".sv-scrub")
    scrub.focus()
    for _ in range(6):
        scrub.press("PageDown")
    page.wait_for_timeout(SETTLED_MS)


def _ask(page: "Page") -> None:
    page.locator(f"{NAVIGATOR} select").last.select_option("hold")
    wait_for_rest(page)


def _climbed(page: "Page") -> None:
    page.wait_for_selector(".cp-root[data-z]")
    page.get_by_role("button", name="Climb").click()
    page.wait_for_selector('.cp-root[data-generation="50"]')


def _tilted(page: "Page") -> None:
    page.wait_for_selector(".ck-root[data-ready]")
    page.wait_for_selector("[data-first-frame]")
    page.locator(".st-key-chunks").evaluate("node => node.scrollIntoView()")


def _driven(page: "Page") -> None:
    page.wait_for_selector(f"{LIVE}[data-first-frame]")
    box = page.locator(".lv-map").bounding_box() or {}
    for share in (0.85, 0.6, 0.35):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.6 * box["height"])
        page.mouse.down()
        page.wait_for_timeout(SETTLED_MS)
    page.mouse.up()
    page.wait_for_selector(f'{LIVE}[data-measured]:not([data-measured=""])')


def _crowd(page: "Page") -> None:
    _driven(page)
    page.get_by_role("button", name="Crowd:").click()
    page.wait_for_timeout(2 * SETTLED_MS)


HOPPER, HUMANOID, ANT, WALKER = (
    {"atlas": f"mo-{name}"} for name in ("hopper-v5", "humanoid-v5", "ant-2obj-v5", "walker2d-v5")
)
SCREENS = {
    "first": Screen(about="the first screen, as it opens"),
    "gaits": Screen(about="the map of gaits", query={"map": "gaits"}),
    "field": Screen(about="value field and iso-lines over the sheet", act=_field),
    "values": Screen(about="the value plane", query={"map": "values"}),
    "hold": Screen(about="one return held while the other is asked", act=_ask),
    "infeasible": Screen(
        about="aims that exclude each other",
        query={"forward": "is:9000", "energy": "min:-300"},
    ),
    "solver": Screen(
        about="the solver, scrubbed to a step on the way", act=_instrument("solver", _scrub),
        height=1280,
    ),
    "walk": Screen(about="a walk on the data", act=_instrument("walk"), height=1280),
    "groups": Screen(about="two lassos and the way between them", act=_two_lassos, height=1280),
    "table": Screen(about="the map as a table", act=_instrument("table"), height=1280),
    "hopper": Screen(about="three objectives", query=HOPPER),
    "ant": Screen(about="Ant", query=ANT),
    "humanoid": Screen(about="Humanoid", query=HUMANOID),
    "walker": Screen(about="Walker", query=WALKER),
    "bad-link": Screen(
        about="a link with mistakes", query={"forward": "is:fast", "start": "nobody", "v": "0000"},
    ),
    "live": Screen(
        about="a robot that runs in the page, steered on the map", path="live", act=_driven,
        height=900,
    ),
    "crowd": Screen(
        about="six gaits that earn the same, live", path="live", act=_crowd, height=900,
    ),
    "compression": Screen(
        about="policies compressed to two numbers, and a recorded climb", path="compression",
        act=_climbed, height=1250,
    ),
    "polynomial": Screen(
        about="a stochastic policy between four goals, its entropy under its walks",
        path="polynomial", query={"under": "entropy"}, height=900,
    ),
    "chunks": Screen(
        about="gaits of a robot as a density on a plane, tilted towards the fast ones",
        path="polynomial", query={"chunks": "true", "pull": "-3,0"}, act=_tilted, height=1000,
    ),
    "evidence": Screen(about="the evidence, in one view", path="evidence", height=1000),
    "worst": Screen(
        about="the ten worst cases", path="evidence", query={"study": "worst ten"}, height=1000,
    ),
}  # fmt: skip


def open_screen(page: "Page", url: str, screen: Screen) -> None:
    """Go there, do it, and wait until all is still."""
    page.set_viewport_size({"width": 1280, "height": screen.height})
    page.goto(f"{url}/{screen.path}?{urlencode(screen.query)}")
    if screen.path:
        page.wait_for_selector('[data-test-script-state="notRunning"]', state="attached")
    else:
        wait_for_rest(page)
    screen.act(page)
    page.mouse.move(0, 0)  # off every hint
    page.wait_for_timeout(SETTLED_MS)
