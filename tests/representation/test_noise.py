"""The decoder's spread is the noise that policies act with."""

import numpy as np
import pytest
import torch

from backend.arrays import Array
from backend.representation.decoder import DecoderConfig, PolicyDecoder
from backend.representation.noise import executed_log_std, fit_spread
from backend.rollouts.dataset import OccupancyDataset

BOUNDS = (-3.0, 1.0)
STD = np.array([[0.1, 0.2, 0.4], [0.3, 0.3, 0.1]])


def dataset(std: Array, *, quiet: int = 2, noisy: int = 6, mean: float = 0.0) -> OccupancyDataset:
    """Policies that act with known noise in their later episodes, cut off at the control range."""
    rng = np.random.default_rng(0)
    shape = (len(std), quiet + noisy, 500, std.shape[1])
    noise = rng.normal(size=shape) * std[:, None, None]
    noise[:, :quiet] = 1e-7
    clean = np.full(shape, mean, np.float32)
    action = np.clip(clean + noise, -1, 1).astype(np.float32)
    obs = np.zeros((*shape[:3], 4), np.float32)
    returns = np.zeros((len(std), 2))
    return OccupancyDataset(obs=obs, action=action, clean_action=clean, returns=returns)


def test_quiet_episodes_do_not_dilute_the_noise() -> None:
    assert np.exp(executed_log_std(dataset(STD), BOUNDS)) == pytest.approx(
        STD, rel=0.08
    )  # cut-off tails


def test_without_noise_the_spread_is_the_lowest_there_is() -> None:
    assert (executed_log_std(dataset(STD, noisy=0), BOUNDS) == BOUNDS[0]).all()


def test_actions_at_the_control_range_say_nothing() -> None:
    assert (executed_log_std(dataset(STD, mean=1.0), BOUNDS) == BOUNDS[0]).all()


def test_the_spread_follows_the_latent_and_the_mean_stays() -> None:
    torch.manual_seed(0)
    decoder = PolicyDecoder(4, 3, 8, DecoderConfig())
    z = np.random.default_rng(1).normal(size=(400, 8))
    wanted = -1.5 + 0.3 * z[:, :3]
    obs, latent = torch.randn(5, 4), torch.randn(5, 8)
    before = decoder(obs, latent)
    fit_spread(decoder, z[:300], wanted[:300])
    found = decoder.log_std(torch.from_numpy(z[300:]).float()).detach().numpy()
    assert np.abs(found - wanted[300:]).mean() < 0.05
    assert torch.equal(decoder(obs, latent), before)
