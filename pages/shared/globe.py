"""The map in three dimensions: to turn and look at. The flat map is where one works.

Nothing on it can be clicked: Streamlit passes no clicks on from a chart in three dimensions.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from backend.studio import ACCENT

NOTE = "UMAP of z in three dimensions. Distances between islands mean nothing here either."


def globe_panel(
    places: np.ndarray, values: np.ndarray, ids: Sequence[str], *, title: str,
    extent: tuple[float, float], selected: str | None = None, key: str, height: int,
) -> None:  # fmt: skip
    """Policies at ``places`` [policy, xyz], coloured by ``values`` [policy] on a fixed scale.

    ``title`` names the values with their unit and says whether they are measured or predicted.
    """
    figure = globe_figure(places, values, ids, title=title, extent=extent, selected=selected)
    figure.update_layout(height=height)
    st.plotly_chart(
        figure, key=key, config={"displayModeBar": False}, alt=f"Policies in space by {title}"
    )
    st.caption(NOTE)


def globe_figure(
    places: np.ndarray, values: np.ndarray, ids: Sequence[str], *, title: str,
    extent: tuple[float, float], selected: str | None = None,
) -> go.Figure:  # fmt: skip
    """The figure of ``globe_panel``."""
    even = extent[0] == -extent[1]  # differences: two-sided about zero
    figure = go.Figure(go.Scatter3d(
        x=places[:, 0], y=places[:, 1], z=places[:, 2], mode="markers", text=list(ids),
        hovertemplate="%{text}<br>" + title + " %{marker.color:,.0f}<extra></extra>",
        marker={
            "size": 4, "color": values, "cmin": extent[0], "cmax": extent[1],
            "colorscale": "PuOr_r" if even else "Viridis",
            "colorbar": {"title": {"text": title, "side": "right"}, "thickness": 10},
        },
    ))  # fmt: skip
    if selected is not None and selected in ids:
        x, y, z = places[list(ids).index(selected)][:, None]
        figure.add_scatter3d(
            x=x, y=y, z=z, mode="markers", hoverinfo="skip",
            marker={"size": 9, "color": ACCENT, "symbol": "circle-open"},
        )  # fmt: skip
    hidden = {"visible": False}
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0}, showlegend=False, uirevision="globe",
        scene={
            "xaxis": hidden, "yaxis": hidden, "zaxis": hidden, "aspectmode": "data",
            "camera": {"eye": {"x": 1.0, "y": 1.0, "z": 0.7}},
        },
    )  # fmt: skip
    return figure
