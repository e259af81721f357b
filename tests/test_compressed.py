"""The façade on the shipped shelf: figures are the files', latents out of reach are named."""

import numpy as np
import pytest

from backend.compressed import Compressed
from backend.errors import InvalidValue, UnknownName

ENV, SPACE = "mountain-car", "medium-2d-behaviour"


@pytest.fixture(scope="module")
def compressed() -> Compressed:
    return Compressed()


def test_the_best_latent_reaches_the_flag(compressed: Compressed) -> None:
    space = compressed.space(ENV, SPACE)
    best = space.points[space.point_returns[:, 0].argmax()]
    here = compressed.measure(ENV, SPACE, best.tolist())
    assert here.returns[0] > 80
    portrait = compressed.portrait(ENV, SPACE, best.tolist())
    assert portrait.path[-1, 0] >= 0.45
    assert portrait.path[0, 0] == pytest.approx(compressed.start(), abs=1e-6)
    assert np.abs(portrait.action).max() <= 1


@pytest.mark.parametrize("env", ["reacher", "halfcheetah", "hopper"])
def test_the_best_in_z_earns_what_is_said_of_it(compressed: Compressed, env: str) -> None:
    """Not what it earned by luck in the few episodes that chose it."""
    name = next(name for name in compressed.names(env) if name.startswith("medium"))
    space = compressed.space(env, name)
    for i, best in enumerate(space.point_returns.argmax(0)):
        here = compressed.measure(env, name, space.points[best].tolist())
        error = here.returns_std[i] / np.sqrt(here.num_episodes - 1)
        assert abs(here.returns[i] - space.found.latent[i]) < 4 * error + 1e-3


def test_the_browsers_decoder_is_the_files(compressed: Compressed) -> None:
    """Layer by layer in numpy, as the browser does it."""
    space = compressed.space(ENV, SPACE)
    numbers = np.frombuffer(compressed.decoder(ENV, SPACE), "<f4").astype(float)
    x, at = space.codes[:3], 0
    widths = space.decoder_widths
    for i in range(len(widths) - 1):
        weight = numbers[at : at + widths[i] * widths[i + 1]].reshape(widths[i + 1], widths[i])
        at += weight.size
        x = x @ weight.T + numbers[at : at + widths[i + 1]]
        at += widths[i + 1]
        if i < len(widths) - 2:
            x = np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
    std, mean = numbers[at : at + widths[-1]], numbers[at + widths[-1] :]
    assert len(mean) == widths[-1] == space.num_params
    expected = compressed._cell(ENV, SPACE).decode(space.codes[:3]).numpy()
    np.testing.assert_allclose(x * std + mean, expected, atol=1e-4)


def test_a_shelf_under_15_megabytes_with_every_figure(compressed: Compressed) -> None:
    assert ENV in compressed.envs()
    for name in compressed.names(ENV):
        space = compressed.space(ENV, name)
        assert space.per_axis**space.latent_dim == len(space.points)
        assert np.isfinite(space.recovery).all() and np.isfinite(space.correlation).all()
    assert {row["size"] for row in compressed.recovery(ENV)} == {"small", "medium", "large"}
    assert [climb.seed for climb in compressed.climbs(ENV, "2d", "standard")] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("z", [[0.0], [np.nan, 0.0], [1e6, 0.0]])
def test_a_latent_that_makes_no_sense_is_named(compressed: Compressed, z: list[float]) -> None:
    with pytest.raises(InvalidValue, match="latent"):
        compressed.measure(ENV, SPACE, z)


def test_unknown_spaces_are_listed(compressed: Compressed) -> None:
    with pytest.raises(UnknownName, match=SPACE):
        compressed.space(ENV, "gigantic")
