"""The latent space to drag through, with what the policy there does, drawn in the browser."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from backend.compressed import Climb, Portrait, Space
from pages.shared.compression import asked
from pages.shared.static_files import publish, publish_file
from pages.shared.web_component import WEB_DIR, register

HEIGHT = 470
KEY = "latent"
MOST_PARAMS = 20_000
"Policies larger than this are rolled out here, not in the browser."


def canvas(space: Space, z: Sequence[float], reward: int, title: str, climb: Climb | None) -> None:
    """Show it; where the place was let go is in its state on the next run, under ``KEY``."""
    live = space.num_params <= MOST_PARAMS
    returns = space.point_returns[:, reward]
    _component(publish_file(WEB_DIR / "compression.js"))(
        key=KEY,
        data={
            "dim": space.latent_dim, "z": list(z), "title": title,
            "low": space.low.tolist(), "high": space.high.tolist(), "per_axis": space.per_axis,
            "reward": reward, "num_rewards": space.point_returns.shape[1],
            "range": [float(returns.min()), float(returns.max())],
            "codes_url": _published(space.codes), "points_url": _published(space.point_returns),
            "decoder_url": publish(asked.decoder(space.name), ".bin") if live else None,
            "decoder_widths": list(space.decoder_widths), "widths": list(space.widths),
            "inputs": asked.INPUTS, "start": asked.CAR_START,
            "visit": None if live else _drawn(asked.portrait(space.name, z)),
            "climb": None if climb is None else _climb(climb),
        },
        height=HEIGHT,
        on_z_change=_ignore,
    )  # fmt: skip


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


@cache
def _component(module_url: str) -> Any:
    return register("steerscape_compression", module_url)


def _ignore() -> None:
    """Streamlit learns the names of the events from the callbacks; the state is read instead."""
