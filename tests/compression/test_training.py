"""The behaviour loss is about actions alone; training lowers what it is asked to lower."""

import pytest
import torch

from backend.compression.autoencoder import Autoencoder, AutoencoderConfig
from backend.compression.environments import MOUNTAIN_CAR
from backend.compression.shape import PolicyShape
from backend.compression.training import TrainingConfig, behaviour_loss, train_autoencoder

SHAPE = MOUNTAIN_CAR.sizes["small"]
SMALL = AutoencoderConfig(num_params=17, latent_dim=2, widths=(32, 16))
STATES = MOUNTAIN_CAR.states(256, torch.Generator().manual_seed(9))


def losses(model: Autoencoder, theta: torch.Tensor) -> tuple[float, float]:
    with torch.no_grad():
        rebuilt = model.decode(model.encode(theta))
        parameters = (((rebuilt - theta) / model.std) ** 2).mean()
        return float(behaviour_loss(SHAPE, theta, rebuilt, STATES)), float(parameters)


def test_the_behaviour_loss_of_the_same_behaviour_is_zero() -> None:
    shape = PolicyShape(widths=(2, 2, 1))
    theta = shape.draw(1, seed=0)
    flipped = theta.clone()  # tanh is odd: a unit and all its weights may change sign
    flipped[:, [0, 2, 4, 6]] *= -1
    assert float(behaviour_loss(shape, theta, flipped, STATES)) == pytest.approx(0, abs=1e-12)
    assert float(behaviour_loss(shape, theta, shape.draw(1, 1), STATES)) > 0.01


def test_each_loss_is_lowered_best_by_its_own_training() -> None:
    theta = SHAPE.draw(100, seed=0)
    config = TrainingConfig(num_steps=250, batch_size=32)
    by_behaviour = train_autoencoder(SHAPE, theta, MOUNTAIN_CAR.states, SMALL, config, seed=0)
    by_parameters = train_autoencoder(
        SHAPE, theta, MOUNTAIN_CAR.states, SMALL, config.of("parameters"), seed=0
    )
    first, second = losses(by_behaviour, theta), losses(by_parameters, theta)
    assert first[0] < 0.8 * second[0]
    assert second[1] < first[1]


def test_the_same_seed_gives_the_same_weights_and_leaves_the_generator_alone() -> None:
    theta, config = SHAPE.draw(20, seed=0), TrainingConfig(num_steps=3)
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    models = [
        train_autoencoder(SHAPE, theta, MOUNTAIN_CAR.states, SMALL, config, seed=1)
        for _ in range(2)
    ]
    assert torch.equal(torch.rand(1), expected)
    for a, b in zip(*(m.state_dict().values() for m in models), strict=True):
        assert torch.equal(a, b)


def test_a_report_may_cancel() -> None:
    def stop(step: int, steps: int, loss: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_autoencoder(
            SHAPE, SHAPE.draw(9, 0), MOUNTAIN_CAR.states, SMALL, TrainingConfig(), seed=0,
            report=stop,
        )  # fmt: skip


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_training_on_a_gpu_brings_the_weights_back() -> None:
    theta, config = SHAPE.draw(100, seed=0), TrainingConfig(num_steps=250, batch_size=32)
    here, there = (
        train_autoencoder(SHAPE, theta, MOUNTAIN_CAR.states, SMALL, config, seed=0, device=device)
        for device in ("cpu", "cuda")
    )
    assert losses(there, theta)[0] == pytest.approx(losses(here, theta)[0], rel=0.3)
