"""What conditioned policies are told."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.policies.preferences import (
    SPEED_CAP_RANGE,
    PreferenceSpace,
    encode_preference,
    shape_reward,
)

SPACES = st.builds(
    PreferenceSpace,
    lowest_weight=st.floats(0, 0.9), corner_share=st.floats(0, 1), speed_cap=st.booleans(),
)  # fmt: skip


@given(space=SPACES, seed=st.integers(0, 2**31))
def test_preferences_lie_on_the_simplex_and_in_range(space: PreferenceSpace, seed: int) -> None:
    drawn = space.draw(np.random.default_rng(seed), 50)
    assert drawn.shape == (50, space.dim)
    np.testing.assert_allclose(drawn[:, :2].sum(1), 1)
    assert (drawn[:, 0] >= space.lowest_weight).all()
    assert (drawn[:, :2] >= 0).all()
    assert (drawn[:, 2:] >= SPEED_CAP_RANGE[0]).all()
    assert (drawn[:, 2:] <= SPEED_CAP_RANGE[1]).all()


@given(space=SPACES, seed=st.integers(0, 2**31))
def test_encoding_fits_in_minus_one_to_one_and_loses_nothing(
    space: PreferenceSpace, seed: int
) -> None:
    drawn = space.draw(np.random.default_rng(seed), 50)
    encoded = encode_preference(drawn)
    assert encoded.dtype == np.float32
    assert np.abs(encoded).max() <= 1
    scale = np.array([1, 1, SPEED_CAP_RANGE[1]])[: space.dim]
    np.testing.assert_allclose((encoded + 1) / 2 * scale, drawn, atol=1e-6 * scale.max())


def test_share_of_the_draws_sits_on_the_corners() -> None:
    drawn = PreferenceSpace(lowest_weight=0.2, corner_share=0.4).draw(
        np.random.default_rng(0), 5000
    )
    for corner in (0.2, 1.0):
        assert abs((drawn[:, 0] == corner).mean() - 0.2) < 0.02


def test_speed_cap_cuts_the_first_objective_only() -> None:
    reward = np.array([[5.0, -3.0], [1.0, 9.0], [-4.0, -4.0]])
    capped = np.array([[0.5, 0.5, 2.0]] * 3)
    shaped = shape_reward(reward, capped)
    assert shaped.tolist() == [[2.0, -3.0], [1.0, 9.0], [-4.0, -4.0]]
    assert reward[0, 0] == 5.0, "the caller's reward was changed"


def test_without_a_cap_the_reward_is_untouched() -> None:
    reward = np.array([[50.0, -3.0]])
    assert shape_reward(reward, np.array([[0.5, 0.5]])).tolist() == reward.tolist()
