"""Choices and explanations around the world."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from backend.errors import StudioError
from backend.polynomial import FIT_ORDERS
from pages.shared.polynomial import asked as facade
from pages.shared.polynomial import charts
from pages.shared.polynomial.canvas import TITLES
from pages.shared.session.worlds import Asked, ask_of_world

LAYERS = {"nothing": None, "entropy": "entropy", "value": "value"}
BANDIT, HOW, ORDER, MAP = "bandit", "basis", "order", "lambda-map"
HOWS = {"Legendre": "legendre", "monomials": "monomial", "the optimum": "best"}


def chosen_world(names: Sequence[str]) -> str:
    """Which world."""
    title = {name: facade.polynomial().world(name).title for name in names}
    return str(st.segmented_control(
        "world", names, default="four_walls", key="world", bind="query-params", required=True,
        format_func=title.__getitem__, label_visibility="collapsed",
    ))  # fmt: skip


def chosen_rival(world: str) -> tuple[str, str | None]:
    """(kind of the policy beside, what lies under the walks)."""
    kinds = [kind for kind in facade.polynomial().kinds(world) if kind != facade.POLYNOMIAL]
    left, right = st.columns([1.4, 1], vertical_alignment="center")
    rival = left.segmented_control(
        "compared with", kinds, default=kinds[0], key=f"rival-{world}", bind="query-params",
        required=True, format_func=TITLES.__getitem__,
        help="Trained in the same world with as many steps, each kind with an entropy weight of "
        "its own; the rivals' were not swept.",
    )  # fmt: skip
    layer = right.segmented_control(
        "under the walks", list(LAYERS), default="nothing", key="under", bind="query-params",
        required=True,
        help="Entropy: where a choice is still open. Value: what the critic expects.",
    )  # fmt: skip
    return str(rival), LAYERS[str(layer)]


def lambda_panel(world: str, asked: Asked, layer: str | None) -> None:
    """The latent space of this system: natural parameters, one point per state."""
    chart = facade.chart(world)

    def go_there() -> None:
        state = st.session_state.get(MAP) or {}
        chosen = state.get("selection", {}).get("point_indices", [])
        if chosen:
            place = [round(float(v), 4) for v in chart.places[chosen[0]]]
            ask_of_world(world, {**asked.as_json(), "at": place})

    charts.lambda_map(chart, layer or "entropy", MAP, go_there)
    st.caption(
        f"Every free cell of the world as the point λ(s), {chart.num_features} numbers on two "
        "principal components; "
        "a click sends the agent there. Where the lines of a choice run apart, entropy is high."
    )


def fits_panel() -> None:
    """What an order can hold, and which basis gets there."""
    first, second, third = st.columns([1, 1.2, 1.6], vertical_alignment="center")
    bandits = facade.polynomial().bandits()
    name = str(first.segmented_control(
        "bandit", list(bandits), default="lemniscate", key=BANDIT, bind="query-params",
        required=True, format_func=bandits.__getitem__,
    ))  # fmt: skip
    basis = str(second.segmented_control(
        "fitted in", list(HOWS), default="Legendre", key=HOW, bind="query-params", required=True,
        help="All bases span the same densities. Only how soon Adam arrives differs.",
    ))  # fmt: skip
    order = int(third.select_slider("order K", FIT_ORDERS, value=14, key=ORDER))
    try:
        fit, curve = facade.fit(name, HOWS[basis], order), facade.polynomial().kl_curve(name)
        alpha = facade.polynomial().parameters("fits")["alpha"]
    except StudioError as error:
        st.info(str(error), icon=":material/hourglass_empty:")
        return
    left, right = st.columns([1.6, 1])
    with left:
        charts.fitted(fit, f"K = {order}, {basis}: KL {fit.kl:.3f}")
    with right:
        charts.kl_curve(curve, order)
    st.caption(
        f"K = {order}: KL {fit.kl:.3f} nats, {len(fit.modes)} peak"
        f"{'s' * (len(fit.modes) != 1)}. Nothing is sampled here: λ is fitted "
        f"to exp(r/α)/Z, α = {alpha}, on a grid. "
        "`steerscape polynomial build`"
    )


def lesson_panel() -> None:
    """Why dividing advantages by their spread sharpens a policy by itself."""
    rows = _table("sharpening")
    if rows is None:
        return
    name = str(st.session_state.get(BANDIT, "lemniscate"))
    charts.sharpening([row for row in rows if row["bandit"] == name])
    st.caption(
        "As all actions come to be rewarded alike, the spread of the advantages goes to 0; "
        "dividing by it makes the entropy weight α vanish in effect. The optimum exp(r/α) is "
        "reached only with advantages as they are. Smooth World and the robots are trained with "
        "divided ones all the same, as in the paper's code: there α is a strength of "
        "exploration, and no policy is the optimum of its α. `steerscape evaluate polynomial`"
    )


def measured_panel(world: str) -> None:
    """Everything over the training seeds."""
    rows = _table("worlds")
    if rows is not None:
        st.markdown(worlds_table([row for row in rows if row["layout"] == world]))
        walks = facade.polynomial().parameters("worlds")["num_walks"]
        st.caption(f"Each training seed: {walks} walks from the world's start.")
    rows = _table("bandits")
    if rows is not None:
        name = str(st.session_state.get(BANDIT, "lemniscate"))
        left, right = st.columns([1.2, 1])
        with left:
            charts.coverage([row for row in rows if row["bandit"] == name], TITLES)
        with right:
            _speeds()
        st.caption(
            "A mark is one training: entropy weights 0.03 to 0.3, three seeds each. A wide "
            "Gaussian covers everything and earns little. `steerscape evaluate polynomial`"
        )


def worlds_table(rows: Sequence[dict[str, Any]]) -> str:
    """One line per kind and seed."""
    lines = ["| policy | seed | arrive | at each goal | through each gate | steps |",
             "|:--|--:|--:|:--|:--|--:|"]  # fmt: skip
    for row in rows:
        shares, gates = (
            " · ".join(f"{share:.0%}" for share in row[part]) for part in ("shares", "gates")
        )
        lines.append(
            f"| {TITLES[row['kind']]} | {row['seed']} | {row['success']:.0%} | {shares} "
            f"| {gates or '–'} | {row['mean_length']:.0f} |"
        )
    return "\n".join(lines)


def _speeds() -> None:
    rows = _table("throughput")
    if rows is None:
        return
    lines = ["| policy | actions drawn per s | judged per s |", "|:--|--:|--:|"]
    lines += [
        f"| {TITLES[row['kind']]} | {row['samples_per_second']:,.0f} "
        f"| {row['judged_per_second']:,.0f} |"
        for row in rows
    ]
    st.markdown("\n".join(lines).replace(",", " "))
    st.caption(f"One thread, {rows[0]['batch']} states at once, all in one run.")


def _table(name: str) -> list[dict[str, Any]] | None:
    try:
        return facade.polynomial().table(name)
    except StudioError as error:
        st.info(f"Not measured yet: {error}", icon=":material/hourglass_empty:")
        return None
