"""The robot that runs in the browser, its map and its sliders."""

from typing import Any

import streamlit as st

from backend.live_view import Settled, engine_files
from pages.shared.live import asked
from pages.shared.session.live import LetGo
from pages.shared.static_files import publish_file
from pages.shared.web_component import WEB_DIR, mount

KEY = "live-robot"
HEIGHT = 600


def told() -> Any:
    """Where the robot was let go of, as the browser said it last."""
    return (st.session_state.get(KEY) or {}).get("settled")


def broken() -> str:
    """Why nothing runs in this browser; empty if something does."""
    return str((st.session_state.get(KEY) or {}).get("broken") or "")


def early(name: str) -> str:
    """Links by which a browser fetches what runs the robot while the page is still being built.

    HTML for the page's first line: components are mounted last.
    """
    script, wasm = engine_files()
    kit = asked.kit_url(name, asked.live().decoder(name).version)
    modules = [publish_file(WEB_DIR / "live.js"), publish_file(script)]
    return "".join(
        [f'<link rel="modulepreload" href="{url}">' for url in modules]
        + [f'<link rel="preload" as="fetch" crossorigin href="{url}">'
           for url in (publish_file(wasm), kit)]
    )  # fmt: skip


def robot(name: str, found: LetGo | None, settled: Settled | None, *, kiosk: bool) -> None:
    """Show it. What is settled on is in ``told`` on the next run."""
    script, wasm = engine_files()
    version = asked.live().decoder(name).version
    mount(
        "live", key=KEY,
        data={
            "kit_url": asked.kit_url(name, version), "script_url": publish_file(script),
            "wasm_url": publish_file(wasm), "kiosk": kiosk,
            "settled": None if found is None else {"z": found.z.tolist()},
            "measured": None if settled is None else {
                "z": settled.z.tolist(), "returns": settled.measured.mean.tolist(),
            },
        },
        height=HEIGHT, events=("settled", "broken"),
    )  # fmt: skip
