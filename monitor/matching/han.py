"""Whether a name in Chinese characters ends where the watched one does.

Nothing stands between words there. After a whole name a word begins; where none can, the name
goes on. Measured with `wordfreq`'s Chinese words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache

_HAN = re.compile("[\u3400-\u9fff]")
_WORD_ALONE = 4.9
"""Zipf frequency from which a character is a word by itself often enough."""
_LONGEST = 4
_JAPANESE = re.compile("[太一次二三四五]郎|之[介助輔]|[左右]衛門")
"""With these a Japanese man's name goes on."""


@cache
def _words() -> Mapping[str, float]:
    from wordfreq import get_frequency_dict, get_frequency_list

    # The short list has every word met once in a million.
    words: Mapping[str, float] = get_frequency_dict("zh", wordlist="small")
    get_frequency_list.cache_clear()
    return words


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
