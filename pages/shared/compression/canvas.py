"""The latent space to drag through, with what the policy there does, drawn in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.compressed import Climb, Compressed, Portrait, Space
from pages.shared.compression import asked
from pages.shared.static_files import publish
from pages.shared.web_component import mount

HEIGHT = 470
KEY = "latent"
MOST_PARAMS = 20_000
"Policies larger than this are rolled out here, not in the browser."


@dataclass(frozen=True, kw_only=True)
class Look:
    """What of a latent space is on show, and how."""

    env: str
    space: Space
    z: Sequence[float]
    "The place."
    reward: int
    "Which colours."
    title: str
    climb: Climb | None = None
    "The recorded search that is played."
    axes: tuple[int, int] | None = (0, 1)
    "Across and up, counted from 0; None for UMAP's picture of the codes."


def canvas(look: Look) -> None:
    """Show it; where the place was let go is in its state on the next run, under ``KEY``."""
    env, space = look.env, look.space
    robot = Compressed.about(env).is_robot
    live = not robot and space.num_params <= MOST_PARAMS
    scattered = space.latent_dim > 2
    mount(
        "compression", key=KEY,
        data={
            "dim": space.latent_dim, "z": list(look.z), "title": look.title, "robot": robot,
            "low": space.low.tolist(), "high": space.high.tolist(), "per_axis": space.per_axis,
            "reward": look.reward, "num_rewards": space.point_returns.shape[1],
            "range": _range(space, look.reward), "axes": look.axes,
            "layout": _layout(space) if look.axes is None else None,
            "codes_url": _published(space.codes), "points_url": _published(space.point_returns),
            "code_returns_url": _published(space.rebuilt_returns) if scattered else None,
            "searched_url": _published(space.points) if scattered else None,
            "decoder_url": publish(asked.decoder(env, space.name), ".bin") if live else None,
            "decoder_widths": list(space.decoder_widths), "widths": list(space.widths),
            "inputs": None if robot else Compressed.inputs(env),
            "start": None if robot else Compressed.start(),
            "visit": None if robot or live else _drawn(asked.portrait(env, space.name, look.z)),
            "climb": None if look.climb is None else _climb(look.climb),
        },
        height=HEIGHT,
        events=("z",),
    )  # fmt: skip


def _range(space: Space, reward: int) -> list[float]:
    """Lowest and highest return of all that is drawn."""
    returns = space.point_returns[:, reward]
    if space.latent_dim > 2:
        returns = np.concatenate([returns, space.rebuilt_returns[:, reward]])
    return [float(returns.min()), float(returns.max())]


def _layout(space: Space) -> list[float] | None:
    return None if space.layout is None else space.layout.round(3).ravel().tolist()


def _published(array: np.ndarray) -> str:
    return publish(array.astype("<f4").tobytes(), ".bin")


def _drawn(portrait: Portrait) -> Mapping[str, Any]:
    rows, columns = portrait.action.shape
    return {
        "action": portrait.action.round(3).ravel().tolist(), "rows": rows, "columns": columns,
        "path": portrait.path.astype(float).round(4).ravel().tolist(),
    }  # fmt: skip


def _climb(climb: Climb) -> Mapping[str, Any]:
    return {
        "id": f"{climb.seed}-{climb.returns[-1]:.6g}-{climb.centres[-1, 0]:.6g}",
        "centres": climb.centres.round(4).tolist(),
        "sigmas": climb.sigmas.round(4).tolist(),
    }
