"""What was measured of chunks of actions, beside the plane."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from backend.chunked import EXECUTED, Chunked
from backend.errors import StudioError
from pages.shared.numerals import whole

HEIGHT = 320
TITLES = {
    "polynomial": "polynomial prior", "gaussian": "Gaussian prior", "flow": "flow matching",
    "demonstrators": "the six gaits in turn",
    "demonstrators, disturbed": "… with noise and pushes, as learnt from",
}  # fmt: skip
ENDS = ("slowest", "fastest")
SOURCES = {"obs": "the observation", "chunk": "observation and chunk", "code": "the code"}
COLOURS = {"polynomial": "#ff5c39", "gaussian": "#7f8a99"}
Rows = Sequence[Mapping[str, Any]]


def measured(chunked: Chunked) -> None:
    """Policies compared, and how far tilts reach."""
    try:
        found, tilts = chunked.summary(), chunked.table("tilts")
        episodes = chunked.table("episodes")
    except StudioError as error:
        st.info(f"Not measured yet: {error}", icon=":material/hourglass_empty:")
        return
    data = found["data"]
    st.markdown(policies_table(found))
    st.caption(
        f"{_count(tilts, 'seed')} training seeds, mean [95 % interval]; closed loop from "
        f"{_each(episodes, 'kind', 'temperature', 'seed')} starts, {EXECUTED} of a chunk's actions "
        "executed before the next is drawn. What was imitated are the gaits' undisturbed actions "
        "in disturbed episodes. "
        "`steerscape polynomial chunks --measure`"
    )
    left, right = st.columns([1.4, 1])
    with left:
        st.markdown(drawn_table(found))
        st.caption(
            "Single chunks; lower is nearer: the energy score to held-out chunks, the energy "
            "distance to all six gaits' own chunks at fresh starts, where each is as likely and "
            "is kept if half of its due is drawn. Every seed's networks are of one size: how "
            "their speeds differ is how busy the machine was."
        )
    with right:
        st.markdown(codes_table(found))
        st.caption(
            "Share of held-out chunks whose gait the nearest neighbours tell. A code is made of "
            "observation and chunk: the second line is what it is to be compared with. Among an "
            f"observation's neighbours there are {data['neighbour_gaits_young']:.1f} gaits in the "
            f"first steps after a change, {data['neighbour_gaits_old']:.1f} later (exp of the "
            "entropy): so multi-modal are the pairs."
        )
    left, right = st.columns([1, 1])
    with left:
        tilt_curve([row for row in tilts if row["seed"] == chunked.seed])
        st.caption(
            f"Means over {_each(tilts, 'kind', 'strength', 'angle', 'seed')} starts, of the "
            f"network that is shown above (training seed {chunked.seed})."
        )
    with right:
        st.markdown(tilt_table(found))
        steered = [row for row in tilts if row["strength"]]
        st.caption(
            f"{_count(steered, 'angle')} directions, "
            f"{_each(steered, 'kind', 'strength', 'angle', 'seed')} starts each, every training "
            "seed. The slowest and the fastest direction are picked on half of the starts and "
            "measured on the others, averaged over all halves; without a tilt it is the plain "
            "mean. A tilt is a density's: the flow has none."
        )
    with suppress(StudioError):
        st.markdown(ablation_table(chunked.table("ablation")))
        st.caption(
            "One training seed, tilts of length 10; slowest and fastest are of the directions' "
            "means, picked where they are measured, so the range is flattered. Two losses are "
            "ours: consistency, by which a code serves other moments of its demonstration too, "
            "and the stress, which compares what codes become at one observation, where the "
            "paper's compares the data's chunks. "
            "`steerscape polynomial chunks --ablation`"
        )


def _count(rows: Rows, key: str) -> int:
    """Different values."""
    return len({row[key] for row in rows})


def _each(rows: Rows, *keys: str) -> int:
    """Most rows that agree in some columns."""
    return max(Counter(tuple(row[key] for key in keys) for row in rows).values())


def policies_table(found: Mapping[str, Any]) -> str:
    """One line per kind of policy."""
    lines = [
        "| | parameters | m/s | effort | gaits that appear, each seed | one lasts, steps |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    for name, episodes in found["episodes"].items():
        kind, _, temperature = name.partition(", τ = ")
        if temperature != "1":
            continue
        drawn = found["draws"].get(kind)
        cells = [
            whole(drawn["parameters"]["mean"]) if drawn else "",
            estimate(episodes["forward"]), estimate(episodes["effort"], 2),
            ", ".join(map(str, episodes["gaits"])), estimate(episodes["stay"], 0),
        ]  # fmt: skip
        lines.append(f"| {TITLES[kind]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def drawn_table(found: Mapping[str, Any]) -> str:
    """Chunks drawn one by one: a line per kind of policy."""
    lines = ["| | energy score | energy distance | gaits kept, of 6 | thousand chunks per\u00a0s |",
             "|:--|--:|--:|--:|--:|"]  # fmt: skip
    for kind, drawn in found["draws"].items():
        pace = {part: value / 1000 for part, value in drawn["chunks_per_second"].items()}
        cells = (
            estimate(drawn["energy_score"], 3), estimate(drawn["start_distance"], 2),
            estimate(drawn["start_gaits"]), estimate(pace, 0),
        )  # fmt: skip
        lines.append(f"| {TITLES[kind]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def codes_table(found: Mapping[str, Any]) -> str:
    """What tells the gait of a held-out chunk."""
    lines = ["| gait told from | just after a change | later |", "|:--|--:|--:|"]
    for name, source in SOURCES.items():
        shares = (found["codes"][f"gait_from_{name}_{age}"]["mean"] for age in ("young", "old"))
        lines.append(f"| {source} | {' | '.join(f'{share:.0%}' for share in shares)} |")
    return "\n".join(lines)


def estimate(one: Mapping[str, float], digits: int = 1) -> str:
    """Mean with its interval."""
    mean, low, high = (f"{one[part]:.{digits}f}" for part in ("mean", "low", "high"))
    return f"{mean} [{low},\u00a0{high}]"


def tilt_curve(rows: Rows) -> None:
    """Speed against the direction of the tilt in the plane that is shown; one training seed."""
    figure = go.Figure()
    shown = [row for row in rows if row["strength"]]
    longest = max(row["strength"] for row in shown)
    for kind, strength in dict.fromkeys((row["kind"], row["strength"]) for row in shown):
        if kind != "polynomial" and strength != longest:
            continue
        mine = [row for row in shown if (row["kind"], row["strength"]) == (kind, strength)]
        angles = sorted({row["angle"] for row in mine})
        speed = [np.mean([row["speed"] for row in mine if row["angle"] == a]) for a in angles]
        figure.add_scatter(
            x=np.degrees(angles), y=speed, name=f"{TITLES[kind]}, |c| = {strength:g}",
            mode="lines+markers",
            line={"color": COLOURS[kind], "width": 0.8 + 2 * strength / longest,
                  "dash": "dot" if kind != "polynomial" else "solid"},
        )  # fmt: skip
    figure.update_xaxes(title="direction of the tilt, degrees: 0 is right, 90 up", dtick=90)
    figure.update_yaxes(title="measured speed, m/s", rangemode="tozero")
    figure.update_layout(
        height=HEIGHT, margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": -0.3, "x": 0},
    )  # fmt: skip
    st.plotly_chart(
        figure, key="chunk-tilts", config={"displayModeBar": False},
        alt="Measured speed against the direction of the tilt",
    )  # fmt: skip


def tilt_table(found: Mapping[str, Any]) -> str:
    """How slow and how fast tilts make it, every training seed."""
    lines = ["| prior, length of the tilt | slowest, m/s | fastest, m/s | on its back |",
             "|:--|--:|--:|--:|"]  # fmt: skip
    for name, one in found["tilts"].items():
        kind, _, strength = name.partition(", |c| = ")
        ends = (" · ".join(f"{v:.1f}" for v in one[f"{end}_seeds"]) for end in ENDS)
        what = "no tilt" if strength == "0" else strength
        lines.append(f"| {TITLES[kind]}, {what} | {' | '.join(ends)} | {one['fallen']:.0%} |")
    return "\n".join(lines)


def ablation_table(rows: Rows) -> str:
    """What each loss is good for."""
    lines = ["| VAE trained | code tells the gait | slowest, m/s | fastest, m/s |",
             "|:--|--:|--:|--:|"]  # fmt: skip
    lines += [
        f"| {row['variant']} | {row['gait_from_code_young']:.0%} "
        f"| {row['slowest']:.1f} | {row['fastest']:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)
