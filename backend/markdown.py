"""Tables for people who read Markdown."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A heading and its rows; the first ``words`` columns stand left, figures right."""
    sides = [*[":--"] * words, *["--:"] * (len(head) - words)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, sides, *rows))
