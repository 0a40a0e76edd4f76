"""How ordinary a name is: would people write these words without meaning whom we watch?

"Zirconium" is a metal far more often than a group of hackers; "JUDGMENT PANDA" is nothing
else. Measured with word frequencies of general text (`wordfreq`, Zipf scale: the logarithm of
occurrences per thousand million words).
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.matching.normalise import fold_name
from monitor.model import Kind

_WORD = re.compile(r"[^\W\d_]+")
_WORD_LIMIT = 1.9
"""Zipf frequency from which a single word has a life of its own: 1.9 is one in twelve million."""
_PHRASE_LIMIT = -8.6
"""Logarithm of the chance to meet the words side by side from which a phrase has one too."""
_SHORT = 3
"""An acronym of so few letters is something else somewhere, whatever its frequency."""

_GENERIC = """the a an of and group team gang crew apt operation project campaign cyber hackers
hacker army organisation organization company actor actors unit bureau el"""
GENERIC = frozenset(_GENERIC.split())
"""Words that do not make a name less ordinary: "Silence group" is as common as "silence"."""


@lru_cache(maxsize=200_000)
def frequency(word: str) -> float:
    """The Zipf frequency of a word in English: 0 when it is as good as never met."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, "en")


def ordinary(text: str, kind: Kind) -> str:
    """Why a name alone is no proof that its entity is meant; empty when it is one.

    A place or a term is what its words say; there is no other sense to be kept apart.
    """
    folded = fold_name(text)
    words = _WORD.findall(folded)
    if kind in {Kind.PLACE, Kind.TERM} or not folded.isascii() or not words:
        return ""
    if kind is Kind.PERSON:
        return f"“{text}” is a single name that others bear" if len(words) == 1 else ""
    telling = [word for word in words if word not in GENERIC] or words
    if any(character.isdigit() for character in folded):
        # "APT31" is a number of one series only; "Group 5" is any list's fifth.
        plain = " " in folded and all(word in GENERIC - {"apt"} for word in words)
        return f"“{text}” is an everyday way to number things" if plain else ""
    if len(telling) == 1:
        if len(folded) <= _SHORT:
            return f"“{text}” is short enough to stand for other things"
        return f"“{text}” is also an ordinary word" if frequency(telling[0]) >= _WORD_LIMIT else ""
    chance = sum(min(frequency(word), 6.0) - 9 for word in telling)
    ordinary_phrase = kind is not Kind.ORGANISATION and chance >= _PHRASE_LIMIT
    return f"“{text}” is also an ordinary phrase" if ordinary_phrase else ""
