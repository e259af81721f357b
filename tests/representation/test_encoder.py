"""The encoder sees a set: not its order, not the mode the module is in."""

import pytest
import torch

from backend.representation.model import Representation
from tests.toys import SPEC


@pytest.fixture
def precise(model: Representation) -> Representation:
    """In double precision, so that sums in another order agree to the last digits."""
    return model.double()


def context(batch: int = 5, size: int = 32, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = ((batch, size, SPEC.obs_dim), (batch, size, SPEC.action_dim))
    obs, action = (torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes)
    return obs, action


@torch.no_grad()
def test_order_of_the_context_does_not_matter(precise: Representation) -> None:
    obs, action = context()
    mean, log_std = precise.encode(obs, action)
    for seed in range(3):
        order = torch.randperm(32, generator=torch.Generator().manual_seed(seed))
        again, again_std = precise.encode(obs[:, order], action[:, order])
        assert (again - mean).abs().max() < 1e-12
        assert (again_std - log_std).abs().max() < 1e-12


@torch.no_grad()
def test_pairs_must_stay_together(precise: Representation) -> None:
    """Shuffling actions against observations is another policy, and must look like one."""
    obs, action = context()
    mean, _ = precise.encode(obs, action)
    torn, _ = precise.encode(obs, action.flip(1))
    other, _ = precise.encode(*context(seed=2))
    assert (torn - mean).abs().amax(1).min() > 1e-4
    assert (other - mean).abs().amax(1).min() > 1e-4


@torch.no_grad()
def test_training_and_evaluation_mode_agree(precise: Representation) -> None:
    """No dropout: the same context gives the same posterior, always."""
    obs, action = context()
    trained, trained_std = precise.train().encode(obs, action)
    evaluated, evaluated_std = precise.eval().encode(obs, action)
    assert (trained - evaluated).abs().max() < 1e-12
    assert (trained_std - evaluated_std).abs().max() < 1e-12


@torch.no_grad()
def test_contexts_of_a_batch_do_not_mix(precise: Representation) -> None:
    obs, action = context()
    mean, _ = precise.encode(obs, action)
    for row in range(len(obs)):
        alone, _ = precise.encode(obs[[row]], action[[row]])
        assert (alone[0] - mean[row]).abs().max() < 1e-12


@torch.no_grad()
@pytest.mark.parametrize("size", [1, 8, 200])
def test_any_context_size_is_accepted(precise: Representation, size: int) -> None:
    mean, log_std = precise.encode(*context(size=size))
    assert mean.shape == log_std.shape == (5, 8)
    assert mean.isfinite().all()
    assert (log_std >= -10).all()
    assert (log_std <= 2).all()


@torch.no_grad()
def test_shipped_encoder_is_indifferent_to_order_too(atlas) -> None:  # noqa: ANN001
    obs, action = (tensor.float() for tensor in context())
    mean, _ = atlas.representation.encode(obs, action)
    again, _ = atlas.representation.encode(obs.flip(1), action.flip(1))
    assert (again - mean).abs().max() < 1e-4
