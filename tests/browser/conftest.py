"""A real Chromium, and the components app served beside it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.browser.chromium import chromium
from backend.errors import NoBrowser
from backend.serving import served_somewhere
from tests.browser.first_screen import TIMEOUT, wait_for_verified

REPOSITORY = Path(__file__).parents[2]

expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium with software WebGL. Without one: a failure in CI, a skip elsewhere."""
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(chromium())
        except NoBrowser as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield opened


@pytest.fixture(scope="session")
def components_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the components app, run by Streamlit in a process of its own."""
    folder = tmp_path_factory.mktemp("components")
    (folder / "app.py").write_text("from tests.browser.components_app import main\n\nmain()\n")
    # Streamlit serves the folder beside the script; ``publish`` writes into the repository's.
    (REPOSITORY / "static").mkdir(exist_ok=True)
    (folder / "static").symlink_to(REPOSITORY / "static", target_is_directory=True)
    with serve(folder / "app.py", folder / "server.log") as url:
        yield url


@pytest.fixture(scope="module")
def app_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The app on the shipped atlas, loaded once."""
    log: Path = tmp_path_factory.mktemp("app") / "server.log"
    with serve(REPOSITORY / "app.py", log) as url:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page.set_default_timeout(TIMEOUT)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(url)
        wait_for_verified(page)
        yield page
        page.close()
        assert errors == []
        assert "Traceback" not in log.read_text()


@contextmanager
def serve(script: Path, log: Path) -> Iterator[str]:
    """Run a Streamlit script for the length of a ``with`` block; gives its address."""
    with log.open("w") as output, served_somewhere(script, log=output) as url:
        yield url
