"""The map as a table: the same policies, the same selection, for keyboards and screen readers."""

from collections.abc import Sequence
from hashlib import sha256

import pandas as pd
import streamlit as st

from backend.studio import Overview
from pages.shared import lassos, session

HEIGHT = 260
_KEY = "policies"


def policies_table(overview: Overview) -> None:
    """One row per policy, or per lassoed one; choosing a row starts from it."""
    rows = lassos.kept_rows(overview)
    frame = _frame(overview) if rows is None else _frame(overview).iloc[rows]
    event = st.dataframe(
        frame, key=_key(overview, rows), height=HEIGHT, hide_index=True, on_select="rerun",
        selection_mode="single-row",
    )  # fmt: skip
    st.caption(
        ("Every policy of the map. " if rows is None else "Policies inside the lassos. ")
        + "Choose a row to start from it; a column's title sorts."
    )
    chosen = event["selection"]["rows"]
    if chosen and chosen[0] < len(frame):
        session.pick_once(_KEY, str(frame["policy"].iloc[chosen[0]]))


def _key(overview: Overview, rows: Sequence[int] | None) -> str:
    """Streamlit keeps a chosen row by its number: in another table that is another policy."""
    which = "all" if rows is None else sha256(repr(list(rows)).encode()).hexdigest()[:8]
    return f"{_KEY}-{overview.content_hash[:8]}-{which}"


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs={Overview: lambda o: o.content_hash})
def _frame(overview: Overview) -> pd.DataFrame:
    columns: dict[str, object] = {"policy": list(overview.ids)}
    for i, objective in enumerate(overview.objectives):
        columns[f"{objective.title}, measured"] = overview.returns[:, i].round(0)
        columns[f"± {objective.name}"] = overview.returns_std[:, i].round(0)
        columns[f"{objective.title}, predicted"] = overview.predicted[:, i].round(0)
    columns["held out of training"] = [reason or "no" for reason in overview.held_out]
    return pd.DataFrame(columns)
