"""Draws from the process-wide generator, by several threads at once."""

from concurrent.futures import ThreadPoolExecutor

import torch

from backend.action_latents.polynomial.draws import draws_from


def drawn(seed: int) -> list[float]:
    generator, found = torch.Generator().manual_seed(seed), []
    for _ in range(200):
        with draws_from(generator):
            found += torch.randn(3).tolist()
    return found


def test_threads_draw_what_they_would_draw_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    alone = [drawn(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawn, range(4))) == alone
    assert torch.equal(torch.get_rng_state(), before), "nobody else notices"
    expected = torch.randn(3, generator=torch.Generator().manual_seed(2))
    assert alone[2][:3] == expected.tolist()
