"""A headline for what has none."""

from __future__ import annotations

from monitor.wording import one_line

_LONGEST_HEADLINE = 120


def headline_of(text: str) -> str:
    """The first line of a text, as a headline for what has none; cut between words."""
    line = one_line(text.strip().partition("\n")[0])
    if len(line) <= _LONGEST_HEADLINE:
        return line
    cut = line[:_LONGEST_HEADLINE]
    # Not all scripts have words with spaces between them.
    return f"{cut.rpartition(' ')[0] or cut}\N{HORIZONTAL ELLIPSIS}"
