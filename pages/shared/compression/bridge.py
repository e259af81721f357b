"""Two pictures of the same policies, from their weights and from what they do; selection linked."""

import plotly.graph_objects as go
import streamlit as st

from backend.compressed import Bridge, Space
from pages.shared import session
from pages.shared.compression import asked

HEIGHT = 360
CORE, CODES = "bridge-core", "bridge-codes"
_LAST = "bridge-last"


def bridge_panel(env: str, space: Space, bridge: Bridge, reward: int) -> None:
    """Select in either picture: the same policies stand out in the other; one alone is played."""
    chosen = _chosen()
    colour = space.rebuilt_returns[:, reward]
    left, right = st.columns(2)
    for column, key, places, title in (
        (left, CODES, space.codes if space.layout is None else space.layout, "from their weights"),
        (right, CORE, bridge.places, "from what they do: the core's encoder"),
    ):
        figure = go.Figure(go.Scattergl(
            x=places[:, 0], y=places[:, 1], mode="markers", selectedpoints=chosen or None,
            marker={
                "size": 6, "color": colour, "colorscale": "Viridis", "showscale": column is right,
                "colorbar": {"thickness": 10, "outlinewidth": 0},
            },
            unselected={"marker": {"opacity": 0.12}}, hoverinfo="skip",
        ))  # fmt: skip
        figure.update_layout(
            height=HEIGHT, margin={"l": 0, "r": 0, "t": 30, "b": 0}, title={"text": title},
            xaxis={"visible": False}, yaxis={"visible": False}, dragmode="lasso",
            uirevision=key,
        )  # fmt: skip
        column.plotly_chart(
            figure, key=key, on_select=lambda key=key: _selected(key, f"{env}/{space.name}", space),
        )  # fmt: skip
    st.markdown(_table(bridge))
    st.caption(
        f"{len(bridge.places)} random policies, coloured by what they earn after their round trip "
        f"({asked.compressed().about(env).rewards[reward].title}). Rank correlation of distance "
        "matrices: 1 if two spaces agree on who is like whom. The core's encoder was trained on "
        "policies that run; random ones are strangers to it: their median distance from its data "
        f"is {bridge.median_distance:.1f} of its own spacing. `steerscape compression bridge {env}`"
    )


def _selected(key: str, here: str, space: Space) -> None:
    st.session_state[_LAST] = key
    chosen = _chosen()
    if len(chosen) == 1:
        session.set_place(here, space.codes[chosen[0]].tolist())


def _chosen() -> list[int]:
    """Rows of the selection that was made last."""
    state = st.session_state.get(st.session_state.get(_LAST, CORE)) or {}
    return sorted(state.get("selection", {}).get("point_indices", []))


def _title(name: str) -> str:
    """A space's name in words: medium-5d-behaviour holds codes of five numbers."""
    if name == "core":
        return "the core's encoder"
    return f"{name.split('-')[1].removesuffix('d')}-D codes" if name.count("-") == 2 else name


def _table(bridge: Bridge) -> str:
    names = [_title(name) for name in bridge.names]
    lines = ["| | " + " | ".join(names) + " |", "|:--|" + "--:|" * len(names)]
    for name, row in zip(names, bridge.agreement, strict=True):
        lines.append(f"| {name} | " + " | ".join(f"{value:.2f}" for value in row) + " |")
    return "\n".join(lines)
