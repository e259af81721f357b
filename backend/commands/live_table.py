"""Where the README holds the table of what switching decoders buy."""

from backend.live.table import switching_markdown

__all__ = ["MARKS", "switching_markdown"]

MARKS = ("<!-- live -->", "<!-- end of live -->")
