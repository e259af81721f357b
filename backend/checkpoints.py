"""Optimiser state as named arrays, so that a training can stop and go on to the same bytes."""

from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from backend.arrays import Array

ADAM_STATE = ("step", "exp_avg", "exp_avg_sq")


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


def write_arrays(arrays: dict[str, Array], path: Path) -> None:
    """Write safetensors beside ``path``, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, scratch)
    scratch.rename(path)
