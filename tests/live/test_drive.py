"""The glide: never faster than its limit, straight, and it arrives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.atlas.atlas import Atlas
from backend.live.drive import Glide, glide_of

SECONDS = 0.05


@given(st.integers(0, 2**31), st.floats(0.05, 2.0))
def test_it_is_never_faster_and_always_arrives(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    z, target = rng.standard_normal((2, 3, 5))
    glide = Glide(span=4.0, share=share)
    length = np.linalg.norm(target - z, axis=1).max()
    for _ in range(int(np.ceil(length / (4.0 * share * SECONDS))) + 1):
        after = glide.step(z, target, SECONDS)
        assert np.linalg.norm(after - z, axis=1).max() <= 4.0 * share * SECONDS + 1e-9
        z = after
    np.testing.assert_allclose(z, target, atol=1e-9)


def test_without_a_limit_it_jumps_to_anywhere_in_the_range() -> None:
    target = np.array([[3.0, 0.0]])
    jumped = Glide(span=3.0, share=float("inf")).step(np.zeros((1, 2)), target, SECONDS)
    np.testing.assert_allclose(jumped, target)


def test_the_range_is_the_largest_distance_between_training_latents(atlas: Atlas) -> None:
    z = atlas.cloud.z
    widest = max(np.linalg.norm(z - row, axis=1).max() for row in z)
    assert glide_of(atlas).span == pytest.approx(widest)
