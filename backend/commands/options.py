"""Options several commands share, and how their texts become values."""

from dataclasses import dataclass
from math import isfinite
from typing import Annotated

import tyro

from backend.errors import InvalidValue, UnknownName
from backend.steering.request import Goal, Mode, SteerRequest

Name = Annotated[str, tyro.conf.Positional]
Repeated = tyro.conf.UseAppendAction[tuple[str, ...]]

FLAGS: dict[Mode, str] = {"target": "--target", "at least": "--at-least", "at most": "--at-most"}


@dataclass(frozen=True, kw_only=True)
class JsonOption:
    """Where the answer goes."""

    json: bool = False
    "Print exactly one JSON object on standard output; logs go to standard error."


@dataclass(frozen=True, kw_only=True)
class GoalOptions:
    """What is asked of each objective; one left out is free."""

    target: Repeated = ()
    "OBJECTIVE=VALUE the return should equal."
    at_least: Repeated = ()
    "OBJECTIVE=VALUE the return should not fall below."
    at_most: Repeated = ()
    "OBJECTIVE=VALUE the return should not exceed."
    start: str | None = None
    "Policy id to start from; without it, the policy whose returns suit the goals best."
    method: str = "tangent"
    "tangent, free, closed-form or nearest."
    max_steps: int = 300
    "Step budget of the solver."
    margin: bool = True
    "Tighten bounds by one root-mean-square error of the value heads (--no-margin: do not)."
    seed: int = 0
    "Seed of the episodes."

    def request(self) -> SteerRequest:
        """The flags as a request. Raises InvalidValue or UnknownName naming what was expected."""
        from backend.steering.request import METHODS

        if self.method not in METHODS:
            raise UnknownName("method", self.method, METHODS)
        goals: dict[str, Goal] = {}
        by_mode: dict[Mode, tuple[str, ...]] = {
            "target": self.target, "at least": self.at_least, "at most": self.at_most,
        }  # fmt: skip
        for mode, texts in by_mode.items():
            for text in texts:
                name, value = parse_goal(text, FLAGS[mode])
                if name in goals:
                    raise InvalidValue(FLAGS[mode], text, f"one goal per objective, {name} has two")
                goals[name] = Goal(mode=mode, value=value)
        return SteerRequest(
            goals=goals, start=self.start, method=self.method,  # type: ignore[arg-type]
            max_steps=self.max_steps, margin=self.margin, seed=self.seed,
        )  # fmt: skip


def parse_goal(text: str, flag: str) -> tuple[str, float]:
    """``forward=6000`` -> ("forward", 6000.0). Raises InvalidValue."""
    name, separator, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not separator or not name or not isfinite(number):
        raise InvalidValue(flag, text, "OBJECTIVE=NUMBER, e.g. forward=6000")
    return name, number


def parse_size(text: str) -> tuple[int, int]:
    """``480x360`` -> (480, 360). Raises InvalidValue."""
    width, separator, height = text.partition("x")
    if not (separator and width.isdecimal() and height.isdecimal()):
        raise InvalidValue("--size", text, "WIDTHxHEIGHT in pixels, e.g. 480x360")
    return int(width), int(height)
