"""What a script of India always writes of a foreign name, though it leaves its own vowels out.

Between two consonants that bear no sign some vowel is said, mostly an "a", so that "तक", "थक"
and "सह" could be as many names. But R is no L there, and is never left out, and a vowel that is
no "a" mostly has its sign.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_BLOCK = 0x80
_FIRST, _LAST = 0x900, 0xB00
_BENGALI = range(0x980, 0xA00)
_LIQUIDS = {0x0B: "r", 0x30: "r", 0x31: "r", 0x43: "r", 0x32: "l", 0x33: "l"}
"""By place in its block: the letters R and L, and the vowel R."""
_SHORT_A = 0x05
_VOWELS = {*range(_SHORT_A, 0x15), *range(0x3E, 0x4D)}
"""Letters and signs."""
_DOUBLED = re.compile(r"([lr])\1")
_TWICE = re.compile(r"(.)[\u094d\u09cd\u0a4d\u0acd]\1")
"""A consonant without a vowel, and the same one again."""
_ROLLED = re.compile(r"rh|wr")
_SILENT = re.compile(r"(?<=[^aeiouy])es?\Z")
_SPOKEN = re.compile(
    r"(?P<free>a+|[aeio]+(?=[lmnr]{1,2}[dst]?\Z)|[eiu](?=r(?:[^aeiouy]|\Z))|u(?=[^aeiouyh]{2}))|[aeiou]+y?|y(?![aeiou])"
)
"""Vowels of a spelling; free are those for which none is written: Starmer, Kirk, Clinton, Trump."""


def of_india(word: str) -> bool:
    """True for a word in Devanagari, Bengali, Gurmukhi or Gujarati letters."""
    return _FIRST <= ord(word[0]) < _LAST


def written_out(names: Sequence[str], words: Sequence[str]) -> bool:
    """Whether words of such a script can write out a name's words in Latin letters, one by one.

    It is not asked whether they sound like them, which `spellings_heard` tells.
    """
    if not all(_liquids(name, word) for name, word in zip(names, words, strict=True)):
        return False
    bengali = ord(words[0][0]) in _BENGALI
    spoken = sum(_spoken(name, bengali=bengali) for name in names)
    return 2 * sum(map(_signs, words)) >= spoken


@lru_cache(maxsize=20_000)
def _liquids(name: str, word: str) -> bool:
    """Whether R and L follow each other as in the name, in which an L may be silent: Malcolm."""
    wanted = re.sub("[^lr]", "", _DOUBLED.sub(r"\1", _ROLLED.sub("r", name)))
    found = "".join(_LIQUIDS.get(ord(letter) % _BLOCK, "") for letter in _TWICE.sub(r"\1", word))
    # Each R, and each L or nothing.
    return re.fullmatch(wanted.replace("l", "l?"), found) is not None


@lru_cache(maxsize=20_000)
def _spoken(name: str, *, bengali: bool) -> int:
    """How many vowels of a spelling have a sign; in Bengali the one that has none is an O."""
    vowels = (found[0] for found in _SPOKEN.finditer(_SILENT.sub("", name)) if not found["free"])
    return sum(not (bengali and set(vowel) <= {"o", "a"}) for vowel in vowels)


def _signs(word: str) -> int:
    places = [ord(letter) % _BLOCK for letter in word]
    return sum(place in _VOWELS and place != _SHORT_A for place in places)
