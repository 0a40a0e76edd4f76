"""Whether a name in Chinese characters ends where the watched one does.

Nothing stands between words there. After a whole name a word begins; where none can, the name
goes on. Measured with `wordfreq`'s Chinese words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

from monitor.word_lists import frequencies

_HAN = re.compile("[\u3400-\u9fff]")
_WORD_ALONE = 4.9
"""Zipf frequency from which a character is a word by itself often enough."""
_LONGEST = 4
_JAPANESE = re.compile("[太一次二三四五]郎|之[介助輔]|[左右]衛門")
"""With these a Japanese man's name goes on."""


@cache
def _words() -> Mapping[str, float]:
    return frequencies("zh")


def goes_on(text: str, end: int) -> bool:
    """True when a name in Chinese characters that ends at `end` is the beginning of a longer one.

    A character that the list does not have (it knows simplified ones) proves nothing.
    """
    if not _HAN.match(text, end) or not _HAN.match(text, end - 1):
        return False
    if _JAPANESE.match(text, end) or _JAPANESE.match(text, end - 1):
        return True
    words = _words()
    alone = words.get(text[end], 0.0)
    if not alone or math.log10(alone) + 9 >= _WORD_ALONE:
        return False
    return not any(text[end : end + length] in words for length in range(2, _LONGEST + 1))


_OFFICES = (
    "国家主席|國家主席|主席|副总理|副總理|总理|總理|总书记|總書記|总统|總統|首相|外交部长|外交部長|国防部长|國防部長|"
    "部长|部長|外长|外長|防长|防長|国务委员|國務委員|委员长|委員長|省长|省長|市长|市長|大使|司令|书记|書記|发言人|發言人|大臣|議員|议员"
)
_BEFORE = re.compile(f"({_OFFICES})\\Z")
_AFTER = re.compile(f"(?:{_OFFICES})")
_OFFICE_LENGTH = 5


def office_in_han(text: str, start: int, end: int) -> str:
    """The office joined to a name in Chinese characters: 外交部长王毅, 李强总理; empty for none."""
    if not _HAN.match(text, start):
        return ""
    before = _BEFORE.search(text, max(0, start - _OFFICE_LENGTH), start)
    found = before or _AFTER.match(text, end)
    return found[0] if found else ""
