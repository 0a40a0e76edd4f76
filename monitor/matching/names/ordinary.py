"""How ordinary a name is: would people write these words without meaning whom we watch?

"Zirconium" is a metal far more often than a group of hackers; "JUDGMENT PANDA" is nothing
else. Measured with word frequencies of general text (`wordfreq`, Zipf scale: the logarithm of
occurrences per thousand million words).
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from functools import cache, lru_cache
from itertools import chain

from monitor.matching.actors import all_names
from monitor.matching.text.normalise import fold_name
from monitor.model.match import Kind
from monitor.word_lists import encoded_shares, shares

_WORD = re.compile(r"[^\W\d_]+")
_WORD_LIMIT = 1.0
"""Zipf frequency from which a single word has a life of its own: 1.0 is ten in a milliard."""
_NAME_LIMIT = 2.5
"""A person's single name as rare as this is nobody else's in the news."""
_COMPANY_LIMIT = 3.4
"""Frequencies do not tell Siemens from shell; companies in the news are frequent words."""
_COMMON = 2.3
_PART = 4.0
"""Either half of a compound is as frequent."""
_INFLECTED = 2.3
_EVERYDAY = 3.3
_SERIES_LIMIT = -9.8
"""The same for a name in a vendor's series: JUDGMENT PANDA is, FANCY BEAR is not."""
_COINED_LIMIT = -9.5
"""The same for one that is written with capitals where other words have none: Scattered Spider."""
_ALONE_LIMIT = -9.75
_PHRASE_LIMIT = -11.0
"""Logarithm of the chance to meet the words side by side from which a phrase has one too."""
_SHORT = 3
"""An acronym of so few letters is something else somewhere, whatever its frequency."""

_GENERIC = """the a an of and group team gang crew apt operation project campaign cyber hackers
hacker army organisation organization company actor actors unit bureau el"""
GENERIC = frozenset(_GENERIC.split())
"""Words that do not make a name less ordinary: "Silence group" is as common as "silence"."""


_TOO_COMMON = 4.9
"""Colours and elements begin the names of much else: Black, Water."""
_SCHEME = 5
"""So many actors named with the same first or last word make it a naming scheme's."""


@cache
def naming_scheme() -> frozenset[str]:
    """The words by which vendors name actors in series: PANDA, TYPHOON, BRONZE and so on.

    Read off the names themselves: nobody writes "judgment panda" of anything else.
    """
    count: Counter[str] = Counter()
    for name in {fold_name(name) for name in all_names()}:
        words = _WORD.findall(name)
        if len(words) == 2:
            count.update(set(words) - GENERIC)
    return frozenset(
        word
        for word, times in count.items()
        if times >= _SCHEME and len(word) > _SHORT and frequency(word) < _TOO_COMMON
    )


class _Frequencies:
    """How often each of 320,000 English words is met, as a share of all words.

    Each is kept by a hash of its bytes (those of texts are one where their memory is alike: of two
    apostrophes and of U+2727), in three megabytes: the words would take eight times as many. That
    two have one hash of 64 bits is as good as impossible.
    """

    def __init__(self) -> None:
        import numpy as np

        listed = list(encoded_shares("en", "large"))
        words = chain.from_iterable(words for _, words in listed)
        hashes = np.fromiter(map(hash, words), np.int64)
        order = hashes.argsort()
        self._hashes = hashes[order]
        self._shares = [share for share, _ in listed]
        # There are a few hundred different shares.
        numbers = np.arange(len(listed), dtype=np.uint16)
        self._numbers = numbers.repeat([len(words) for _, words in listed])[order]

    def get(self, word: str, default: float) -> float:
        """The share of a word."""
        key = hash(word.encode("utf-8", "surrogatepass"))
        at = int(self._hashes.searchsorted(key))
        found = at < len(self._hashes) and int(self._hashes[at]) == key
        return self._shares[self._numbers[at]] if found else default


@cache
def _frequencies() -> _Frequencies | dict[str, float]:
    """Small where names are held against texts, as daemons do for long: numpy is there anyway.

    Where a command just looks a few words up, without loading it: quick.
    """
    if "numpy" in sys.modules:
        return _Frequencies()
    found: dict[str, float] = {}
    for share, words in shares("en", "large"):
        found |= dict.fromkeys(words, share)
    return found


@lru_cache(maxsize=8192)
def frequency(word: str) -> float:
    """The Zipf frequency of a word in English: 0 when it is as good as never met."""
    share = _frequencies().get(word, 0.0)
    return math.log10(share) + 9 if share else 0.0


def everyday(text: str) -> bool:
    """True when the rarest of a name's words is still one of every day."""
    words = [word for word in _WORD.findall(fold_name(text)) if word not in GENERIC]
    return min((frequency(word) for word in words), default=0.0) >= _EVERYDAY


def common_noun(text: str) -> bool:
    """True when a name's words are all so common that in lower case they are just words."""
    words = _WORD.findall(fold_name(text))
    return len(words) > 1 and all(frequency(word) >= _COMMON for word in words)


