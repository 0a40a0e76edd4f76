"""How things are said everywhere in the same way: lines, spans, moments, counts, lists."""

from __future__ import annotations

import re

# Control characters (NUL included), but not tab, newline and the rest of white space; and
# lone surrogates, which can be neither stored nor sent.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def one_line(text: str) -> str:
    """Text without control characters on one line, for titles and names."""
    return _SPACES.sub(" ", UNPRINTABLE.sub("", text)).strip()
