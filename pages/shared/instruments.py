"""Below the robots: the solver, walks, groups or the table; and the questions so far."""

import streamlit as st

from backend.studio import Overview, SteerAnswer, SteerRequest
from backend.survey import Walked
from pages.shared import session
from pages.shared.lassos import lasso_panel
from pages.shared.policies_table import policies_table
from pages.shared.solver import solver_panel
from pages.shared.trail import trail
from pages.shared.walks import walk_panel

TITLES = {
    "solver": ":material/steppers: solver, step by step", "walk": ":material/route: walk",
    "group": ":material/gesture: groups", "table": ":material/table_rows: table",
}  # fmt: skip


def instruments(
    overview: Overview, request: SteerRequest, answer: SteerAnswer,
    walks: tuple[Walked | None, Walked | None],
) -> None:  # fmt: skip
    """Show the instrument that was chosen, and the questions asked so far."""
    st.segmented_control(
        "instrument", session.INSTRUMENTS, key=session.INSTRUMENT, required=True,
        default=session.INSTRUMENTS[0] if session.INSTRUMENT not in st.session_state else None,
        format_func=TITLES.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    chosen = session.instrument()
    if chosen == "solver":
        solver_panel(overview, request, answer)
    elif chosen == "walk":
        walk_panel(overview, *walks)
    elif chosen == "group":
        lasso_panel(overview)
    else:
        policies_table(overview)
    trail(overview)
