"""The numpy policy is the torch decoder."""

import numpy as np
import torch

from backend.atlas.atlas import Atlas
from backend.policies.policy import Policy
from backend.representation.decoded import DecodedPolicy, DecoderWeights
from backend.representation.model import Representation
from tests.toys import SPEC


@torch.no_grad()
def torch_actions(model: Representation, obs: np.ndarray, z: np.ndarray) -> np.ndarray:
    x = model.normalise(torch.from_numpy(obs).float())
    return model.decoder(x, torch.from_numpy(z).float()).numpy()


def queries(num: int, latent: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    obs = rng.normal(size=(num, SPEC.obs_dim)) * 5
    obs[0] = 1e4
    return obs, rng.normal(size=(num, latent))


def test_folded_decoder_equals_the_torch_decoder(model: Representation) -> None:
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.mul_(2.5)
    obs, z = queries(40, 8)
    expected = torch_actions(model, obs, z)
    assert np.abs(expected).max() > 1, "nothing to clip: the test would not see a missing clip"
    action = DecodedPolicy(DecoderWeights.fold(model), z).act(obs)
    np.testing.assert_allclose(action, np.clip(expected, -1, 1), atol=1e-5)


def test_shipped_decoder_folds_as_well(atlas: Atlas) -> None:
    obs, _ = queries(60, 1)
    z = atlas.z[:60]
    expected = np.clip(torch_actions(atlas.representation, obs, z), -1, 1)
    np.testing.assert_allclose(atlas.decode(z).act(obs), expected, atol=2e-5)


def test_every_row_has_its_own_latent(model: Representation) -> None:
    obs, z = queries(6, 8)
    weights = DecoderWeights.fold(model)
    together = DecodedPolicy(weights, z)
    assert isinstance(together, Policy)
    assert together.num_rows == 6
    for row in range(6):
        alone = DecodedPolicy(weights, z[[row]]).act(obs[[row]])
        np.testing.assert_allclose(alone[0], together.act(obs)[row], atol=1e-6)
    moved = DecodedPolicy(weights, z + 1).act(obs)
    assert (np.abs(moved - together.act(obs)).max(1) > 1e-4).all()


def test_log_std_depends_on_the_latent_and_keeps_its_bounds(model: Representation) -> None:
    z = torch.randn(50, 8) * 100
    log_std = model.decoder.log_std(z).detach()
    low, high = model.config.decoder.log_std_bounds
    assert float(log_std.min()) >= low
    assert float(log_std.max()) <= high
    assert float(log_std.std(0).min()) > 0
