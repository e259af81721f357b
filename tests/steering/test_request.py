"""What the solver refuses, and in which words."""

from dataclasses import replace
from math import ceil, floor
from typing import Any

import numpy as np
import pytest

from backend.atlas.atlas import Atlas
from backend.errors import InvalidValue, StudioError, UnknownName
from backend.overview import overview
from backend.steering.request import METHODS, Goal, SteerRequest, check_request

GOOD = Goal(mode="target", value=5000.0)


def refusal(atlas: Atlas, kind: type[StudioError], **fields: Any) -> str:
    with pytest.raises(kind) as caught:
        check_request(SteerRequest(**{"goals": {"forward": GOOD}, **fields}), atlas)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_good_request_passes(atlas: Atlas) -> None:
    for method in METHODS:
        check_request(SteerRequest(goals={"forward": GOOD}, method=method), atlas)
    check_request(SteerRequest(goals={"forward": GOOD}, start=atlas.population.ids[0]), atlas)


def test_the_ends_of_the_range_may_be_asked_for(atlas: Atlas) -> None:
    for value in (atlas.returns_low[0], atlas.returns_high[0]):
        goal = Goal(mode="target", value=float(value))
        check_request(SteerRequest(goals={"forward": goal}), atlas)


def test_unknown_objective_lists_what_exists(atlas: Atlas) -> None:
    text = refusal(atlas, UnknownName, goals={"style": GOOD})
    assert all(name in text for name in ("style", "forward", "energy"))


@pytest.mark.parametrize("mode", ["target", "at least", "at most"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e9, -1e9])
def test_a_value_out_of_range_is_answered_with_the_range(
    atlas: Atlas, mode: Any, value: float
) -> None:
    text = refusal(atlas, InvalidValue, goals={"forward": Goal(mode=mode, value=value)})
    assert f"{mode} forward" in text
    assert f"from {floor(atlas.returns_low[0])} to {ceil(atlas.returns_high[0])}" in text


def test_what_the_controls_of_a_narrow_objective_offer_may_be_asked(atlas: Atlas) -> None:
    """Between .2 and .9 there is no whole number; its slider goes from 0 to 1."""
    share = (atlas.population.returns[:, 0] - atlas.returns_low[0]) / atlas.returns_extent[0]
    returns = np.column_stack([0.2 + 0.7 * share, atlas.population.returns[:, 1]])
    narrow = replace(atlas, population=replace(atlas.population, returns=returns))
    offered = overview(narrow).scale(0)
    assert (offered.low, offered.high) == (0, 1)
    for value in (offered.low, offered.high):
        goal = Goal(mode="target", value=float(value))
        check_request(SteerRequest(goals={"forward": goal}), narrow)


def test_a_start_from_nowhere_near_is_refused(atlas: Atlas) -> None:
    """From there predictions overflow and the physics with them."""
    check_request(SteerRequest(goals={"forward": GOOD}, start=tuple(3 * atlas.z[0])), atlas)
    text = refusal(atlas, InvalidValue, start=(1e300,) * atlas.z.shape[1])
    assert "1e+300" in text and "within ±" in text


def test_every_goal_is_checked(atlas: Atlas) -> None:
    goals = {"forward": GOOD, "energy": Goal(mode="at least", value=1.0)}
    assert "at least energy" in refusal(atlas, InvalidValue, goals=goals)


def test_no_goal_is_no_request(atlas: Atlas) -> None:
    assert "at least one objective" in refusal(atlas, InvalidValue, goals={})


def test_unknown_start_shows_what_ids_look_like(atlas: Atlas) -> None:
    text = refusal(atlas, UnknownName, start="run-99/00/w0.50")
    assert "run-99/00/w0.50" in text
    assert atlas.population.ids[0] in text


@pytest.mark.parametrize("max_steps", [0, -1, 10_001])
def test_step_budget_has_limits(atlas: Atlas, max_steps: int) -> None:
    assert "from 1 to 10000" in refusal(atlas, InvalidValue, max_steps=max_steps)


def test_unknown_method_lists_what_exists(atlas: Atlas) -> None:
    request = SteerRequest(goals={"forward": GOOD})
    object.__setattr__(request, "method", "magic")
    with pytest.raises(UnknownName) as caught:
        check_request(request, atlas)
    assert all(method in str(caught.value) for method in ("magic", *METHODS))


def test_key_tells_requests_apart_and_ignores_the_order_of_goals() -> None:
    both = {"forward": GOOD, "energy": Goal(mode="at least", value=-900.0)}
    base = SteerRequest(goals=both)
    assert base.key == SteerRequest(goals=dict(reversed(both.items()))).key
    others: list[dict[str, Any]] = [
        {"goals": {"forward": GOOD}},
        {"goals": both | {"energy": Goal(mode="at most", value=-900.0)}},
        {"goals": both, "start": "x"},
        {"goals": both, "method": "free"},
        {"goals": both, "max_steps": 10},
        {"goals": both, "margin": False},
        {"goals": both, "seed": 1},
    ]
    keys = {base.key, *(SteerRequest(**fields).key for fields in others)}
    assert len(keys) == len(others) + 1


@pytest.mark.parametrize("projection", [-0.1, 1.1, np.nan])
def test_projection_is_a_share(atlas: Atlas, projection: float) -> None:
    assert "from 0 to 1" in refusal(atlas, InvalidValue, projection=projection)
