"""One control per objective, with the band that the others leave it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from backend.studio import BOUND_TOLERANCE, TARGET_TOLERANCE, Measured, Overview, Reach
from pages.shared import session
from pages.shared.static_files import publish
from pages.shared.web_component import mount

ROOMY_OBJECTIVES = 2
"With more objectives than this, their controls close up so that the robots stay in sight."
ROW_HEIGHT, COMPACT_ROW_HEIGHT = 76, 60


def navigator(overview: Overview, known: Reach, now: Measured | None, *, spoken: str = "") -> None:
    """Show the controls; what they tell is taken by ``session.set_aims`` on the next run.

    ``now`` is what was measured of the policy that is shown: what *hold* holds. ``spoken`` is said
    to who cannot see how it ended.
    """
    compact = len(overview.objectives) > ROOMY_OBJECTIVES
    height = COMPACT_ROW_HEIGHT if compact else ROW_HEIGHT
    mount(
        "navigator", key=session.NAVIGATOR,
        data={
            "rows": [_row(overview, i, now) for i in range(len(overview.objectives))],
            "reach_url": publish(known.returns.astype("<f4").tobytes(), ".bin"),
            "target_tolerance": TARGET_TOLERANCE, "bound_tolerance": BOUND_TOLERANCE,
            "compact": compact, "spoken": spoken,
        },
        height=height * len(overview.objectives),
        events=("aims",),
    )  # fmt: skip


def _row(overview: Overview, i: int, now: Measured | None) -> Mapping[str, Any]:
    objective, scale = overview.objectives[i], overview.scale(i)
    aim = session.aims()[objective.name]
    measured = now if now is not None and np.isfinite(now.mean[i]) else None
    return {
        "name": objective.name, "title": objective.title,
        "about": f"{objective.meaning} Unit: {session.unit(overview, i)}.",
        "low": scale.low, "high": scale.high, "step": scale.step,
        "extent": float(overview.returns_high[i] - overview.returns_low[i]),
        "mode": aim.mode, "value": aim.value,
        "now": float(measured.mean[i]) if measured else None,
        "spread": float(measured.std[i]) if measured else None,
        "num": len(measured.episodes) if measured else 0,
    }  # fmt: skip
