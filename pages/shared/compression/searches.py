"""Recorded searches by PGPE: played on the canvas, compared as curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from backend.compressed import Climb, Learned, Objective, Space
from pages.shared import session
from pages.shared.compression import asked

SEARCHED = ("medium", "behaviour")
"Size and loss of the spaces in which searches are recorded."
ACCENT, GREY = "#ff5c39", "#7f8a99"
LEARNERS = ("#4c78a8", "#54a24b", "#b279a2", "#9d755d")
"Colours of the deep learners."
CURVE_HEIGHT = 300


@dataclass(frozen=True, kw_only=True)
class Searches:
    """What was recorded for one space and reward, and which run is played."""

    latent: Sequence[Climb]
    parameters: Sequence[Climb]
    learners: Mapping[str, Sequence[Learned]]
    "Deep RL on the same task."
    num_params: int
    index: int | None
    "Run on show; None until someone asks."

    @property
    def shown(self) -> Climb | None:
        """The run that is played."""
        return None if self.index is None else self.latent[self.index]

    def panel(self) -> None:
        """The button and the curves; nothing where nothing was recorded."""
        if not self.latent:
            return
        told, chart = st.columns([1, 2.2], vertical_alignment="center")
        told.button(
            "Climb", type="primary", icon=":material/trending_up:", width="stretch",
            on_click=session.next_climb, args=(len(self.latent),),
            help="Plays a recorded search by PGPE: its centre, and one standard deviation around.",
        )  # fmt: skip
        told.caption(
            f"Search by PGPE, {len(self.latent)} recorded runs: in z, and, at the same price, "
            f"among the {self.num_params} weights themselves. Both start from the same policies, "
            f"in z from what the round trip leaves of them.{self._outcome()}"
        )
        chart.plotly_chart(self._curves())

    def _outcome(self) -> str:
        """How the run on show ends, beside the median of all."""
        if self.index is None:
            return ""
        ends = [run.returns[-1] for run in self.latent]
        return (
            f" On show: run {self.index + 1}, which ends at {ends[self.index]:z.1f}; "
            f"the median run ends at {np.median(ends):z.1f}."
        )

    def _curves(self) -> go.Figure:
        """Return of the centre against environment steps: every run, medians, the one on show."""
        figure = go.Figure()
        for (name, runs), colour in zip(self.learners.items(), LEARNERS, strict=False):
            _median(figure, runs, _named(name, len(runs)), colour, "dot")
        for runs, colour, name in (
            (self.parameters, GREY, "among parameters"), (self.latent, ACCENT, "in z"),
        ):  # fmt: skip
            for i, run in enumerate(runs):
                mine = runs is self.latent and i == self.index
                figure.add_scatter(
                    x=run.steps, y=run.returns, mode="lines", showlegend=False, hoverinfo="skip",
                    line={"color": colour, "width": 2.5 if mine else 1}, opacity=1 if mine else 0.3,
                )  # fmt: skip
            _median(figure, runs, _named(name, len(runs)), colour, "dash")
        return figure.update_layout(
            height=CURVE_HEIGHT, margin={"l": 10, "r": 10, "t": 10, "b": 10},
            xaxis_title="environment steps", yaxis_title="return, measured",
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        )  # fmt: skip


def _named(name: str, num_runs: int) -> str:
    return f"{name}, median of {num_runs}" if num_runs > 1 else f"{name}, one run"


def _median(
    figure: go.Figure, runs: Sequence[Climb | Learned], name: str, colour: str, dash: str
) -> None:
    """The median run; where runs took different numbers of steps, theirs is the median too."""
    if not runs:
        return
    steps, returns = (
        np.median([getattr(run, name) for run in runs], 0) for name in ("steps", "returns")
    )
    figure.add_scatter(
        x=steps, y=returns, mode="lines", name=name,
        line={"color": colour, "width": 2, "dash": dash},
    )  # fmt: skip


def searches(env: str, space: Space, reward: Objective) -> Searches:
    """What was recorded for this space and reward."""
    recorded = (space.size, space.loss) == SEARCHED
    latent, parameters = asked.climbs(env, (f"{space.latent_dim}d", asked.PARAMETERS), reward.name)
    latent = latent if recorded else []
    index = session.climb()
    return Searches(
        latent=latent, parameters=parameters,
        learners=asked.learners(env, reward.name), num_params=space.num_params,
        index=index % len(latent) if latent and index is not None else None,
    )  # fmt: skip
