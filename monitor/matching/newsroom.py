"""Words of newsrooms, and names that a newsroom cut short: they spell a name and mention nobody."""

from __future__ import annotations

import re

_REACH = 20
_TAG_BEFORE = re.compile(r"(?:\A|[\n\r])\s*[(\[](?:\d\w{0,2}\s+|URGENT\s+)?\Z")
_TAG_AFTER = re.compile(r"(?:\s*\d+)?[)\]]\s*\S")
_LABEL_BEFORE = re.compile(r"(?:\A|[\n\r])\s*(?:\d\w{0,2}\s+)?\Z")
_LABEL_AFTER = re.compile(r"\s*(?::|--|\u2013|\u2014)\s")
_LABELS = frozenset(
    ["lead", "ld", "urgent", "update", "summit", "sea", "mask", "wrap", "roundup", "correction"]
)
_DOTS = r"(?:\u2026|\.\.\.)"
_CUT = re.compile(rf"\s*[\[(]?\s*{_DOTS}\s*[\])]?\s*\Z")
_OPEN = re.compile(rf"\s*[\[(]\s*{_DOTS}\s*[\])]")


def in_tag(text: str, start: int, end: int) -> bool:
    """True for a wire's tag in front of a headline or a line: "(LEAD)", "[2nd LEAD]", "LEAD:"."""
    low = max(0, start - _REACH)
    if _TAG_BEFORE.search(text, low, start) and _TAG_AFTER.match(text, end):
        return True
    return (
        text[start:end].lower() in _LABELS
        and _LABEL_BEFORE.search(text, low, start) is not None
        and _LABEL_AFTER.match(text, end) is not None
    )


def cut_off(text: str, end: int) -> bool:
    """True for the last word of a text that a feed broke off: "Halewood and Castle [...]"."""
    return _CUT.match(text, end) is not None or _OPEN.match(text, end) is not None
