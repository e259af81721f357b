"""Training of the representation: it learns, it repeats, it resumes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.representation.model import Representation, RepresentationConfig
from backend.representation.sampling import BatchSampler
from backend.representation.training import TrainingConfig, total_loss, train_representation
from tests.toys import SHORT, SPEC, Swinger, dataset

NUM = 6
CONFIG = TrainingConfig(
    num_steps=8, num_policies=4, context_size=8, num_queries=4, dagger_steps=(2, 5), dagger_kept=10
)
SOURCES = [Swinger(0.2 * i) for i in range(NUM)]
TERMS = {
    "loss",
    "reconstruction",
    "contrast",
    "kl",
    "orthonormality",
    "posterior_std",
    "action_mse",
}


class PulledPlug(Exception):
    """Whatever ends a process in the middle."""


def train(
    *, seed: int = 0, folder: Path | None = None,
    report: Callable[[int, dict[str, float]], None] = lambda *_: None,
) -> dict[str, torch.Tensor]:  # fmt: skip
    model = train_representation(
        SHORT, dataset(NUM), SOURCES, CONFIG, seed=seed, folder=folder, report=report
    )
    return model.state_dict()


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def whole() -> dict[str, torch.Tensor]:
    """Weights of the uninterrupted training."""
    return train()


def test_three_steps_on_a_fixed_batch_lower_every_part_that_is_trained() -> None:
    torch.manual_seed(0)
    config = RepresentationConfig(
        obs_dim=SPEC.obs_dim, action_dim=SPEC.action_dim, num_objectives=2
    )
    model, data = Representation(config), dataset(NUM)
    model.set_scale(data.obs.reshape(-1, SPEC.obs_dim).mean(0), data.obs.std((0, 1, 2)))
    batch = BatchSampler(data, device="cpu", seed=0).draw(6, 2, 16, 8)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def loss() -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        torch.manual_seed(1)
        return total_loss(model, batch, CONFIG, 0.5)

    first, before = loss()
    for _ in range(3):
        optimiser.zero_grad()
        loss()[0].backward()
        optimiser.step()
    last, after = loss()
    assert last < first
    for term in ("reconstruction", "contrast", "kl"):
        assert after[term] < before[term], term


def test_total_is_the_weighted_sum_of_its_terms() -> None:
    torch.manual_seed(0)
    config = RepresentationConfig(
        obs_dim=SPEC.obs_dim, action_dim=SPEC.action_dim, num_objectives=2
    )
    batch = BatchSampler(dataset(NUM), device="cpu", seed=0).draw(6, 2, 16, 8)
    settings = TrainingConfig(contrast_weight=2.0, kl_weight=0.5, orthonormality_weight=3.0)
    _, terms = total_loss(Representation(config), batch, settings, 0.25)
    assert terms.keys() == TERMS
    expected = (
        terms["reconstruction"] + 2 * terms["contrast"]
        + 0.5 * 0.25 * terms["kl"] + 3 * terms["orthonormality"]
    )  # fmt: skip
    assert terms["loss"].item() == pytest.approx(expected.item(), rel=1e-5)


def test_same_seed_gives_the_same_bytes(whole: dict[str, torch.Tensor]) -> None:
    assert same(train(), whole)
    assert not same(train(seed=1), whole)


def test_checkpoints_do_not_change_the_result(
    whole: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    assert same(train(folder=tmp_path), whole)
    assert (tmp_path / "representation.safetensors").exists()


@pytest.mark.parametrize("stop", [0, 1, 2, 4, 5, 7])
def test_interrupted_training_ends_in_the_same_bytes(
    whole: dict[str, torch.Tensor], tmp_path: Path, stop: int
) -> None:
    """Stopped before, between and after the two DAgger rounds (steps 2 and 5)."""

    def pull_plug(step: int, _: dict[str, float]) -> None:
        if step == stop:
            raise PulledPlug

    seen: list[int] = []
    with pytest.raises(PulledPlug):
        train(folder=tmp_path, report=pull_plug)
    resumed = train(folder=tmp_path, report=lambda step, _: seen.append(step))
    assert same(resumed, whole)
    assert seen[0] == {0: 0, 1: 0, 2: 2, 4: 2, 5: 5, 7: 5}[stop]
    assert seen[-1] == CONFIG.num_steps - 1


def test_what_was_trained_on_other_data_is_not_resumed(
    whole: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    """A population gathered anew has the same name, and its representation the same folder."""
    other = dataset(NUM)
    former = replace(other, obs=other.obs + 1)
    train_representation(SHORT, former, SOURCES, CONFIG, seed=0, folder=tmp_path)
    assert same(train(folder=tmp_path), whole)


def test_training_reports_every_step_with_finite_terms() -> None:
    reported: dict[int, dict[str, float]] = {}
    train(report=reported.__setitem__)
    assert list(reported) == list(range(CONFIG.num_steps))
    assert all(terms.keys() == TERMS for terms in reported.values())
    values = torch.tensor([[*terms.values()] for terms in reported.values()])
    assert values.isfinite().all()


def test_observation_scale_is_that_of_the_data(whole: dict[str, torch.Tensor]) -> None:
    flat = torch.from_numpy(dataset(NUM).obs).flatten(0, 2)
    assert torch.allclose(whole["obs_mean"], flat.mean(0), atol=1e-4)
    assert torch.allclose(whole["obs_std"], flat.std(0, correction=0) + 1e-3, atol=1e-4)
