"""Slavic women's names that only a case ending would make a watched man's."""

from __future__ import annotations

import re

from monitor.matching.names.align import Shape
from monitor.matching.text.sounds import heard, romanised
from monitor.matching.text.words import WORD

_VOWELS = "aeio"


def hers(shape: Shape, text: str, span: tuple[int, int]) -> bool:
    """True for a woman's name at `span` of folded text that would be the watched man's in a case.

    Олександра Гриценко встановила: the surname stands as it is or has a woman's ending, and the
    verb says "she".
    """
    if not _SHE.match(text, span[1]):
        return False
    given = [word for position, word in enumerate(shape.words) if position != shape.family]
    if any(romanised(word)[-1:] in _VOWELS for word in given):
        return False
    found = [match[0] for match in WORD.finditer(text, *span)]
    family = heard(shape.words[shape.family])
    if family[-1:] in _VOWELS and not family.endswith("ko"):
        return False  # O'Leary is the same in all cases
    return any(heard(word) in {family, family + "a"} for word in found) and any(
        word[-1] in "ая" and heard(word[:-1]) in map(heard, given) for word in found
    )


_SHE = re.compile(r" \w+л(?:а|ась|ася)\b")  # noqa: RUF001 - Cyrillic
