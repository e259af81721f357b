"""Links: what is written is read back, and what cannot be read says what was expected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidValue
from backend.overview import Scale
from backend.recipe import WORDS, Aim, AimMode, latent_text, read_aim, read_latent
from backend.studio import Goal

SCALE = Scale(-3000, 9000, 10)
MODES = sorted(WORDS)


@given(mode=st.sampled_from(MODES), value=st.integers(SCALE.low, SCALE.high))
def test_an_aim_comes_back_as_it_was(mode: AimMode, value: int) -> None:
    aim = Aim(mode=mode, value=value)
    assert read_aim("forward", aim.text, SCALE) == aim


@pytest.mark.parametrize(
    "text", ["", "is", "is:", "is:NaN", "is:1e3", "is:9001", "min:-3001", "about:5", "5000"]
)
def test_a_wrong_aim_says_what_is_expected(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"forward in the link: .*-3000 to 9000.* is:3000"):
        read_aim("forward", text, SCALE)


def test_only_what_is_asked_becomes_a_goal() -> None:
    assert Aim(mode="free", value=5).goal is None
    assert Aim(mode="at most", value=5).goal == Goal(mode="at most", value=5.0)
    assert Aim(mode="hold", value=5).goal == Goal(mode="target", value=5.0), "held where it was"


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=40))
def test_a_latent_comes_back_to_the_last_bit(z: list[float]) -> None:
    text = latent_text(z)
    assert np.array(read_latent(text, len(z))).tobytes() == np.array(z).tobytes()
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("text", ["", "A", "AAAA", "ä", "%%", latent_text([np.nan, 1.0])])
def test_a_wrong_latent_says_what_is_expected(text: str) -> None:
    with pytest.raises(InvalidValue, match="2 finite numbers"):
        read_latent(text, 2)
