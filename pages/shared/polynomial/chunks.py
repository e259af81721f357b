"""Chunks of actions on the polynomial page: the plane of codes, and the robot under a tilt."""

import hashlib

import numpy as np
import streamlit as st

from backend.chunked import (
    MOST_TILT,
    NUM_STEPS,
    TEMPERATURES,
    TIMED,
    Chunked,
    Pull,
    Ride,
    check_pull,
)
from backend.errors import StudioError
from pages.shared.player import replay_player
from pages.shared.polynomial import chunk_tables
from pages.shared.session.pulls import Pulled, pull_chunks, pulled
from pages.shared.web_component import mount

KEY, OPEN = "chunk-plane", "chunks"
HEIGHT = 430
STEP_S = 0.05
"Seconds of a control step."


@st.cache_resource(show_spinner="Opening the chunks of actions …")
def chunked() -> Chunked:
    """The façade."""
    return Chunked()


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs={Pull: repr})
def ride(pull: Pull) -> Ride:
    """The robot under a pull."""
    return chunked().ride(pull)


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs={Pull: repr})
def replay(pull: Pull) -> bytes:
    """Beside the unsteered one, for the player."""
    return chunked().replay(ride(Pull()), ride(pull))


def chunks_section() -> None:
    """An expander; what is in it is computed when it is open."""
    box = st.expander(
        "Chunks of actions: a robot's gaits as a density on a plane", key=OPEN, bind="query-params"
    )
    if box.open:
        with box:
            _section()


@st.fragment
def _section() -> None:
    told = (st.session_state.get(KEY) or {}).get("asked")
    if told:
        pull_chunks(told)
    wanted, complaint = pulled(lambda asked: check_pull(_pull(asked)))
    if complaint:
        st.warning(f"{complaint}. Shown is the prior as trained.", icon=":material/link_off:")
    try:
        plain, steered = ride(Pull()), ride(_pull(wanted))
    except StudioError as error:  # the frame's own handler does not reach into a fragment
        st.info(str(error), icon=":material/hourglass_empty:")
        return
    st.markdown(
        "Eight actions at a time are one place *z* in a plane, and a polynomial density says which "
        ":gray[(after the imitation part of MePoly, with smaller networks, on six gaits of "
        "HalfCheetah's population).] "
        "**Drag the tilt towards fast codes or slow ones: nothing is trained.**"
    )
    left, right = st.columns([1, 1.7])
    with left:
        _plane(wanted, steered)
    with right:
        replay_player(replay(_pull(wanted)), key="chunk-replay", height=HEIGHT)
        st.markdown(story(plain, steered))
        st.caption(
            f"Measured over the last {TIMED * STEP_S:.0f} of {NUM_STEPS * STEP_S:.0f} s, "
            f"mean ± standard deviation of {len(plain.speed)} "
            "episodes from the same starts. Dots are codes of chunks nobody trained on, coloured "
            "by the gait they are from. No model was told which; the VAE was told which chunks are "
            "of one stretch of a gait. Rings are the codes just drawn."
        )
    chunk_tables.measured(chunked())


def _pull(asked: Pulled) -> Pull:
    return Pull(tilt=asked.tilt, temperature=asked.temperature)


def story(plain: Ride, steered: Ride) -> str:
    """Speed, effort, and who got nowhere, measured, both sides."""
    lines = ["| | speed, m/s | effort Σa² | stands still | on its back |", "|:--|--:|--:|--:|--:|"]
    for name, one in (("as trained (grey)", plain), ("**steered** (orange)", steered)):
        lines.append(
            f"| {name} | {one.speed.mean():.1f} ± {one.speed.std():.1f} "
            f"| {one.effort.mean():.2f} ± {one.effort.std():.2f} "
            f"| {one.stalled} of {len(one.speed)} | {one.fallen} |"
        )
    return "\n".join(lines)


def _plane(wanted: Pulled, steered: Ride) -> None:
    codes = chunked().codes
    points = np.column_stack([codes.z.round(3), codes.gait])
    mount(
        "chunks", key=KEY,
        data={
            "order": chunked().order, "asked": wanted.as_json(),
            "limits": {"tilt": MOST_TILT, "temperatures": list(TEMPERATURES)},
            "codes": points.tolist(), "speeds": list(codes.speeds),
            "natural": steered.natural.round(3).tolist(), "z": steered.z.round(3).tolist(),
            "gait": steered.gait.tolist(), "seconds": len(steered.qpos) * STEP_S,
            "ride_id": hashlib.sha256(repr(wanted).encode()).hexdigest()[:12],
        },
        height="content",
        events=("asked",),
    )  # fmt: skip
