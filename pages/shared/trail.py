"""The tree of questions asked so far: go back to any, or set its answer beside the present one."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from backend.studio import Overview
from pages.shared import cached, session
from pages.shared.numerals import whole
from pages.shared.web_component import mount

HEIGHT = 132
KEY = "trail"


def trail(overview: Overview) -> None:
    """Show the tree and do what was clicked in it."""
    st.markdown(
        "**Questions so far** :gray[— click one to ask it again; compare sets its answer, in grey, "
        "beside the present one]"
    )
    compared = session.compared_index()
    result = mount(
        "trail", key=KEY, height=HEIGHT, events=("go", "compare"),
        data={
            "nodes": [_node(overview, visit) for visit in session.visits()],
            "at": session.position(), "compared": -1 if compared is None else compared,
        },
    )  # fmt: skip
    go, compare = result.get("go"), result.get("compare")
    if isinstance(go, int | float):
        session.go_to(int(go))
    if isinstance(compare, int | float):
        session.compare_with(int(compare) if compare >= 0 else None)


def _node(overview: Overview, visit: session.Visit) -> Mapping[str, Any]:
    found = cached.verified(overview.name, visit.request)
    state = "open" if found is None else "kept" if found.success else "missed"
    told = "not verified" if found is None else f"promise {state}"
    if found is not None:
        means = zip(overview.objectives, found.measured.mean, strict=True)
        told += "; measured " + ", ".join(f"{o.name} {whole(mean)}" for o, mean in means)
    return {"parent": visit.parent, "state": state, "words": f"{words(visit)}; {told}"}


def words(visit: session.Visit) -> str:
    """What was asked, in a few signs."""
    goals = visit.request.goals.items()
    asked = ", ".join(
        f"{name} {session.SIGNS[goal.mode]} {whole(goal.value)}" for name, goal in goals
    )
    start = visit.controls[session.START]
    return f"{asked} from {start}"
