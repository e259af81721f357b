"""The VAE, its priors and the flow: properties that hold before and while they are trained."""

import math

import pytest
import torch
from torch.distributions import Distribution

from backend.action_latents.chunks.flow import ChunkFlow, FlowConfig
from backend.action_latents.chunks.networks import ModulatedBlock, Normaliser
from backend.action_latents.chunks.priors import (
    PRIORS,
    LatentPrior,
    PriorConfig,
    PriorKind,
    draw,
    steered,
)
from backend.action_latents.chunks.recipes import RECIPE
from backend.action_latents.chunks.training import new_policies
from backend.action_latents.chunks.vae import ChunkVae, Stress, VaeConfig, stress
from backend.action_latents.polynomial.density import PolynomialDensity
from backend.errors import InvalidValue

OBS = torch.randn(48, 5, generator=torch.Generator().manual_seed(1))
CHUNK = torch.tanh(torch.randn(48, 4, 2, generator=torch.Generator().manual_seed(2)))
SMALL = VaeConfig(width=16, num_places=4, num_codes=6)


def prior(kind: PriorKind, *, lively: bool = True) -> LatentPrior:
    made = LatentPrior(kind, 5, 2, PriorConfig(order=4, hidden=16))
    if lively:  # as it starts, a prior is flat
        last = made.head.net[-1]
        assert isinstance(last, torch.nn.Linear)
        torch.nn.init.normal_(last.weight, std=0.5)
    return made


def of(kind: PriorKind) -> Distribution:
    with torch.no_grad():
        return prior(kind).distribution(OBS)


def test_a_new_block_does_not_heed_its_modulator() -> None:
    block, x = ModulatedBlock(8, 3), torch.randn(6, 8)
    first, other = block(x, torch.randn(6, 3)), block(x, torch.zeros(6, 3))
    torch.testing.assert_close(first, other)
    torch.testing.assert_close(first, x + block.layers(block.norm(x)))
    torch.nn.init.normal_(block.modulation.weight)
    assert not torch.allclose(block(x, torch.randn(6, 3)), other)


def test_normalised_observations_have_unit_spread_and_no_outliers() -> None:
    normalise, obs = Normaliser(5), 3 + 7 * OBS
    normalise.fit(obs)
    torch.testing.assert_close(normalise(obs).std(0), torch.ones(5), atol=0.01, rtol=0)
    assert float(normalise(1e6 * obs).abs().max()) == Normaliser.MOST


def test_stress_is_zero_for_a_turned_and_scaled_copy_only() -> None:
    codes = torch.randn(3, 7, 2)
    turn = torch.tensor([[math.cos(1.0), math.sin(1.0)], [-math.sin(1.0), math.cos(1.0)]])
    copy = torch.nn.functional.pad(5 * codes @ turn, (0, 6)).unflatten(2, (4, 2))
    assert float(stress(codes, copy)) < 1e-9
    folded = torch.nn.functional.pad(codes.abs(), (0, 6)).unflatten(2, (4, 2))
    assert float(stress(codes, folded)) > 0.01


def test_codes_lie_in_the_box_and_chunks_in_the_control_range() -> None:
    vae = ChunkVae(5, (4, 2), SMALL)
    z = vae.encode(1e3 * OBS, CHUNK, sampled=True)
    assert float(z.detach().abs().max()) <= 1
    rebuilt = vae.decode(OBS, z)
    assert rebuilt.shape == CHUNK.shape and float(rebuilt.detach().abs().max()) <= 1


@pytest.mark.parametrize("kind", ["state", "batch"])
def test_every_loss_is_weighted_and_falls(kind: Stress) -> None:
    config = VaeConfig(width=16, num_places=4, num_codes=6, stress=kind)
    vae = ChunkVae(5, (4, 2), config)
    optimiser = torch.optim.Adam(vae.parameters(), 1e-2)
    totals = []
    for _ in range(40):
        terms = vae.losses(OBS, CHUNK, OBS, CHUNK)
        total = torch.stack(list(terms.values())).sum()
        optimiser.zero_grad()
        total.backward()
        optimiser.step()
        totals.append(float(total.detach()))
    assert set(terms) == {"reconstruction", "consistency", "kl", "compactness", "stress"}
    assert totals[-1] < 0.7 * totals[0]