@cache
def seldom_inflected(word: str) -> bool:
    """True for a frequent word that has hardly any other forms, as names have: Google, Hamas.

    Shell, target and gap have plurals nearly as frequent; of boots and times it is the singular.
    """
    forms = [word + ending for ending in ("s", "es", "ed", "ing", "er", "ers", "ly")]
    if word.endswith("e"):
        forms += [word + "d", word[:-1] + "ing", word + "r"]
    if word.endswith("y"):
        forms += [word[:-1] + "ies", word[:-1] + "ied"]
    if word.endswith("sis"):
        forms.append(word[:-2] + "es")
    often = frequency(word)
    if word.endswith("s") and often - frequency(word[:-1]) < _PLURAL_LESS:
        return False
    most = max(map(frequency, forms))
    return most < _SELDOM and often - most >= _OFTEN_LESS and often < _NO_NAME


_SELDOM = 3.2
_OFTEN_LESS = 1.6
_NO_NAME = 4.95
_PLURAL_LESS = 0.9
"""Zipf frequencies: of a name's other forms, how much rarer they are, and of words like "next"."""


def ordinary(text: str, kind: Kind) -> str:
    """Why a name alone is no proof that its entity is meant; empty when it is one.

    A place or a term is what its words say; there is no other sense to be kept apart.
    """
    folded = fold_name(text).replace(".", "") if kind is Kind.ORGANISATION else fold_name(text)
    words = _WORD.findall(folded)
    if kind in {Kind.PLACE, Kind.TERM} or not folded.isascii() or not words:
        return ""
    if kind is Kind.PERSON:
        common = len(words) == 1 and frequency(words[0]) >= _NAME_LIMIT
        return f"“{text}” is a single name that others bear" if common else ""
    if kind is not Kind.ORGANISATION and "$" in folded:
        return ""  # LAPSUS$
    if any(character.isdigit() for character in folded):
        # "APT31" is a number of one series only; "Group 5" is any list's fifth.
        plain = all(word in GENERIC - {"apt"} for word in words)
        return f"“{text}” is an everyday way to number things" if plain else ""
    telling = [word for word in words if word not in GENERIC] or words
    # The Wagner Group is no composer, a management company is any.
    named = kind is Kind.ORGANISATION and len(words) > 1 and seldom_inflected(telling[0])
    if named or len(telling) > 1:
        return "" if _special(telling, kind) else f"“{text}” is also an ordinary phrase"
    return _ordinary_word(text, folded, telling[0], kind)


def _ordinary_word(text: str, folded: str, word: str, kind: Kind) -> str:
    if kind is Kind.ORGANISATION and _pure_acronym(text, folded):
        return ""
    if len(folded) <= _SHORT:
        return f"“{text}” is short enough to stand for other things"
    if kind is not Kind.ORGANISATION and text[1:].islower() and _compound(word):
        return f"“{text}” is also two ordinary words in one"
    limit = _COMPANY_LIMIT if kind is Kind.ORGANISATION else _WORD_LIMIT
    return f"“{text}” is also an ordinary word" if frequency(word) >= limit else ""


def _compound(word: str) -> bool:
    """True for two words of every day run together, as those for animals and things are."""
    return any(
        frequency(word[:cut]) >= _PART and frequency(word[cut:]) >= _PART
        for cut in range(_SHORT, len(word) - _SHORT + 1)
    )


def _pure_acronym(text: str, folded: str) -> bool:
    """True for capitals that spell no word: FBI, but not ICE. Words have inflected forms."""
    inflected = max(frequency(folded + ending) for ending in ("s", "ed", "ing"))
    return text.isupper() and len(folded) >= _SHORT and inflected < _INFLECTED


def is_acronym(text: str, kind: Kind) -> bool:
    """True for so few capitals that in small letters they are another word: WHO, ICE, ZINC."""
    in_capitals = text.isascii() and text.isalpha() and text.isupper() and len(text) <= _FEW
    return in_capitals and kind in {Kind.ORGANISATION, Kind.THREAT_ACTOR, Kind.MALWARE}


_FEW = 5


def spoken_as_word(acronym: str) -> bool:
    """True for what may be spoken as a word, and is none otherwise: NATO, but not WHO or ICE."""
    return len(acronym) > _SHORT and _pure_acronym(acronym, acronym.lower())


def _special(words: list[str], kind: Kind) -> bool:
    if kind is Kind.ORGANISATION:
        return True
    in_series = kind is Kind.THREAT_ACTOR and _in_series(words)
    return _chance(words) < (_SERIES_LIMIT if in_series else _PHRASE_LIMIT)


def _chance(words: list[str]) -> float:
    return sum(min(frequency(word), 6.0) - 9 for word in words)


def _in_series(words: list[str]) -> bool:
    return not naming_scheme().isdisjoint({words[0], words[-1]})


@cache
def coined(text: str, *, alone: bool = False) -> bool:
    """True for a phrase of a vendor's series that, with capitals, hardly anybody else writes.

    `alone`: where its capitals do not tell it from the words around.
    """
    words = [word for word in _WORD.findall(fold_name(text)) if word not in GENERIC]
    return (
        len(words) > 1
        and _in_series(words)
        and _chance(words) < (_ALONE_LIMIT if alone else _COINED_LIMIT)
    )
