"""What a page and its server say to each other."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Request

FRAMES = ("Network.webSocketFrameSent", "Network.webSocketFrameReceived")


@contextmanager
def overheard(page: Page) -> Iterator[list[object]]:
    """Each message either way and each question, while it lasts; files that load are neither."""
    heard: list[object] = []

    def hear(frame: object) -> None:
        heard.append(frame)

    def ask(request: Request) -> None:
        if request.resource_type in ("fetch", "xhr") and "/app/static/" not in request.url:
            hear(request.url)

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    for frame in FRAMES:
        session.on(frame, hear)
    page.on("request", ask)
    try:
        yield heard
    finally:
        page.remove_listener("request", ask)
        session.detach()