def test_without_a_weight_a_loss_is_zero() -> None:
    vae = ChunkVae(5, (4, 2), VaeConfig(width=16, consistency_weight=0.0, stress_weight=0.0,
                                        num_places=4, num_codes=6))  # fmt: skip
    terms = vae.losses(OBS, CHUNK, OBS, CHUNK)
    assert float(terms["consistency"].detach()) == float(terms["stress"].detach()) == 0


def test_the_polynomial_prior_integrates_to_one() -> None:
    density = of("polynomial")
    assert isinstance(density, PolynomialDensity)
    line = torch.linspace(-1, 1, 201)
    places = torch.cartesian_prod(line, line)
    one = PolynomialDensity(density.natural[0].expand(len(places), -1), density.family)
    height = one.log_prob(places).exp().reshape(201, 201)
    assert float(torch.trapezoid(torch.trapezoid(height, line), line)) == pytest.approx(1, abs=1e-2)


@pytest.mark.parametrize("kind", PRIORS)
def test_a_tilt_moves_the_mean_its_way_and_a_low_temperature_sharpens(kind: PriorKind) -> None:
    density, tilt = of(kind), torch.tensor([2.0, -1.0])
    tilted = steered(density, tilt, 1.0)
    assert bool((((tilted.mean - density.mean) * tilt).sum(-1) > 0).all())
    cold = steered(density, torch.zeros(2), 0.5)
    assert bool((cold.entropy() < density.entropy()).all())
    same = steered(density, torch.zeros(2), 1.0)
    torch.testing.assert_close(same.mean, density.mean)


def test_the_tilted_gaussian_is_the_product_with_the_exponential() -> None:
    density, tilt, z = of("gaussian"), torch.tensor([1.0, -0.5]), 0.3 * torch.randn(48, 2)
    ratio = steered(density, tilt, 1.0).log_prob(z) - density.log_prob(z) - z @ tilt
    other = torch.zeros(48, 2)
    at_zero = steered(density, tilt, 1.0).log_prob(other) - density.log_prob(other)
    torch.testing.assert_close(ratio, at_zero, atol=1e-4, rtol=1e-4)  # the normaliser alone


@pytest.mark.parametrize("kind", PRIORS)
def test_drawn_codes_lie_in_the_box_and_follow_the_generator(kind: PriorKind) -> None:
    density = of(kind)
    first, again = (draw(density, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again) and float(first.abs().max()) <= 1
    with pytest.raises(InvalidValue, match="above 0"):
        steered(density, torch.zeros(2), 0.0)


def test_only_the_polynomial_prior_holds_two_modes() -> None:
    """Codes at two corners: the Gaussian must spread between them, the polynomial need not."""
    side = torch.where(torch.arange(48) % 2 == 0, 0.6, -0.6)[:, None]
    z = (side + 0.08 * torch.randn(48, 2)).clamp(-1, 1)
    found = {}
    for kind in PRIORS:
        made = prior(kind, lively=False)
        optimiser = torch.optim.Adam(made.parameters(), 1e-2)
        for _ in range(150):
            optimiser.zero_grad()
            made.loss(torch.zeros_like(OBS), z).backward()
            optimiser.step()
        with torch.no_grad():
            density = made.distribution(torch.zeros(400, 5))
            found[kind] = float((draw(density)[:, 0].abs() < 0.3).float().mean())
    assert found["polynomial"] < 0.1 < 0.25 < found["gaussian"]


def test_the_flow_learns_and_repeats_itself() -> None:
    flow = ChunkFlow(5, (4, 2), FlowConfig(width=24, depth=1))
    target = 0.3 * torch.ones(48, 4, 2)
    optimiser = torch.optim.Adam(flow.parameters(), 5e-3)
    for _ in range(200):
        optimiser.zero_grad()
        flow.loss(OBS, target).backward()
        optimiser.step()
    with torch.no_grad():
        drawn, again = (flow.sample(OBS, torch.Generator().manual_seed(0)) for _ in range(2))
    assert torch.equal(drawn, again) and float(drawn.abs().max()) <= 1
    assert float((drawn - target).abs().mean()) < 0.15


def test_the_shipped_flow_is_as_large_as_vae_and_prior() -> None:
    made = new_policies(17, (8, 6), RECIPE)
    size = {name: sum(p.numel() for p in m.parameters()) for name, m in made.modules().items()}
    assert size["flow"] == pytest.approx(size["vae"] + size["polynomial"], rel=0.03)
    assert RECIPE.flow_steps == RECIPE.vae_steps + RECIPE.prior_steps
