"""What conditioned policies are told."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from backend.policies.preferences import (
    SPEED_CAP_SCALE,
    PreferenceSpace,
    encode_preference,
    shape_reward,
)

SPACES = st.builds(
    PreferenceSpace,
    num_objectives=st.just(2), lowest_weight=st.floats(0, 0.9), corner_share=st.floats(0, 1),
    speed_caps=st.sampled_from([None, (0.5, 9.0), (0.1, 3.0)]),
) | st.builds(
    PreferenceSpace,
    num_objectives=st.just(3), lowest_weight=st.just(0.0), corner_share=st.floats(0, 1),
)  # fmt: skip


@given(space=SPACES, seed=st.integers(0, 2**31))
def test_preferences_lie_on_the_simplex_and_in_range(space: PreferenceSpace, seed: int) -> None:
    drawn = space.draw(np.random.default_rng(seed), 50)
    assert drawn.shape == (50, space.dim)
    weights, caps = np.split(drawn, [space.num_objectives], axis=1)
    np.testing.assert_allclose(weights.sum(1), 1)
    assert (drawn[:, 0] >= space.lowest_weight).all()
    assert (weights >= 0).all()
    if space.speed_caps is not None:
        assert (caps >= space.speed_caps[0]).all()
        assert (caps <= space.speed_caps[1]).all()


@given(space=SPACES, seed=st.integers(0, 2**31))
def test_encoding_fits_in_minus_one_to_one_and_loses_nothing(
    space: PreferenceSpace, seed: int
) -> None:
    drawn = space.draw(np.random.default_rng(seed), 50)
    encoded = encode_preference(drawn, space.num_objectives)
    assert encoded.dtype == np.float32
    assert np.abs(encoded).max() <= 1
    scale = np.ones(space.dim)
    scale[space.num_objectives :] = SPEED_CAP_SCALE
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


def test_alive_bonus_is_paid_on_top_of_the_cap() -> None:
    reward, capped = np.array([[5.0, 1.0], [2.5, 1.0]]), np.array([[0.5, 0.5, 2.0]] * 2)
    assert shape_reward(reward, capped, alive_bonus=1.0).tolist() == [[3.0, 1.0], [2.5, 1.0]]


def test_three_weights_are_not_a_speed_cap() -> None:
    reward = np.array([[5.0, 1.0, 2.0]])
    assert shape_reward(reward, np.array([[0.2, 0.3, 0.5]])).tolist() == reward.tolist()


def test_corners_of_the_simplex_get_their_share() -> None:
    space = PreferenceSpace(num_objectives=3, corner_share=0.3)
    drawn = space.draw(np.random.default_rng(0), 6000)
    for axis in range(3):
        assert abs((drawn[:, axis] == 1.0).mean() - 0.1) < 0.02


def test_without_a_cap_the_reward_is_untouched() -> None:
    reward = np.array([[50.0, -3.0]])
    assert shape_reward(reward, np.array([[0.5, 0.5]])).tolist() == reward.tolist()
