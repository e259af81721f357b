"""Optimiser state as named arrays, so that a training can stop and go on to the same bytes."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file

from backend.arrays import Array

ADAM_STATE = ("step", "exp_avg", "exp_avg_sq")
MADE_FROM = "made_from"


def adam_arrays(optimiser: torch.optim.Optimizer) -> dict[str, Array]:
    """Every Adam moment under ``adam.<parameter>.<name>``."""
    states = optimiser.state_dict()["state"]
    return {
        f"adam.{i}.{name}": states[i][name].cpu().numpy() for i in states for name in ADAM_STATE
    }


def restore_adam(optimiser: torch.optim.Optimizer, arrays: dict[str, Array]) -> None:
    """Put back what ``adam_arrays`` gave."""
    state = optimiser.state_dict()
    count = sum(len(group["params"]) for group in optimiser.param_groups)
    state["state"] = {
        i: {name: torch.from_numpy(arrays[f"adam.{i}.{name}"]) for name in ADAM_STATE}
        for i in range(count)
    }
    optimiser.load_state_dict(state)


def net_arrays(net: torch.nn.Module) -> dict[str, Array]:
    """Every tensor of a module under ``net.<name>``."""
    return {f"net.{name}": tensor.cpu().numpy() for name, tensor in net.state_dict().items()}


def restore_net(net: torch.nn.Module, arrays: dict[str, Array]) -> None:
    """Put back what ``net_arrays`` gave."""
    prefix = "net."
    tensors = {
        k.removeprefix(prefix): torch.from_numpy(v)
        for k, v in arrays.items()
        if k.startswith(prefix)
    }
    net.load_state_dict(tensors)


def fingerprint(*parts: Any) -> str:
    """Hash of all that decides a result: arrays, and whatever JSON can say."""
    digest = hashlib.sha256()
    for part in parts:
        whole = np.ascontiguousarray(part).tobytes() if isinstance(part, np.ndarray) else None
        digest.update(whole or json.dumps(part, sort_keys=True).encode())
    return digest.hexdigest()


def write_arrays(arrays: dict[str, Array], path: Path, *, made_from: str = "") -> None:
    """Write safetensors beside ``path``, then rename; ``made_from`` says what they belong to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    ordered = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    save_file(ordered, scratch, metadata={MADE_FROM: made_from})
    scratch.rename(path)


def is_from(path: Path, made_from: str) -> bool:
    """Whether what ``write_arrays`` left was made from the same."""
    with safe_open(path, "np") as file:
        return (file.metadata() or {}).get(MADE_FROM) == made_from
