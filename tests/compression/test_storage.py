"""What a decoder's file holds is what was measured."""

import torch

from backend.compression.autoencoder import Autoencoder, AutoencoderConfig
from backend.compression.storage import (
    MANY,
    SCALE,
    decoder_side,
    packed,
    round_as_stored,
    unpacked,
)

NAME = "decoder.4.weight"


def model() -> Autoencoder:
    torch.manual_seed(0)
    made = Autoencoder(AutoencoderConfig(num_params=1000, latent_dim=2, widths=(64, 16)))
    made.whiten_by(torch.randn(20, 1000))
    return made


def test_many_weights_take_a_byte_each_and_few_take_two() -> None:
    arrays = packed(decoder_side(model()))
    assert arrays[NAME].size > MANY and arrays[NAME].dtype == "int8"
    assert arrays[NAME + SCALE].shape == (1000, 1)
    assert arrays["decoder.0.weight"].dtype == arrays["mean"].dtype == "float16"
    assert not any(name.startswith("encoder.") for name in arrays)


def test_a_rounded_decoder_comes_back_to_the_last_bit() -> None:
    rounded = model()
    round_as_stored(rounded)
    again = unpacked(packed(decoder_side(rounded)))
    for name, tensor in decoder_side(rounded).items():
        assert torch.equal(torch.from_numpy(again[name]), tensor), name


def test_rounding_is_small_and_leaves_the_encoder() -> None:
    before, after = model(), model()
    round_as_stored(after)
    one, other = before.state_dict(), after.state_dict()
    largest = one[NAME].abs().max(1, keepdim=True).values
    assert ((one[NAME] - other[NAME]).abs() <= largest / 127).all()
    assert not torch.equal(one[NAME], other[NAME])
    assert torch.equal(one["encoder.0.weight"], other["encoder.0.weight"])
