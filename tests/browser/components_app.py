"""A one-page app with both components on a small simulated world, for the browser tests.

Run through ``launch`` (tests/browser/conftest.py). Each button changes one thing, so that a test
can see what an update keeps. Query parameters: ``height`` of the player in pixels, ``robots`` in it
(2 to 4), and ``robot=zoo`` for the one with every kind of geom.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import streamlit as st

from backend.envs.single import SingleEnv
from backend.envs.spec import EnvSpec
from backend.envs.table import env_spec
from backend.rollouts.replay import Role, Track, pack
from pages.shared.player import replay_player
from pages.shared.scatter import ScatterView, TargetLine, points_file, scatter_view
from tests.rollouts.zoo import zoo_spec, zoo_track

SPEC = env_spec("mo-halfcheetah-v5")
NUM_POLICIES = 400


# Found by random search among sines: (frequency, phases, biases, amplitudes), all of them upright.
GAITS = {
    "start": (
        0.90,
        [0.57, 3.82, 3.06, 5.33, 0.04, 0.60],
        [-0.24, -0.17, 0.40, -0.38, 0.19, -0.30],
        [0.44, 0.38, 0.57, 0.52, 0.38, 0.88],
    ),
    "steered": (
        1.30,
        [1.38, 3.62, 0.03, 5.97, 5.31, 0.48],
        [-0.27, 0.07, -0.27, -0.15, 0.23, 0.15],
        [0.75, 0.33, 0.45, 0.38, 0.69, 0.82],
    ),
    "nearest": (
        1.15,
        [0.48, 2.51, 4.67, 2.85, 2.84, 3.01],
        [0.39, -0.21, -0.27, 0.21, 0.27, -0.36],
        [0.73, 0.90, 0.80, 0.40, 0.42, 0.61],
    ),
}
GAITS["other"] = GAITS["start"]
LABELS = {
    "start": "policy 017",
    "steered": "after 120 steps",
    "nearest": "policy 203",
    "other": "one step",
}
ROLES: Sequence[Role] = ("start", "steered", "nearest", "other")


@cache
def track(role: Role, strength: float = 1.0, num_steps: int = 1000) -> Track:
    """HalfCheetah driven by sines: ``start`` shuffles, ``steered`` runs at 2 m/s."""
    frequency, phase, bias, amplitude = map(np.array, GAITS[role])
    env = SingleEnv(SPEC)
    env.reset(0)
    qpos, reward = [], []
    for step in range(num_steps):
        qpos.append(env.data.qpos.copy())
        action = bias + strength * amplitude * np.sin(frequency * step + phase)
        reward.append(env.step(np.clip(action, -1, 1))[1])
    return Track(label=LABELS[role], role=role, qpos=np.array(qpos), reward=np.array(reward))


@cache
def policies() -> dict[str, np.ndarray]:
    """A curved sheet of policies with two returns, as an atlas would give it."""
    rng = np.random.default_rng(0)
    speed, family = rng.uniform(0, 1, NUM_POLICIES), rng.integers(0, 3, NUM_POLICIES)
    angle = 2.1 * family + 1.3 * speed
    radius = 3 + 0.6 * rng.standard_normal(NUM_POLICIES) + family
    forward = 5800 * speed**1.2 + 120 * rng.standard_normal(NUM_POLICIES)
    energy = -200 - 3200 * speed**2 - 700 * rng.uniform(0, 1, NUM_POLICIES)
    forward[:12] = np.nan
    return {
        "id": np.array([f"policy-{row:03d}" for row in range(NUM_POLICIES)]),
        "x": radius * np.cos(angle),
        "y": radius * np.sin(angle),
        "forward": forward,
        "energy": energy,
        "held out": (rng.uniform(0, 1, NUM_POLICIES) < 0.08).astype(float),
        "origin": np.array(["PPO, weights 0.3 / 0.7", "novelty search", "PPO, energy only"])[
            family
        ],
    }


def steer_path(version: int) -> np.ndarray:
    """A bent path across the map; each version ends elsewhere."""
    time = np.linspace(0, 1, 120)
    return np.stack([4 - 5 * time, -1 + 4 * time**2 + version * 0.7 * time], axis=1)


def views(version: int, selected_id: str | None) -> tuple[ScatterView, ScatterView]:
    """The map and the return space, as the steering page would show them."""
    path = steer_path(version)
    rows = policies()
    points_url = points_file(rows)
    latent = ScatterView(
        points_url=points_url,
        x_column="x",
        y_column="y",
        colour_column="forward",
        colour_title="forward progress, m/s summed over 1000 steps",
        colour_range=(0.0, 6000.0),
        ringed_column="held out",
        path=[(float(x), float(y)) for x, y in path],
        start=(float(path[0, 0]), float(path[0, 1])),
        solution=(float(path[-1, 0]), float(path[-1, 1])),
        nearest=(float(rows["x"][30]), float(rows["y"][30])),
        selected_id=selected_id,
        caption="Close policies move alike; distances between islands mean nothing.",
    )
    front = [(500.0, -230.0), (2200.0, -600.0), (4300.0, -2000.0), (5700.0, -3300.0)]
    returns = ScatterView(
        points_url=points_url,
        label="Return space",
        x_column="forward",
        y_column="energy",
        x_title="forward progress (m/s, summed)",
        y_title="energy (−Σ‖a‖², summed)",
        path=[(900.0, -400.0), (2100.0, -800.0), (3500.0 + 60 * version, -1500.0)],
        start=(900.0, -400.0),
        target=(3600.0, -1600.0),
        solution=(3500.0 + 60 * version, -1500.0),
        nearest=(3300.0, -1900.0),
        selected_id=selected_id,
        target_lines=(
            TargetLine(axis="x", value=3600.0),
            TargetLine(axis="y", value=-2000.0, infeasible="below"),
        ),
        front=front,
        caption="The star is what was asked; the dot is what MuJoCo measured.",
    )
    return latent, returns


@cache
def zoo() -> EnvSpec:
    """The robot with every kind of geom."""
    return zoo_spec(Path(mkdtemp()))


def payload(replay: int) -> bytes:
    """The robots that the query asks for; ``replay`` changes the steered one's gait."""
    count = int(st.query_params.get("robots", 2))
    if st.query_params.get("robot") == "zoo":
        return pack(zoo(), [replace(zoo_track(), role=role, label=role) for role in ROLES[:count]])
    strengths = {"steered": 1.0 - 0.1 * (replay % 3), "other": 0.7}
    return pack(SPEC, [track(role, strengths.get(role, 1.0)) for role in ROLES[:count]])


def main() -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")
    state = st.session_state
    state.setdefault("version", 0)
    state.setdefault("replay", 0)
    buttons = st.columns(4)
    if buttons[0].button("new path"):
        state["version"] += 1
    if buttons[1].button("new replay"):
        state["replay"] += 1
    left, right = st.columns([3, 2])
    latent, returns = views(state["version"], state.get("selected"))
    with left:
        events = scatter_view(latent, key="map", height=440)
    with right:
        scatter_view(returns, key="returns", height=440)
    if events.picked:
        state["selected"] = events.picked
        st.rerun()
    ground = "none" if events.ground is None else f"{events.ground[0]:.3f} {events.ground[1]:.3f}"
    st.text(f"selected={state.get('selected')} ground={ground} cleared={events.cleared}")
    replay_player(
        payload(state["replay"]), key="player", height=int(st.query_params.get("height", 560))
    )
    st.text(f"version={state['version']} replay={state['replay']}")
