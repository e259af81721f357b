"""Affine value heads: exact on affine returns, with the gradient their weights promise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.representation.value_heads import ValueHeads, fit_value_heads
from tests.toys import affine_heads


def projectors(rng: np.random.Generator, objectives: int = 2) -> tuple[np.ndarray, np.ndarray]:
    weight = np.stack([np.linalg.qr(rng.normal(size=(8, 3)))[0].T for _ in range(objectives)])
    return weight, rng.normal(size=(objectives, 3))


@given(seed=st.integers(0, 10_000))
def test_exact_affine_returns_are_recovered(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight, bias = projectors(rng)
    z, slope = rng.normal(size=(60, 8)), rng.normal(size=(2, 3))

    def returns(z: np.ndarray) -> np.ndarray:
        columns = [
            1000 * (z @ w.T + b) @ s + 77 for w, b, s in zip(weight, bias, slope, strict=True)
        ]
        return np.stack(columns, 1)

    heads = fit_value_heads(z, returns(z), weight, bias, ridge=1e-13)
    fresh = rng.normal(size=(20, 8))
    np.testing.assert_allclose(heads.predict(fresh), returns(fresh), rtol=1e-6, atol=1e-4)


def test_heads_see_only_their_own_projection() -> None:
    """A return that depends on what the projector drops cannot be predicted from it."""
    rng = np.random.default_rng(0)
    weight, bias = projectors(rng)
    z = rng.normal(size=(500, 8))
    _, _, rows = np.linalg.svd(weight[0])
    returns = np.stack([z @ rows[-1], z @ weight[1, 0]], 1)
    heads = fit_value_heads(z, returns, weight, bias)
    assert np.abs(weight[0] @ rows[-1]).max() < 1e-9
    assert np.abs(heads.weight[0] @ rows[-1]) < 1e-9
    residual = (heads.predict(z) - returns).std(0) / returns.std(0)
    assert residual[0] > 0.9
    assert residual[1] < 0.1


def test_fit_is_the_least_squares_fit() -> None:
    """Without a ridge, residuals are orthogonal to what the head sees."""
    rng = np.random.default_rng(1)
    weight, bias = projectors(rng)
    z = rng.normal(size=(100, 8))
    returns = np.stack([np.sin(z[:, 0]), z[:, 1] ** 2], 1)
    heads = fit_value_heads(z, returns, weight, bias, ridge=0.0)
    residual = heads.predict(z) - returns
    for i in range(2):
        seen = np.column_stack([z @ weight[i].T, np.ones(100)])
        assert np.abs(seen.T @ residual[:, i]).max() < 1e-8


def test_gradient_equals_finite_differences() -> None:
    heads = affine_heads(3)
    gradient = heads.weight * heads.returns_std[:, None]
    z = np.random.default_rng(2).normal(size=8)
    step = 1e-3
    numeric = np.stack(
        [
            (heads.predict(z + step * e) - heads.predict(z - step * e)) / (2 * step)
            for e in np.eye(8)
        ]
    )
    np.testing.assert_allclose(numeric.T, gradient, rtol=1e-6, atol=1e-6)


def test_prediction_and_standardisation_are_inverse() -> None:
    heads = affine_heads(4, objectives=3)
    z = np.random.default_rng(3).normal(size=(2, 5, 8))
    standard = heads.standardise(heads.predict(z))
    np.testing.assert_allclose(standard, z @ heads.weight.T + heads.bias, atol=1e-9)


def test_shipped_heads_promise_what_training_policies_do(atlas) -> None:  # noqa: ANN001
    rows = atlas.training_rows
    error = atlas.predicted[rows] - atlas.population.returns[rows]
    explained = 1 - error.var(0) / atlas.population.returns[rows].var(0)
    assert (explained > 0.9).all()
    assert isinstance(atlas.heads, ValueHeads)
    assert np.abs(error.mean(0) / atlas.returns_extent) == pytest.approx(0, abs=0.02)
