"""Each loss term against its formula, written out the slow way."""

import math

import pytest
import torch
from torch.distributions import Independent, Normal
from torch.distributions import kl_divergence as torch_kl

from backend.representation import losses


def naive_rank_n_contrast(u: torch.Tensor, label: torch.Tensor, temperature: float) -> float:
    """Zha et al. 2023, eq. 1, one sum at a time: S_ij = {k ≠ i : |y_i − y_k| ≥ |y_i − y_j|}."""
    num, total = len(u), 0.0
    for i in range(num):
        for j in range(num):
            if j == i:
                continue
            farther = [
                k
                for k in range(num)
                if k != i and abs(label[i] - label[k]) >= abs(label[i] - label[j])
            ]
            positive = -float((u[i] - u[j]).norm()) / temperature
            terms = [-float((u[i] - u[k]).norm()) / temperature for k in farther]
            total += positive - math.log(sum(math.exp(term) for term in terms))
    return -total / (num * (num - 1))


def sample(num: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    u = torch.randn(num, 4, generator=generator, dtype=torch.float64)
    return u, torch.randn(num, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_rank_n_contrast_is_the_published_formula(seed: int, temperature: float) -> None:
    u, label = sample(12, seed)
    expected = naive_rank_n_contrast(u, label, temperature)
    assert float(losses.rank_n_contrast(u, label, temperature)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_rank_n_contrast_with_ties_stays_near_the_formula(seed: int) -> None:
    """Two views share a label; a tie leaves one out of a denominator: at most log 2 less."""
    u, label = sample(12, seed)
    label = label[:6].repeat_interleave(2)
    expected = naive_rank_n_contrast(u, label, 0.5)
    fast = float(losses.rank_n_contrast(u, label, 0.5))
    assert expected - math.log(2) <= fast <= expected + 1e-12


def test_rank_n_contrast_is_smallest_when_order_is_right() -> None:
    label = torch.linspace(-1, 1, 16, dtype=torch.float64)
    u = torch.stack([8 * label, 0.1 * label**2], 1)
    right = losses.rank_n_contrast(u, label, 0.5)
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        shuffled = label[torch.randperm(16, generator=generator)]
        assert losses.rank_n_contrast(u, shuffled, 0.5) > right + 1


def test_rank_n_contrast_cares_for_label_order_only() -> None:
    u, label = sample(12, 0)
    stretched = losses.rank_n_contrast(u, 1000 * label - 7, 0.5)
    assert float(stretched) == pytest.approx(float(losses.rank_n_contrast(u, label, 0.5)))


def test_descending_rank_n_contrast_orders_the_embedding() -> None:
    """Its gradient does what it is for: from random places, nearness comes to mean likeness."""
    u, label = sample(16, 3)
    u.requires_grad_()
    optimiser = torch.optim.Adam([u], lr=0.1)
    for _ in range(150):
        optimiser.zero_grad()
        losses.rank_n_contrast(u, label, 0.5).backward()
        optimiser.step()
    nearest = (torch.cdist(u, u) + 1e9 * torch.eye(16)).argmin(1)
    rank = label.argsort().argsort()
    assert (rank - rank[nearest]).abs().double().mean() < 1.5


def test_orthonormal_rows_cost_nothing() -> None:
    rows = torch.linalg.qr(torch.randn(8, 3, dtype=torch.float32)).Q.T
    weight = torch.stack([rows, rows.flip(0)])
    assert float(losses.orthonormality(weight)) == pytest.approx(0, abs=1e-12)
    # 1 + ε on every row: three of nine entries are off by (1 + ε)² − 1
    assert float(losses.orthonormality(1.1 * weight)) == pytest.approx(0.21**2 / 3, rel=1e-4)


def test_equal_rows_are_not_orthonormal() -> None:
    row = torch.zeros(1, 2, 8)
    row[..., 0] = 1
    assert float(losses.orthonormality(row)) == pytest.approx(0.5)


def test_kl_is_zero_at_the_standard_normal() -> None:
    zero = torch.zeros(5, 8)
    assert float(losses.kl_divergence(zero, zero)) == 0


def test_kl_is_torchs() -> None:
    mean, log_std = torch.randn(7, 8), torch.randn(7, 8)
    posterior = Independent(Normal(mean, log_std.exp()), 1)
    prior = Independent(Normal(torch.zeros(7, 8), torch.ones(7, 8)), 1)
    expected = float(torch_kl(posterior, prior).mean())
    assert float(losses.kl_divergence(mean, log_std)) == pytest.approx(expected, rel=1e-5)


def test_reconstruction_is_the_negative_log_likelihood_without_its_constant() -> None:
    action, mean, log_std = torch.randn(3, 9, 6).unbind()
    likelihood = Independent(Normal(mean, log_std.exp()), 1).log_prob(action).mean()
    constant = 0.5 * 6 * math.log(2 * math.pi)
    expected = float(-likelihood) - constant
    assert float(losses.reconstruction(action, mean, log_std)) == pytest.approx(expected, rel=1e-5)
