"""What was measured of chunks of actions, beside the plane."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from backend.chunked import Chunked
from backend.errors import StudioError

HEIGHT = 320
TITLES = {
    "polynomial": "polynomial prior", "gaussian": "Gaussian prior", "flow": "flow matching",
    "demonstrators": "demonstrations",
}  # fmt: skip
COLOURS = {"polynomial": "#ff5c39", "gaussian": "#7f8a99"}
Rows = Sequence[Mapping[str, Any]]


def measured(chunked: Chunked) -> None:
    """Policies compared, and how far tilts reach."""
    try:
        found, tilts = chunked.summary(), chunked.table("tilts")
    except StudioError as error:
        st.info(f"Not measured yet: {error}", icon=":material/hourglass_empty:")
        return
    left, right = st.columns([1.55, 1])
    with left:
        st.markdown(policies_table(found))
    with right:
        tilt_curve(tilts)
    data = found["data"]
    st.caption(
        f"Three training seeds, mean [95 % interval]; closed loop from 64 starts. Among an "
        f"observation's 16 nearest neighbours there are {data['neighbour_gaits_young']:.1f} gaits "
        f"in the first steps after a change, {data['neighbour_gaits_old']:.1f} later (exp of the "
        "entropy): so multi-modal are the pairs. Energy score: lower is nearer to the held-out "
        "chunks. A tilt is a density's: the flow has none. `steerscape polynomial chunks --measure`"
    )


def policies_table(found: Mapping[str, Any]) -> str:
    """One line per kind of policy."""
    lines = [
        "| | parameters | m/s | effort | gaits that appear, each seed | one lasts, steps "
        "| energy score | gaits kept at a start, of 6 | chunks per s |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, episodes in found["episodes"].items():
        kind, _, temperature = name.partition(", τ = ")
        if temperature != "1":
            continue
        drawn = found["draws"].get(kind)
        cells = [
            f"{drawn['parameters']['mean']:,.0f}".replace(",", " ") if drawn else "",
            estimate(episodes["forward"]), estimate(episodes["effort"], 2),
            ", ".join(map(str, episodes["gaits"])), estimate(episodes["stay"], 0),
            *(
                (estimate(drawn["energy_score"], 2), estimate(drawn["start_gaits"]),
                 f"{drawn['chunks_per_second']['mean']:,.0f}".replace(",", " "))
                if drawn else ("", "", "")
            ),
        ]  # fmt: skip
        lines.append(f"| {TITLES[kind]} | {' | '.join(cells)} |")
    return "\n".join(lines)


def estimate(one: Mapping[str, float], digits: int = 1) -> str:
    """Mean with its interval."""
    mean, low, high = (f"{one[part]:.{digits}f}" for part in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"


def tilt_curve(rows: Rows) -> None:
    """Speed against the direction of the longest tilt; a line per training seed."""
    longest = max(row["strength"] for row in rows)
    figure = go.Figure()
    for kind, colour in COLOURS.items():
        for seed in sorted({row["seed"] for row in rows}):
            mine = [r for r in rows if (r["kind"], r["seed"], r["strength"])
                    == (kind, seed, longest)]  # fmt: skip
            angles = sorted({row["angle"] for row in mine})
            speed = [np.mean([r["speed"] for r in mine if r["angle"] == a]) for a in angles]
            figure.add_scatter(
                x=np.degrees(angles), y=speed, name=TITLES[kind], legendgroup=kind,
                showlegend=seed == 0, line={"color": colour, "width": 1.6},
            )  # fmt: skip
    figure.update_xaxes(title=f"direction of a tilt of length {longest:g}, degrees", dtick=90)
    figure.update_yaxes(title="measured speed, m/s", rangemode="tozero")
    figure.update_layout(
        height=HEIGHT, margin={"l": 0, "r": 0, "t": 10, "b": 0},
        legend={"orientation": "h", "y": -0.3, "x": 0},
    )  # fmt: skip
    st.plotly_chart(
        figure, key="chunk-tilts", config={"displayModeBar": False},
        alt="Measured speed against the direction of the tilt",
    )  # fmt: skip
