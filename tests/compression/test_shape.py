"""Generated networks compute what torch's own layers compute."""

import numpy as np
import pytest
import torch
from torch import nn

from backend.compression.shape import Box, GeneratedPolicy, PolicyShape

SHAPE = PolicyShape(widths=(3, 8, 5, 2))
BOX = Box(middle=np.array([1.0, 0.0, -1.0]), half=np.array([2.0, 1.0, 4.0]))


@pytest.mark.parametrize(
    ("widths", "num"), [((2, 4, 1), 17), ((2, 32, 32, 1), 1185), ((2, 400, 300, 1), 121_801)]
)
def test_sizes_are_the_papers(widths: tuple[int, ...], num: int) -> None:
    assert PolicyShape(widths=widths).num_params == num


def test_a_batch_of_policies_acts_like_its_modules() -> None:
    theta = SHAPE.draw(4, seed=0)
    obs = torch.randn(4, 6, 3)
    acted = SHAPE.act(theta, obs)
    for i in range(4):
        x = obs[i]
        for weight, bias in SHAPE.layers(theta[i : i + 1]):
            layer = nn.Linear(*weight.shape[1:])
            layer.weight.data, layer.bias.data = weight[0].T, bias[0, 0]
            x = torch.tanh(layer(x))
        torch.testing.assert_close(acted[i], x)


def test_gradients_reach_every_parameter() -> None:
    theta = SHAPE.draw(2, seed=0).requires_grad_()
    SHAPE.act(theta, torch.randn(2, 9, 3)).square().sum().backward()
    assert theta.grad is not None and (theta.grad != 0).all()


def test_drawing_keeps_to_its_gain_and_seed() -> None:
    theta = SHAPE.draw(500, seed=3, gain=2.0)
    first = theta[:, : 3 * 8]
    assert first.abs().max() <= 2 / 3**0.5
    assert first.abs().max() > 1.9 / 3**0.5
    assert torch.equal(theta, SHAPE.draw(500, seed=3, gain=2.0))
    assert not torch.equal(theta, SHAPE.draw(500, seed=4, gain=2.0))


def test_a_policy_serves_several_rows_of_each() -> None:
    theta = SHAPE.draw(3, seed=0)
    policy = GeneratedPolicy(SHAPE, theta, BOX)
    obs = np.random.default_rng(0).normal(size=(6, 3))
    acted = policy.act(obs)
    for row in range(6):
        alone = GeneratedPolicy(SHAPE, theta[row // 2 : row // 2 + 1], BOX).act(obs[row : row + 1])
        np.testing.assert_allclose(acted[row], alone[0], atol=1e-6)
