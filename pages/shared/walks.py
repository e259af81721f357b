"""Walks through latent space: from grey to orange, along the level set, or between groups."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from backend.studio import MAX_DISTANCE, Overview
from backend.survey import Walked
from pages.shared import cached, lassos, session
from pages.shared.numerals import whole
from pages.shared.shown import Beside, Shown
from pages.shared.steps_panel import COLOURS, Curve, steps_panel

ROUTES = {
    "data": "grey to orange, on the data",
    "straight": "grey to orange, straight in z",
    "neutral": "same predicted returns, another gait",
    "contrast": "along these − those",
}
NOTES = {
    "data": "Through the policies, drawn taut; dashed on the map: the straight line.",
    "straight": "What interpolation usually means: it may leave the data, where gaits stumble.",
    "neutral": "Both ways along the level set: the value heads promise the same returns at every "
    "step. What is measured there tells how far they can be believed.",
    "contrast": "Both ways along the direction between the lassoed groups, on the data.",
}
NO_WAY = (
    "No way from here keeps every predicted return: all that varies around this policy is the "
    "returns themselves."
)
NUM_STRIPS = 5
"Steps of a walk whose key poses are shown."


def walked(overview: Overview, answer: Shown, grey: Beside) -> Walked | None:
    """The walk on show; None where another instrument is open or there is no such walk."""
    if session.instrument() != "walk":
        return None
    route = session.route(ROUTES)
    if route == "neutral":
        return cached.neutral(overview.name, answer.z)
    if route == "contrast":
        found = lassos.difference(overview)
        return None if found is None else cached.along(
            overview.name, answer.z, found.direction.tobytes()
        )  # fmt: skip
    return cached.walk(
        overview.name, grey.policy, answer.z, "data" if route == "data" else "straight"
    )


def straight_beside(overview: Overview, answer: Shown, grey: Beside) -> Walked | None:
    """The straight line, where the walk on show is the one on the data."""
    if session.route(ROUTES) != "data":
        return None
    return cached.walk(overview.name, grey.policy, answer.z, "straight")


def shown_step(walk: Walked) -> Shown:
    """The policy at the step of the walk that was chosen."""
    z, last = walk.walk.z, len(walk.walk.z) - 1
    session.take_step(session.WALK, z.tobytes())
    step = session.step(session.WALK, last, walk.walk.origin or last)
    return Shown(
        z=z[step].tobytes(), label=f"walk, step {step} of {last}",
        predicted=walk.walk.predicted[step],
        places={name: xy[step] for name, xy in walk.places.items()},
    )  # fmt: skip


def walk_panel(overview: Overview, walk: Walked | None, other: Walked | None) -> None:
    """Choose a walk, scrub along it, and see its key poses."""
    choice, strips = st.columns([3, 1], vertical_alignment="center")
    route = choice.segmented_control(
        "walk", list(ROUTES), key=session.ROUTE, required=True, default="data",
        format_func=ROUTES.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    with_strips = strips.toggle("key poses", key="walk-poses", help="Five steps of the walk.")
    st.caption(NOTES[str(route)])
    if walk is None:
        st.info(lassos.HINT if route == "contrast" else NO_WAY, icon=":material/route:")
        return
    last = len(walk.walk.z) - 1
    steps_panel(
        session.WALK, _curves(overview, walk, other), num_steps=last,
        step=session.step(session.WALK, last, walk.walk.origin or last),
        words=_words(str(route), walk),
    )  # fmt: skip
    if with_strips:
        _poses(overview, walk)


def _words(route: str, walk: Walked) -> Mapping[str, str]:
    if route in ("data", "straight"):
        return {"first": "grey", "last": "the answer", "between": "between"}
    return {"first": "one end", "last": "the other end", "between":
            f"step {walk.walk.origin} is the answer"}  # fmt: skip


def _curves(overview: Overview, walk: Walked, other: Walked | None) -> list[Curve]:
    curves = []
    for i, objective in enumerate(overview.objectives):
        lines = [("" if other is None else "data", walk.walk.predicted[:, i], COLOURS[i])]
        if other is not None:
            lines.append(("straight", other.walk.predicted[:, i], "#9aa6b6"))
        curves.append(Curve(
            title=f"{objective.name}, predicted",
            about=f"Value heads along the walk. Unit: {session.unit(overview, i)}.",
            lines=lines, around=float(overview.returns_high[i] - overview.returns_low[i]),
        ))  # fmt: skip
    distances = [("" if other is None else "data", walk.walk.distance_to_data, "#4f7fc2")]
    if other is not None:
        distances.append(("straight", other.walk.distance_to_data, "#9aa6b6"))
    furthest = max(float(values.max()) for _, values, _ in distances)
    curves.append(Curve(
        title="distance to data", lines=distances,
        about="To the nearest training policy, in local spacings.",
        goals=[MAX_DISTANCE] * (furthest > MAX_DISTANCE / 2),
    ))  # fmt: skip
    return curves


def _poses(overview: Overview, walk: Walked) -> None:
    """Key poses at a few steps of the walk, with what is predicted and measured there."""
    last = len(walk.walk.z) - 1
    for step in np.linspace(0, last, NUM_STRIPS).round().astype(int):
        z = walk.walk.z[step].tobytes()
        measured = cached.trajectory(overview.name, z).returns
        pairs = zip(overview.objectives, walk.walk.predicted[step], measured, strict=True)
        told = "; ".join(f"{o.name} predicted {whole(p)}, measured {whole(m)}" for o, p, m in pairs)
        picture: Any = cached.strip(overview.name, z, f"step {step}")
        st.image(picture, caption=f"Step {step} of {last}, one episode: {told}", width="stretch")
