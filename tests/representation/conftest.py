"""A small, untrained representation of HalfCheetah policies."""

import pytest
import torch

from backend.representation.decoder import DecoderConfig
from backend.representation.encoder import EncoderConfig
from backend.representation.model import Representation, RepresentationConfig
from tests.toys import SPEC


@pytest.fixture
def model() -> Representation:
    torch.manual_seed(0)
    model = Representation(RepresentationConfig(
        obs_dim=SPEC.obs_dim, action_dim=SPEC.action_dim, num_objectives=2, latent_dim=8,
        projection_dim=3,
        encoder=EncoderConfig(embed_dim=16, width=16, num_heads=2, feedforward_dim=16),
        decoder=DecoderConfig(hidden_dim=24, std_hidden_dim=8),
    ))  # fmt: skip
    scale = torch.rand(SPEC.obs_dim) + 0.5
    model.set_scale(torch.randn(SPEC.obs_dim).numpy(), scale.numpy())
    return model
