"""The world to drag through, the density there, and the rival's walks, drawn in the browser."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backend.polynomial import (
    MOST_NUDGE,
    MOST_TILT,
    NUM_NUDGES,
    TEMPERATURES,
    Fan,
)
from pages.shared.polynomial import asked as facade
from pages.shared.session.worlds import Asked
from pages.shared.static_files import publish
from pages.shared.web_component import mount

KEY = "density"
SCALE = 1000
EVERY = 2
"Steps of a walk from one drawn point to the next."
TITLES = {
    "polynomial": "polynomial", "gaussian": "Gaussian", "mixture": "mixture of four Gaussians",
    "flow": "flow (FPO)",
}  # fmt: skip
"Kinds of policy, for people."


@dataclass(frozen=True, kw_only=True)
class Look:
    """What of a world is on show."""

    world: str
    asked: Asked
    fan: Fan
    rival: str
    "Kind of the policy beside."
    rival_fan: Fan
    layer: str | None = None
    "entropy, value or nothing under the walks."


def canvas(look: Look) -> None:
    """Show it; what was settled on is in its state on the next run, under ``KEY``."""
    numbers, network = facade.polynomial().network(look.world)
    room = facade.polynomial().world(look.world)
    mount(
        "polynomial", key=KEY,
        data={
            "network_url": publish(numbers, ".bin"), "network": network,
            "cells": room.cells.ravel().tolist(), "asked": look.asked.as_json(),
            "limits": {
                "temperatures": list(TEMPERATURES), "tilt": MOST_TILT, "nudge": MOST_NUDGE,
                "num_nudges": NUM_NUDGES, "order": network["order"],
            },
            "title": f"{TITLES['polynomial']}: drag the agent", "story": story(look.fan),
            "fan": _fan(look.fan), "fan_id": _identity(look), "layer": _layer(look),
            "rival": {
                "title": TITLES[look.rival], "fan": _fan(look.rival_fan),
                "story": story(look.rival_fan),
            },
        },
        height="content",
        events=("asked",),
    )  # fmt: skip


def story(fan: Fan) -> str:
    """What the walks came to, measured."""
    num = fan.path.shape[1]
    dead = f", {fan.deaths:.0%} die" if fan.deaths else ""
    return f"{num} walks: {fan.success:.0%} arrive{dead}, {fan.mean_length:.0f} steps"


def _fan(fan: Fan) -> Mapping[str, Any]:
    """Points of each walk as whole thousandths, until it ended."""
    last = len(fan.path) - 1
    times = np.unique(np.append(np.arange(0, last, EVERY), last))
    paths = []
    for walk in range(fan.path.shape[1]):
        path = fan.path[times, walk]
        moved = np.flatnonzero((path[1:] != path[:-1]).any(1))
        paths.append(path[: (moved[-1] if len(moved) else 0) + 2].round(3).ravel().tolist())
    return {"paths": paths, "outcomes": fan.outcome.tolist(), "shares": list(fan.shares)}


def _identity(look: Look) -> str:
    text = f"{look.world} {look.asked} {look.rival}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _layer(look: Look) -> list[float | None] | None:
    """A share for each cell, None where there is no value."""
    if look.layer is None:
        return None
    chart = facade.chart(look.world)
    values = getattr(chart, look.layer)
    room = facade.polynomial().world(look.world)
    share = np.full(room.cells.shape, np.nan)
    column, row = np.floor((chart.places + 1) / 2 * len(share)).astype(int).T
    share[column, row] = (values - values.min()) / max(np.ptp(values), 1e-9)
    return [None if np.isnan(v) else round(float(v), 3) for v in share.ravel()]
