"""Every kind of policy under one interface; PPO improves each."""

import math

import pytest
import torch
from torch.distributions import MixtureSameFamily

from backend.action_latents.polynomial.bandits import bandit, draw, train_on
from backend.action_latents.polynomial.density import PolynomialDensity
from backend.action_latents.polynomial.heads import MOST_STD, DensityHead, entropy
from backend.action_latents.polynomial.recipes import (
    KINDS,
    WORLD_HEADS,
    Kind,
    bandit_config,
    bandit_head,
)
from backend.action_latents.polynomial.steered import SteeredHead, Steering

OBS = torch.linspace(-1, 1, 12).reshape(6, 2)


def head(kind: Kind) -> DensityHead:
    torch.manual_seed(0)
    made = WORLD_HEADS[kind]()
    assert isinstance(made, DensityHead)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_the_ratio_to_oneself_is_one(kind: Kind) -> None:
    torch.manual_seed(0)
    policy = WORLD_HEADS[kind]()
    action, memory = policy.sample(OBS)
    log_ratio, _ = policy.judge(OBS, action, memory)
    torch.testing.assert_close(log_ratio, torch.zeros(len(OBS)), atol=1e-5, rtol=0)


def test_an_untrained_polynomial_is_uniform() -> None:
    _, found = head("polynomial").judge(OBS, torch.zeros(6, 2), torch.zeros(6, 1))
    assert found is not None
    torch.testing.assert_close(found, torch.full((6,), 2 * math.log(2)), atol=0.02, rtol=0)


def test_natural_parameters_stay_within_their_bound_with_a_gradient() -> None:
    policy = head("polynomial")
    last = policy.net[-1]
    assert isinstance(last, torch.nn.Linear)
    with torch.no_grad():
        last.bias.fill_(12.0)
    density = policy.distribution(OBS)
    assert isinstance(density, PolynomialDensity)
    assert float(density.natural.detach().abs().max()) <= 5
    density.natural.sum().backward()
    assert last.bias.grad is not None and float(last.bias.grad.abs().max()) > 0


def test_gaussians_are_bounded_and_the_mixtures_entropy_is_an_upper_bound() -> None:
    policy = head("gaussian")
    last = policy.net[-1]
    assert isinstance(last, torch.nn.Linear)
    with torch.no_grad():
        last.bias.fill_(50.0)
    assert float(policy.distribution(OBS).stddev.detach().max()) <= MOST_STD
    mixture = head("mixture").distribution(OBS)
    assert isinstance(mixture, MixtureSameFamily)
    torch.manual_seed(0)
    sampled = -mixture.log_prob(mixture.sample(torch.Size([20_000]))).mean(0)
    assert bool((entropy(mixture) >= sampled - 0.02).all())


@pytest.mark.parametrize("kind", KINDS)
def test_training_earns_more_on_a_bandit(kind: Kind) -> None:
    torch.manual_seed(0)
    task, policy = bandit("lemniscate"), bandit_head(kind, 6)

    def reward() -> float:
        return float(task.reward(draw(policy, 2000)[1].clamp(-1, 1)).mean())

    before = reward()
    config = bandit_config(kind, 0.1)
    short = type(config)(**{**vars(config), "num_iterations": 12})
    train_on(task, policy, short)
    assert reward() > before + 0.03


def test_steering_turns_where_walks_go() -> None:
    policy = head("polynomial")
    plain, tilted, cold = (
        SteeredHead(policy, steering).distribution(OBS)
        for steering in (Steering(), Steering(tilt=(2.0, 0.0)), Steering(temperature=0.5))
    )
    assert bool((tilted.mean[:, 0] > plain.mean[:, 0] + 0.3).all())
    torch.testing.assert_close(tilted.mean[:, 1], plain.mean[:, 1], atol=0.02, rtol=0)
    torch.testing.assert_close(cold.natural, 2 * plain.natural)
    torch.testing.assert_close(Steering().apply(plain).natural, plain.natural)
