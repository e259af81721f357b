"""The replay player: up to four robots in 3D, synced, with their reward curves."""

from functools import cache
from typing import Any

from pages.shared.static_files import publish_file
from pages.shared.web_component import WEB_DIR, register


def replay_player(payload: bytes, *, key: str, height: int) -> None:
    """Show a packed replay (``backend.rollouts.replay.pack``) in a box of ``height`` pixels.

    Use the same key for every payload: the player then keeps its canvas, place in time, camera,
    view and ghosts, and only swaps the robots.
    """
    _component(publish_file(WEB_DIR / "player.js"))(key=key, data=payload, height=height)


@cache
def _component(module_url: str) -> Any:
    return register("steerscape_player", module_url)
