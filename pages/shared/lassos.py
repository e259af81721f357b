"""Two lassos: who is in them, what they have in common, and the way from one to the other."""

import streamlit as st

from backend.errors import StudioError
from backend.studio import Overview
from backend.survey import Contrast, Group
from pages.shared import cached, session
from pages.shared.numerals import spread

HINT = (
    "Draw a lasso on the map (the loop at its corner, or L) for *these*; a second one, drawn with "
    "Shift, for *those*. Their statistics and the direction between them appear here."
)


def members(overview: Overview, which: session.Group) -> tuple[str, ...]:
    """Ids of the policies in a lasso; none without one."""
    drawn = session.lasso(which)
    if drawn is None:
        return ()
    name, polygon = drawn
    return cached.lassoed(overview.name, name, polygon)


def kept_rows(overview: Overview) -> list[int] | None:
    """Rows of every policy in a lasso; None where nothing is lassoed."""
    if session.lasso("these") is None and session.lasso("those") is None:
        return None
    ids = {*members(overview, "these"), *members(overview, "those")}
    return [i for i, id_ in enumerate(overview.ids) if id_ in ids]


def difference(overview: Overview) -> Contrast | None:
    """These minus those (everybody else without a second lasso); None where there are too few."""
    these, those = (members(overview, which) for which in ("these", "those"))
    if not these:
        return None
    try:
        return cached.contrast(overview.name, these, those or None)
    except StudioError:
        return None


def lasso_panel(overview: Overview) -> None:
    """Statistics of the groups, and what can be done with them."""
    these, those = (members(overview, which) for which in ("these", "those"))
    if not (these or those):
        empty = session.lasso("these") or session.lasso("those")
        st.info("Nobody is inside the lasso. " * bool(empty) + HINT, icon=":material/gesture:")
        return
    groups = {
        name: cached.group(overview.name, ids)
        for name, ids in (("these", these), ("those", those))
        if ids
    }
    st.markdown(_table(overview, groups))
    _acts(overview, groups)
    found = difference(overview)
    if found is None:
        st.caption("A direction needs at least three policies on either side.")
        return
    other = "those" if those else "everybody else"
    rise = ", ".join(
        f"{o.name} {change:+.0f}" for o, change in zip(overview.objectives, found.rise, strict=True)
    )
    st.caption(
        f"*These* minus *{other}*: a direction of length {found.length:.1f} in z. Per unit along "
        f"it, predicted: {rise}. Drawn again from as many policies it would point the same way to "
        f"cosine {found.cosine_median:.2f} (5 % of the time below {found.cosine_low:.2f}); it "
        f"separates the groups by d′ = {found.separation:.1f}. *walk* follows it."
    )


def _table(overview: Overview, groups: dict[str, Group]) -> str:
    titles = [f"{o.title}, measured" for o in overview.objectives]
    rows = ["| group | policies | " + " | ".join(titles) + " | spread in z | most typical |"]
    rows.append("|:--|--:|" + "--:|" * (len(titles) + 1) + ":--|")
    for name, found in groups.items():
        pairs = zip(found.measured_mean, found.measured_std, strict=True)
        cells = " | ".join(spread(mean, std) for mean, std in pairs)
        rows.append(
            f"| {name} | {len(found.ids)} | {cells} | {found.spread:.2f} | {found.medoid} |"
        )
    return "\n".join(rows)


def _acts(overview: Overview, groups: dict[str, Group]) -> None:
    """Start from a group's mean or its most typical policy, or forget the lassos."""
    slots = st.columns([1, 1, 1, 1, 1])
    for (name, found), (mean, typical) in zip(
        groups.items(), (slots[0:2], slots[2:4]), strict=False
    ):
        far = f"{found.distance_to_data:.1f} spacings from the data"
        if mean.button(f"Mean of {name}", key=f"mean-{name}", width="stretch", help=far):
            session.ask_with({
                session.LATENT: tuple(found.z.tolist()), session.START: session.SPOT,
                session.AIMS: session.aimed(overview, dict(enumerate(found.predicted.tolist()))),
            })  # fmt: skip
        if typical.button(f"Typical of {name}", key=f"typical-{name}", width="stretch"):
            session.ask_with({session.START: found.medoid})
    if slots[4].button("Forget lassos", key="forget", width="stretch", icon=":material/close:"):
        session.change(session.NOTHING)
