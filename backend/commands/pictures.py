"""``steerscape pictures``: every screen photographed in real Chromium, light and dark."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from backend.commands.options import JsonOption
from backend.errors import InvalidValue, UnknownName

QUALITY = 90
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, kw_only=True)
class Pictures(JsonOption):
    """Photograph the app's screens, to look at them and for the README's tour."""

    only: tuple[str, ...] = ()
    "Screens; all, if none is named."
    schemes: tuple[Scheme, ...] = ("light", "dark")
    "Colour schemes."
    into: Path = Path("assets/pictures")
    "Folder of the pictures, WebP."

    def run(self) -> dict[str, Any]:
        """What each picture shows, and what the page's console complained of."""
        from backend.browser.chromium import chromium
        from backend.browser.screen import PATIENCE_MS
        from backend.browser.screens import SCREENS, open_screen
        from backend.serving import served_somewhere

        for name in self.only:
            if name not in SCREENS:
                raise UnknownName("screen", name, SCREENS)
        if self.into.is_file():
            raise InvalidValue("--into", self.into, "a folder")
        self.into.mkdir(parents=True, exist_ok=True)
        taken: dict[str, Any] = {}
        with chromium() as browser, served_somewhere() as url:
            for scheme in self.schemes:
                page = browser.new_page(color_scheme=scheme)
                page.set_default_timeout(PATIENCE_MS)
                complaints: list[str] = []
                page.on("pageerror", lambda error, all=complaints: all.append(str(error)))
                for name in self.only or SCREENS:
                    screen = SCREENS[name]
                    open_screen(page, url, screen)
                    file = self.into / f"{name}-{scheme}.webp"
                    file.write_bytes(_webp(page.screenshot()))
                    taken[str(file)] = {"shows": screen.about, "complaints": [*complaints]}
                    complaints.clear()
                page.close()
        return taken


def _webp(png: bytes) -> bytes:
    """The same picture in a fifth of the bytes."""
    from PIL import Image

    content = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").save(content, "webp", quality=QUALITY, method=6)
    return content.getvalue()
