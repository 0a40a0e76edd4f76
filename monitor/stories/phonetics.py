"""How words sound, for names that every language spells in its own way.

Tymchuk, Tymtchouk and Тимчук are alike in their consonants. Kinds of consonants that languages
and their spellings confuse are taken for one; vowels are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

BEGINS = 5
"""Letters, or consonants, by which a word is known: what comes later may be an ending."""
SURE = 4
"""So many consonants may be chance."""
FEW = 3
"""So many, and no more, mostly are; fewer say nothing."""

_ABJAD = re.compile("[\u0590-\u07ff]")
"""Scripts that leave vowels out: Hebrew, Arabic."""
_ARTICLE = re.compile("^(?:[\u0641\u0648]?[\u0628\u0643\u0644]?\u0627\u0644|\u0644\u0644)(?=...)")
"""The Arabic article, and what is written together with it."""

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"t?sch|shch|tch|[csz]h|[cs]z|d[jz]h?|t[sz]|c(?=[eiy])", "s"),
        (r"[kg]h|ck", "k"),
        (r"x", "ks"),
        (r"gn(?=[aeiou])|ng(?![aeioulr])", "n"),
    )
)
_KINDS = {"B": "bpfvw", "K": "kgqc", "S": "sz", "T": "td", "M": "m", "N": "n", "R": "lr"}
_CLASSES = str.maketrans({c: kind for kind, letters in _KINDS.items() for c in letters})
_SILENT = re.compile("[^BKSTMNR]")
_TWICE = re.compile(r"(.)\1+")
_SYLLABLE_END = re.compile("ng(?=[A-Z]|$)")
AS_FOREIGN = str.maketrans("QXJqxj", "SSSsss")
"""How Chinese syllables that begin with these sound in names from elsewhere."""


@lru_cache(maxsize=20_000)
def word_codes(word: str) -> tuple[str, ...]:
    """Under which a word is heard: its first letters, and its first consonants."""
    spelled, sound = spoken(word)
    first = [sound[:length] for length in (SURE, BEGINS) if length <= len(sound)]
    if len(sound) == FEW:
        first.append(sound)
    return (spelled, *first) if len(spelled) > 2 else tuple(first)


@lru_cache(maxsize=20_000)
def spoken(word: str) -> tuple[str, str]:
    """How a word begins in Latin letters, and all its consonants."""
    latin = word if word.isascii() else anyascii(word)
    spelled = "".join(filter(str.isalnum, latin.lower()))[:BEGINS]
    if _ABJAD.match(word):
        # There a w is mostly a vowel, and the last letter of a feminine name is not heard.
        latin = anyascii(_ARTICLE.sub("", word).replace("\u0629", "")).replace("w", "")
    return spelled, consonants(latin)


def consonants(latin: str) -> str:
    """The consonants of a text, whoever wrote it: B, K, S, T, M, N or R each."""
    # Chinese and Korean syllables come with a capital each.
    latin = _SYLLABLE_END.sub("n", latin).lower()
    for pattern, sound in _SOUNDS:
        latin = pattern.sub(sound, latin)
    return _TWICE.sub(r"\1", _SILENT.sub("", latin.translate(_CLASSES)))
