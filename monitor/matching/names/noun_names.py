"""Names that are nouns, too, written as such: a kraken, each sowbug."""

from __future__ import annotations

import re

from monitor.matching.names.ordinary import frequency
from monitor.matching.text.normalise import fold_name

_AROUND = 60
"""Characters looked at to either side."""


def one_of_them(before: str) -> bool:
    """True before one of many: "a sowbug", "each thrip"."""
    return _ONE_OF_THEM.search(before) is not None


_ONE_OF_THEM = re.compile(r"\b(?:an?|each|every) \Z", re.IGNORECASE)


def just_noun(name: str, text: str, start: int, end: int) -> bool:
    """True for a word that has a plural, in small letters where others have capitals: a kraken."""
    if " " in name or not name.istitle() or not text[start:end].islower():
        return False
    around = text[max(0, start - _AROUND) : end + _AROUND]
    word = fold_name(name)
    counted = frequency(word + "s") >= _PLURAL or _ARTICLE.search(text[max(0, start - 5) : start])
    return frequency(word) >= _KNOWN and bool(counted) and not around.islower()


_ARTICLE = re.compile(r"\b(?:the|an?) \Z")
_KNOWN, _PLURAL = 2.3, 1.5
"""Zipf frequencies of nouns that few speak of, and of their plural."""


def made_adjective(name: str, text: str, start: int, end: int) -> bool:
    """True for Magyar Nemzet in Magyar Nemzeti Bank, an adjective of Hungarian in another name.

    And for a newspaper's name that is a phrase, too: "Le Monde entier regarde".
    """
    if _WHOLE.match(text, end) and _WITH_ARTICLE.match(name):
        return True
    return text[start:end] == f"{name}i" and _CAPITAL_NEXT.match(text, end) is not None


_WITH_ARTICLE = re.compile(r"(?:Le|La|El|Il|O|A) \S+\Z")
_WHOLE = re.compile(
    r" (?:enti[eè]re?|enter[oa]|inter[oa]|inteir[oa]|libre|arabe|árabe|arabo|musulm\w+|"
    r"occidental\w*|modern[eoa]|actue?l|réel|real|virtuel)\b"
)
_CAPITAL_NEXT = re.compile(r" [A-ZÁÉÍÓÖŐÚÜŰ][a-záéíóöőúüű]")
