"""How a decoder's weights are kept: half precision, and eight bits where there are many.

A trained decoder is rounded to what its file will hold before anything is measured of it, so that
every figure belongs to the file.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from backend.arrays import Array, Float32

MANY = 50_000
"Matrices of more numbers than this are kept in eight bits, with one scale for each row."
LEVELS = 127
SCALE = ".scale"


def round_as_stored(model: nn.Module) -> None:
    """Every weight of the decoder's side to the nearest number that the file can hold."""
    with torch.no_grad():
        state = decoder_side(model)
        kept = unpacked(packed(state))
        for name, tensor in state.items():
            tensor.copy_(torch.from_numpy(kept[name]))


def decoder_side(model: nn.Module) -> dict[str, torch.Tensor]:
    """All of an autoencoder's state but the encoder, which is not kept."""
    return {k: v for k, v in model.state_dict().items() if not k.startswith("encoder.")}


def packed(state: Mapping[str, torch.Tensor]) -> dict[str, Array]:
    """Arrays for a file: float16, or int8 beside ``<name>.scale``."""
    arrays: dict[str, Array] = {}
    for name, tensor in state.items():
        values = tensor.detach().numpy()
        if values.ndim < 2 or values.size <= MANY:
            arrays[name] = values.astype(np.float16)
            continue
        largest = np.abs(values).max(1, keepdims=True)
        scale = np.maximum(largest / LEVELS, 1e-6).astype(np.float16)
        steps = np.rint(values / scale.astype(np.float32))
        arrays[name] = np.clip(steps, -LEVELS, LEVELS).astype(np.int8)
        arrays[name + SCALE] = scale
    return arrays


def unpacked(arrays: Mapping[str, Array]) -> dict[str, Float32[Array, "..."]]:
    """Weights again."""
    return {
        name: values.astype(np.float32)
        * (arrays[name + SCALE].astype(np.float32) if name + SCALE in arrays else np.float32(1))
        for name, values in arrays.items()
        if not name.endswith(SCALE)
    }
