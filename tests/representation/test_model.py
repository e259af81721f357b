"""The model on disk."""

from pathlib import Path

import pytest
import torch

from backend.errors import DamagedArtifact
from backend.representation.model import Representation
from tests.toys import SPEC

REBUILD = "steerscape atlas build x"


def test_model_comes_back_exactly(model: Representation, tmp_path: Path) -> None:
    path = tmp_path / "representation.safetensors"
    model.save(path)
    loaded = Representation.load(path, rebuild=REBUILD)
    assert loaded.config == model.config
    assert not loaded.training
    assert loaded.state_dict().keys() == model.state_dict().keys()
    for name, tensor in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor), name
    context = torch.randn(3, 32, SPEC.obs_dim), torch.randn(3, 32, SPEC.action_dim)
    with torch.no_grad():
        mean, _ = model.eval().encode(*context)
        again, _ = loaded.encode(*context)
    assert torch.equal(again, mean)


@pytest.mark.parametrize("damage", ["truncated", "garbage", "empty", "missing", "no config"])
def test_damaged_file_is_named(model: Representation, tmp_path: Path, damage: str) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "representation.safetensors"
    model.save(path)
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "garbage":
        path.write_bytes(b"not tensors " * 1000)
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "missing":
        path.unlink()
    else:
        save_file(model.state_dict(), path)
    with pytest.raises(DamagedArtifact) as caught:
        Representation.load(path, rebuild=REBUILD)
    text = str(caught.value)
    assert path.name in text
    assert REBUILD in text
    assert "\n" not in text


def test_projectors_start_orthonormal(model: Representation) -> None:
    weight, _ = model.projectors.stacked()
    gram = weight @ weight.mT
    assert torch.allclose(gram, torch.eye(3).expand(2, 3, 3), atol=1e-5)


def test_stacked_projectors_are_the_forward_map(model: Representation) -> None:
    z = torch.randn(5, 8)
    weight, bias = model.projectors.stacked()
    expected = z @ weight.mT + bias[:, None]
    assert torch.allclose(model.projectors(z), expected, atol=1e-6)
