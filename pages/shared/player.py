"""The replay player: up to four robots in 3D, synced, with their reward curves."""

from pages.shared.web_component import mount


def replay_player(payload: bytes, *, key: str, height: int) -> None:
    """Show a packed replay (``backend.rollouts.replay.pack``) in a box of ``height`` pixels.

    Use the same key for every payload: the player then keeps its canvas, place in time, camera,
    view and ghosts, and only swaps the robots.
    """
    mount("player", key=key, data=payload, height=height)
