"""Optimiser state through a file: the next step is the step that would have been."""

from pathlib import Path

import pytest
import torch
from safetensors.numpy import load_file

from backend.checkpoints import adam_arrays, net_arrays, restore_adam, restore_net, write_arrays


def learner(
    seed: int, kind: type[torch.optim.Optimizer]
) -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    return net, kind(net.parameters(), lr=0.1)


def step(net: torch.nn.Module, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    net(torch.arange(8.0).reshape(2, 4)).square().sum().backward()
    optimiser.step()


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.AdamW])
def test_restored_training_goes_on_to_the_same_bytes(
    tmp_path: Path, kind: type[torch.optim.Optimizer]
) -> None:
    net, optimiser = learner(0, kind)
    for _ in range(3):
        step(net, optimiser)
    write_arrays(net_arrays(net) | adam_arrays(optimiser), tmp_path / "learner.safetensors")
    other, other_optimiser = learner(1, kind)
    arrays = load_file(tmp_path / "learner.safetensors")
    restore_net(other, arrays)
    restore_adam(other_optimiser, arrays)
    for _ in range(3):
        step(net, optimiser)
        step(other, other_optimiser)
    for ours, theirs in zip(net.parameters(), other.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_scalars_keep_their_shape(tmp_path: Path) -> None:
    """An array of shape () that came back as (1,) would not convert to a number."""
    net, optimiser = learner(0, torch.optim.Adam)
    step(net, optimiser)
    write_arrays(adam_arrays(optimiser), tmp_path / "a.safetensors")
    assert load_file(tmp_path / "a.safetensors")["adam.0.step"].shape == ()
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]
