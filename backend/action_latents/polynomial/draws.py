"""Reproducible draws where torch's distributions know no generator but the process's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def draws_from(generator: torch.Generator) -> Iterator[None]:
    """While inside, the process-wide generator is this one; other threads wait for their turn."""
    with _ONE_AT_A_TIME, torch.random.fork_rng(devices=[]):
        torch.set_rng_state(generator.get_state())
        yield
        generator.set_state(torch.get_rng_state())
