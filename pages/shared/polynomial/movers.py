"""Polynomial policies that move robots: two arms that pay the same, and a standard task."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from backend.errors import StudioError
from backend.robots import MOST_TILT, TEMPERATURES, Robots, Steering, Tried
from pages.shared.player import replay_player
from pages.shared.polynomial import mover_charts
from pages.shared.polynomial.canvas import TITLES

ROBOT, HEIGHT = "mover-robot", 470
POLYNOMIAL = "polynomial"
STORIES = {
    "t-maze": "Left and right pay the same 20. The polynomial policy leaves the choice open, and a "
    "tilt of its densities, c·a added to log π, takes either arm: nothing is trained for that.",
    "hopper-v5": "Gymnasium's own task and reward, three actions: no choice to keep open. The "
    "question is what an explicit density costs.",
}  # fmt: skip


@st.cache_resource(show_spinner="Opening the robots …")
def robots() -> Robots:
    """The façade."""
    return Robots()


@st.cache_data(show_spinner=False, max_entries=128, hash_funcs={Steering: repr})
def tried(robot: str, kind: str, steering: Steering) -> Tried:
    """Episodes of a policy, measured."""
    return robots().tried(robot, kind, steering)


@st.cache_data(show_spinner=False, max_entries=32, hash_funcs={Steering: repr})
def replay(robot: str, kind: str, steering: Steering) -> bytes:
    """Some of them, for the player."""
    return robots().replay(robot, kind, steering)


def movers_panel() -> None:
    """A robot, a kind of policy, its steering; what it does and what that earns."""
    try:
        titles = robots().names()
    except StudioError as error:
        st.info(f"Not built yet: {error}", icon=":material/hourglass_empty:")
        return
    name, kind = _chosen(titles)
    steering = _steering(name) if kind == POLYNOMIAL else _unsteered(name)
    left, right = st.columns([1.15, 1])
    with left:
        replay_player(replay(name, kind, steering), key="mover", height=HEIGHT)
    with right:
        found = tried(name, kind, steering)
        st.markdown(story(found))
        if found.shares:
            mover_charts.arms(found)
        else:
            mover_charts.learning(_rows(name))
        st.caption(STORIES[name])
        st.download_button(
            "MP4", lambda: robots().clip(name, kind, steering), file_name=f"{name}-{kind}.mp4",
            mime="video/mp4", icon=":material/movie:", on_click="ignore",
            help="What the player shows.",
        )  # fmt: skip
    rows = _rows(name)
    if rows:
        st.markdown(seeds_table(rows))
        st.caption(
            f"Each training seed: {robots().num_judged()} episodes from the environment's own "
            "starts, every action drawn. `steerscape evaluate polynomial --tables robots`"
        )


def _chosen(titles: dict[str, str]) -> tuple[str, str]:
    left, right = st.columns([1, 1.8])
    name = str(left.segmented_control(
        "robot", list(titles), default=next(iter(titles)), key=ROBOT, bind="query-params",
        required=True, format_func=titles.__getitem__,
    ))  # fmt: skip
    kinds = robots().kinds(name)
    kind = str(right.segmented_control(
        "policy", kinds, default=kinds[0], key=f"mover-{name}", bind="query-params",
        required=True, format_func=TITLES.__getitem__,
        help="Trained on the same robot with as many steps.",
    ))  # fmt: skip
    return name, kind


def _steering(name: str) -> Steering:
    left, right = st.columns(2)
    low, high = TEMPERATURES
    temperature = left.slider(
        "temperature τ", low, high, 1.0, 0.05, key=f"mover-tau-{name}", bind="query-params",
        help="Below 1: the density is sharpened. Above: flattened.",
    )  # fmt: skip
    plain = _unsteered(name)
    if len(plain.tilt) != 2:
        return Steering(temperature=temperature, tilt=plain.tilt)
    across = right.slider(
        "tilt: to the left arm ← → to the right arm", -MOST_TILT, MOST_TILT, 0.0, 0.1,
        key=f"mover-tilt-{name}", bind="query-params",
        help="π_c ∝ π exp(c·a): actions to that side weigh more, in every state.",
    )  # fmt: skip
    return Steering(temperature=temperature, tilt=(across, 0.0))


def _unsteered(name: str) -> Steering:
    return Steering(tilt=(0.0,) * robots().num_actions(name))


def story(found: Tried) -> str:
    """What the episodes came to, measured."""
    earned = f"return **{found.mean_return:.0f}** ± {found.std_return:.0f}"
    if found.shares:
        earned = f"**{sum(found.shares):.0%}** arrive"
    return (
        f"{found.num} episodes, measured: {earned} "
        f":gray[· {found.mean_seconds:.1f} s on average]"
    )  # fmt: skip


def seeds_table(rows: Sequence[dict[str, Any]]) -> str:
    """One line per kind and seed; arms only where there are any."""
    arms = any(row["shares"] for row in rows)
    lines = [
        "| policy | α | seed | return | steps |" + " left / right arm |" * arms,
        "|:--|--:|--:|--:|--:|" + ":--|" * arms,
    ]
    for row in rows:
        taken = " / ".join(f"{share:.0%}" for share in row["shares"])
        lines.append(
            f"| {TITLES[row['kind']]} | {row['entropy_weight']:g} | {row['seed']} "
            f"| {row['return']:.1f} ± {row['return_std']:.1f} | {row['mean_length']:.0f} |"
            + f" {taken} |"
            * arms
        )
    return "\n".join(lines)


def _rows(name: str) -> list[dict[str, Any]]:
    try:
        return [row for row in robots().table() if row["robot"] == name]
    except StudioError:
        return []
