"""The first look: every environment on one line, judged by its goals, misses marked."""

from collections.abc import Mapping, Sequence

import streamlit as st

from backend.evidence import (
    COUNTING,
    GOALS,
    HEADLINES,
    PAPER,
    PUBLISHED,
    Estimate,
    Figures,
    Headline,
    Library,
)
from pages.shared.evidence import charts, words
from pages.shared.evidence.tables import Cell, Column, Row, estimate_cell, table

ANSWERS = {
    "default": "the app", "single shot": "single shot", "paper": "paper’s procedure",
    "nearest": "nearest policy",
}  # fmt: skip
REGIONS = {"steering": "inside the population", "hole": "into a hole"}
NOTHING = Estimate(value=float("nan"), low=0.0, high=1.0, count=0)
LOOKS = {
    "default": (charts.ACCENT, "circle", True, 12),
    "single shot": (charts.BLUE, "circle", False, 9),
    "paper": (charts.GREY, "square", True, 8),
    "nearest": (charts.GREY, "diamond", False, 9),
}
"Answer -> colour, symbol, whether filled, size."
OTHER, FORMER = "another build", "former protocol"
"Marks of an environment whose evidence is not of the atlas shipped now, or was judged otherwise."
ROW_HEIGHT, HEAD_HEIGHT = 26, 98


def show(shelf: Library) -> None:
    """Success by environment as figures, then everything in one table."""
    found = [shelf.headline(env) for env in shelf.environments()]
    if not any(one.figures or one.damaged for one in found):
        _nothing(shelf)
        return
    for one in found:
        for problem in one.damaged.values():
            st.error(problem, icon=":material/error:")
    _figure(found)
    table(_columns(), [*map(_row, found), _paper_row()], caption=_caption(found))
    with st.expander("commands that measure all this"):
        st.code("\n".join(_all(one.env) for one in found), language="sh")


def _nothing(shelf: Library) -> None:
    st.info(
        "No evidence has been measured yet. For each environment, this measures all of it:",
        icon=":material/science:",
    )
    st.code("\n".join(shelf.command(env) for env in shelf.environments()), language="sh")


def _figure(found: list[Headline]) -> None:
    """Success inside and into the hole, side by side, one line per environment."""
    panels = {}
    for study, title in REGIONS.items():
        panels[f"success {title}"] = [
            charts.Series(
                name=ANSWERS[name], x=[one.title for one in shown],
                estimates=[_answer(one, study, name) for one in shown],
                colour=colour, symbol=symbol, filled=filled, size=size,
            )
            for name, (colour, symbol, filled, size) in LOOKS.items()
            if (shown := [one for one in found if _answer(one, study, name).count])
        ]  # fmt: skip
    names = [one.title for one in found if {*REGIONS} & {*one.figures}]
    if names:
        goals = [100 * GOALS[study].limit for study in REGIONS]
        figure = charts.panels_figure(panels, names, goals=goals, about="goal for the app")
        height = HEAD_HEIGHT + ROW_HEIGHT * len(names)
        charts.show(figure, height, key="overview-success", top=60)


def _answer(one: Headline, study: str, name: str) -> Estimate:
    return one.figures.get(study, {}).get(name, NOTHING)


def _columns() -> list[Column]:
    errors, probe = "reconstruction", "probe of z"
    forms = {
        "reconstruction": words.percent, "of range": words.percent, "probe": words.number,
        **dict.fromkeys(REGIONS, words.whole_percent),
    }  # fmt: skip
    goals = {key: words.goal(GOALS[key], form) for key, form in forms.items()}
    columns = [
        Column(title="environment"),
        Column(title="relative", group=errors, note=goals["reconstruction"]),
        Column(title="of range", group=errors, note=goals["of range"]),
        Column(title="R²", group=probe, note=goals["probe"]),
        Column(title="MSE", group=probe, note="below a VAE’s"),
    ]
    for study, region in REGIONS.items():
        heads = {
            "default": ("the app", goals[study]), "single shot": ("single", "shot"),
            "paper": ("paper’s", "procedure"), "nearest": ("nearest", "policy"),
        }  # fmt: skip
        columns += [Column(title=heads[name][0], group=f"success {region}", note=heads[name][1])
                    for name in ANSWERS]  # fmt: skip
    return columns


