"""An answer as a figure for a paper or a slide: its path on a map, and what was measured."""

from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

from backend.answers import SteerAnswer, VerifiedAnswer
from backend.errors import UnknownName
from backend.overview import Overview
from backend.rollouts.film import ACCENT
from backend.steering.request import Goal, Mode, SteerRequest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FigureFormat = Literal["svg", "png", "pdf"]
INCHES = (7.2, 3.5)
"Two columns of a paper."
DPI = 200
SIGNS: dict[Mode, str] = {"target": "=", "at least": "≥", "at most": "≤"}
STYLE: dict[Any, Any] = {
    "font.size": 8, "axes.titlesize": 8, "legend.fontsize": 7, "legend.frameon": False,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6,
    "svg.fonttype": "none", "svg.hashsalt": "steerscape",
}  # fmt: skip


def figure(
    overview: Overview, request: SteerRequest, answer: SteerAnswer,
    verified: VerifiedAnswer | None, *, map_name: str, pair: tuple[int, int],
    format: FigureFormat,
) -> bytes:  # fmt: skip
    """Left the path on a map, right measured returns with aims, front and answer.

    The answer stands in return space only where it was measured, mean ± sd over fresh episodes.
    The same answer gives the same bytes. Raises UnknownName for a map the atlas has not.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if map_name not in overview.places:
        raise UnknownName("map", map_name, overview.places)
    with mpl.rc_context(STYLE):
        sheet = Figure(figsize=INCHES, layout="constrained")
        left, right = sheet.subplots(1, 2)
        _draw_map(left, overview, answer, verified, map_name)
        _draw_returns(right, overview, request, verified, pair)
        sheet.suptitle(_title(overview, request, verified), fontsize=8)
        content = BytesIO()
        undated = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}[format]
        sheet.savefig(content, format=format, dpi=DPI, metadata=undated)
    return content.getvalue()


def _draw_map(
    axes: "Axes", overview: Overview, answer: SteerAnswer, verified: VerifiedAnswer | None,
    map_name: str,
) -> None:  # fmt: skip
    places, path = overview.places[map_name], answer.places[map_name]
    first = overview.objectives[0]
    dots = axes.scatter(*places.T, c=overview.returns[:, 0], s=9, linewidths=0, rasterized=True)
    held = overview.held_out != ""
    axes.scatter(
        *places[held].T, s=16, facecolors="none", edgecolors="k", linewidths=0.5, label="held out"
    )
    axes.plot(*path.T, color=ACCENT, linewidth=1.4, label="path")
    axes.plot(*path[0], "o", color="white", markeredgecolor=ACCENT, markersize=6, label="start")
    end = path[-1] if verified is None else verified.places[map_name][0]
    axes.plot(*end, "o", color=ACCENT, markersize=6, label="answer")
    axes.set(xticks=[], yticks=[], title=f"{map_name}: {len(places)} policies")
    axes.set_frame_on(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=4, columnspacing=1)
    axes.figure.colorbar(dots, ax=axes, label=f"{first.title}, measured")


def _draw_returns(
    axes: "Axes", overview: Overview, request: SteerRequest, verified: VerifiedAnswer | None,
    pair: tuple[int, int],
) -> None:  # fmt: skip
    x, y = (overview.objectives[i] for i in pair)
    axes.scatter(
        *overview.returns[:, list(pair)].T, s=7, color="0.7", linewidths=0, label="policies"
    )
    axes.step(*overview.front(pair).T, where="pre", color="0.35", linewidth=0.8, label="front")
    for objective, line in ((x, axes.axvline), (y, axes.axhline)):
        if objective.name in request.goals:
            goal = request.goals[objective.name]
            words = _words(objective.name, goal)
            line(goal.value, color=ACCENT, linewidth=1, linestyle="--", label=words)
    if verified is not None:
        mean, std = verified.measured.mean[list(pair)], verified.measured.std[list(pair)]
        axes.errorbar(
            *mean, xerr=std[0], yerr=std[1], fmt="o", color=ACCENT, markersize=5, linewidth=1,
            label=f"measured (n = {len(verified.measured.episodes)})",
        )  # fmt: skip
    axes.set(
        xlabel=f"{x.title} ({x.step_unit}, summed)", ylabel=f"{y.title} ({y.step_unit}, summed)",
        title="measured returns",
    )  # fmt: skip
    axes.legend(loc="best")


def _title(overview: Overview, request: SteerRequest, verified: VerifiedAnswer | None) -> str:
    asked = ", ".join(_words(name, goal) for name, goal in request.goals.items())
    text = f"{overview.title} · asked {asked} · {request.method}"
    if verified is None:
        return f"{text} · not verified"
    means = zip(overview.objectives, verified.measured.mean, strict=True)
    return f"{text} · measured " + ", ".join(f"{o.name} {_number(mean)}" for o, mean in means)


def _words(name: str, goal: Goal) -> str:
    return f"{name} {SIGNS[goal.mode]} {_number(goal.value)}"


def _number(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")
