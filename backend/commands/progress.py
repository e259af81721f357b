"""Progress bars for long work, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def training_progress(title: str) -> Iterator[Callable[[int, dict[str, float]], None]]:
    """A bar that shows step, loss and the terms worth watching."""
    bar = tqdm(desc=title, unit=" steps", delay=0.5)

    def report(step: int, terms: dict[str, float]) -> None:
        bar.update(step + 1 - bar.n)
        if step % 50 == 0:
            shown = ("reconstruction", "contrast", "kl")
            bar.set_postfix({name: f"{terms[name]:.2f}" for name in shown})

    try:
        yield report
    finally:
        bar.close()


@contextmanager
def counted_progress(what: str, unit: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar moved by ``report(done, total, line)``; each line stays above it on standard error."""
    with tqdm(desc=what, unit=f" {unit}", delay=0.5) as bar:

        def report(done: int, total: int, line: str) -> None:
            bar.total = total
            bar.update(done - bar.n)
            bar.write(line, file=sys.stderr)

        yield report