def _row(one: Headline) -> Row:
    name = Cell(main=one.title, small=_scale(one))
    if not one.figures:
        state = "damaged" if one.damaged else "not measured yet"
        return Row(cells=[name], tone="faint", span=Cell(main=state, small=_all(one.env)))
    cells = [name, *_reconstruction(one.figures), *_probe(one.figures)]
    for study in REGIONS:
        for answer in ANSWERS:
            estimate, ours = _answer(one, study, answer), answer == "default"
            missed = ours and bool(estimate.count) and not GOALS[study].met(estimate)
            tone = "accent" if ours else ""
            cells.append(estimate_cell(estimate, words.whole_percent, tone=tone, missed=missed))
    return Row(cells=cells)


def _scale(one: Headline) -> str:
    """How much was asked, and whether of the shipped atlases."""
    made = next((one.made[study] for study in REGIONS if study in one.made), None)
    size = f"{len(made.seeds)} × {made.num_requests} requests" if made else ""
    notes = [size, OTHER * one.other_builds, FORMER * one.former_protocol]
    return " · ".join(filter(None, notes))


def _all(env: str) -> str:
    return f"steerscape evaluate {env} --tables {' '.join(HEADLINES)}"


def _reconstruction(figures: Mapping[str, Figures]) -> list[Cell]:
    found = figures.get("reconstruction", {})
    relative, of_range = (found.get(key, NOTHING) for key in ("relative", "of range"))
    missed = bool(relative.count) and not GOALS["reconstruction"].met(relative)
    beyond = bool(of_range.count) and not GOALS["of range"].met(of_range)
    return [
        estimate_cell(relative, words.percent, missed=missed),
        estimate_cell(of_range, words.percent, missed=beyond),
    ]


def _probe(figures: Mapping[str, Figures]) -> list[Cell]:
    found = figures.get("geometry", {})
    probe = found.get("probe R²", found.get("probe R², short", NOTHING))
    below = found.get("below VAE", NOTHING)
    missed = bool(probe.count) and not GOALS["probe"].met(probe)
    return [estimate_cell(probe, words.three, missed=missed), estimate_cell(below, words.times)]


def _paper_row() -> Row:
    parts = [PUBLISHED[key] for key in ("reconstruction", "probe", "success")]
    reconstruction, probe, success = (Cell(main=p.text, small=p.source) for p in parts)
    name, blank = Cell(main="the paper’s", small="as published"), Cell(main="")
    return Row(
        cells=[name, reconstruction, blank, blank, probe, blank, blank, success],
        span=Cell(main="", small=f"{COUNTING} Its figures per environment are not known."),
        tone="paper",
    )


def _caption(found: Sequence[Headline]) -> str:
    """What the figures mean; marks are explained where they stand."""
    other = f"{OTHER.capitalize()}: the atlas has been built again since. "
    former = (
        f"{FORMER.capitalize()}: requests shared initial states, holes were asked what others "
        "meet too. "
    )
    return (
        "Measured by rollouts on fresh seeds. Success: target within 5 % of its range, bounds "
        "missed by at most 2 %. Into a hole: asked for what no policy it was trained on meets. "
        "Reconstruction (median) and probe (R²: of the app’s atlas where measured, else of a short "
        "training; MSE: of short trainings): held-out policies, each by its worst objective. "
        "The paper’s procedure is run by us; the nearest policy runs its own network. In brackets "
        "95 % intervals; for the probe lowest and highest training seed. ✗ misses its goal "
        "(relative error and success inside: the paper’s figures; the others: ours). Requests: "
        "training seeds × requests each. "
        + other * any(one.other_builds for one in found)
        + former * any(one.former_protocol for one in found)
        + f"Paper: {PAPER}."
    )
