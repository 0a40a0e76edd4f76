"""Chinese names as Taiwan spells them, without apostrophes: Tsai Ing-wen is Cai Yingwen.

Wade's and Giles' romanisation, and what people make of it; each syllable can be several of
pinyin's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from monitor.matching.text.sounds import one_syllable

_INITIALS = {
    "ch": ("zh", "ch", "j", "q"), "ts": ("z", "c"), "tz": ("z", "c"), "hs": ("x",), "ss": ("s",),
    "k": ("g", "k"), "p": ("b", "p"), "t": ("d", "t"), "j": ("r", "j"),
}  # fmt: skip
"""What is written without the apostrophes that would tell aspirated consonants."""
_FINALS = {
    "ih": ("i",), "u": ("u", "i", "you"), "ien": ("ian",), "en": ("en", "an"), "ieh": ("ie",),
    "ueh": ("ue",), "ung": ("ong",), "uei": ("ui",), "o": ("e", "uo", "o"), "wun": ("wen",),
    "un": ("un", "en"), "iung": ("iong",), "eh": ("e", "ie"), "uo": ("uo",), "ing": ("ing", "ying"),
    "ong": ("ong",), "i": ("i", "yi"),
}  # fmt: skip
_PARTS = re.compile(
    rf"({'|'.join(sorted(_INITIALS, key=len, reverse=True))}|sh|[bdfghlmnrswxyz]?)(.*)"
)
_MOST = 256
"""Ways to read a name at most."""


@lru_cache(maxsize=5_000)
def in_pinyin(word: str) -> tuple[str, ...]:
    """The syllables of pinyin that one in the romanisation of Taiwan can be; itself, too."""
    found = _PARTS.fullmatch(word)
    if found is None:
        return ()
    first, rest = found.groups()
    firsts = (first, *_INITIALS.get(first, ()))
    rests = (rest, *_FINALS.get(rest, ()))
    ways = dict.fromkeys((word, *("".join(each) for each in product(firsts, rests))))
    return tuple(way for way in ways if one_syllable(way))


def taiwanese(name: str) -> tuple[str, ...]:
    """A name as Taiwan spells it, in pinyin in one word: tsai ing-wen; empty for any other."""
    words = name.lower().replace("\u2010", "-").replace("\u2011", "-").split()
    if len(words) != 2 or "-" not in words[1]:
        return ()
    family, *given = words[0], *words[1].split("-")
    if len(given) != 2:
        return ()
    ways = product(*map(in_pinyin, (family, *given)))
    return tuple("".join(each) for each, _ in zip(ways, range(_MOST), strict=False))
