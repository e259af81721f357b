"""A question as a link: aims and starts as short readable texts, checked when they come back."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backend.errors import InvalidValue
from backend.overview import Scale
from backend.steering.request import Goal, Mode

AimMode = Literal["target", "at least", "at most", "hold", "free"]
WORDS: Mapping[AimMode, str] = {
    "target": "is", "at least": "min", "at most": "max", "hold": "hold", "free": "free",
}  # fmt: skip
"How a link says a mode."
VERSION_LENGTH = 10
"Characters of an atlas' content hash that a link carries."


@dataclass(frozen=True, kw_only=True)
class Aim:
    """What a control asks of one objective; a free one remembers its value."""

    mode: AimMode
    "Like a goal's mode; hold is a target at what the policy did when it was chosen."
    value: int
    "Return asked for."

    @property
    def goal(self) -> Goal | None:
        """The goal that the solver gets; None when nothing is asked."""
        modes: dict[AimMode, Mode] = {
            "target": "target", "hold": "target", "at least": "at least", "at most": "at most",
        }  # fmt: skip
        return Goal(mode=modes[self.mode], value=float(self.value)) if self.mode in modes else None

    @property
    def text(self) -> str:
        """What a link says, e.g. ``min:-2000``."""
        return f"{WORDS[self.mode]}:{self.value}"


def read_aim(name: str, text: str, scale: Scale) -> Aim:
    """The aim of a link's ``name=text``. Raises InvalidValue naming what is expected."""
    word, _, number = text.partition(":")
    modes: dict[str, AimMode] = {said: mode for mode, said in WORDS.items()}
    expected = f"{', '.join(modes)} and a whole number from {scale.low} to {scale.high}, as in is:"
    try:
        value = int(number)
    except ValueError:
        value = scale.low - 1
    if word not in modes or not scale.low <= value <= scale.high:
        middle = scale.nearest((scale.low + scale.high) / 2)
        raise InvalidValue(f"{name} in the link", text, f"{expected}{middle}")
    return Aim(mode=modes[word], value=value)


def latent_text(z: Sequence[float]) -> str:
    """A latent to the last bit, as a link carries it."""
    return urlsafe_b64encode(np.array(z, "<f8").tobytes()).decode().rstrip("=")


def read_latent(text: str, dim: int) -> tuple[float, ...]:
    """The latent of a link. Raises InvalidValue unless it is ``dim`` finite numbers."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        z = np.frombuffer(raw, "<f8")
    except (NotBase64, ValueError):
        z = np.full(1, np.nan)
    if len(z) != dim or not np.isfinite(z).all():
        expected = f"{dim} finite numbers as this app writes them"
        raise InvalidValue("latent in the link", text[:20], expected)
    return tuple(z.tolist())
