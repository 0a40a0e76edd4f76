"""What Bengali joins to a name: its cases, "also" and "only".

মোদীর is মোদী's, মোদীকে him. Nothing but such endings may stand between a name and the end of its
word.
"""

from __future__ import annotations

import re

_CASES = ("র", "ের", "য়ের", "কে", "তে", "েতে", "য়", "ে", "রা", "েরা", "দের", "েদের", "দেরকে")
ENDINGS = tuple(case + more for case in ("", *_CASES) for more in ("", "ও", "ই") if case + more)
"""Longest and shortest in no order: all that can follow a name's last letter."""
_JOINED = re.compile(rf"(?:{'|'.join(sorted(ENDINGS, key=len, reverse=True))})(?![\u0980-\u09e3])")


def is_bengali(letter: str) -> bool:
    """True for a letter or sign of the Bengali script, digits aside."""
    return "\u0980" <= letter <= "\u09e3"


def ends_here(text: str, end: int) -> bool:
    """True when only an ending is joined to a name that ends at `end`."""
    return _JOINED.match(text, end) is not None
