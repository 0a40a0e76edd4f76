# ruff: noqa: RUF002 - words of languages with letters that look alike
"""Names that are words of the language around them: «Блок НАТО» is no Block, a desorden no gang.

By how often the language's words are met, which is known of some thirty of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

from monitor.matching.names.ordinary import frequency, seldom_inflected
from monitor.matching.rules.findings import Hit
from monitor.matching.text.local_language import languages_around, spoken
from monitor.matching.text.normalise import Folded, fold_name
from monitor.matching.text.sounds import of_other_letters, romanised
from monitor.matching.text.word_before import begins_sentence
from monitor.word_lists import frequencies

_LISTED = {"sr": "sh", "bs": "sh", "hr": "sh", "no": "nb", "nn": "nb"}
"""Languages that are listed under another code."""
_MET = 3.3
"""Zipf frequency in its language from which a word in another script is one that is met."""
_EVERY_DAY = 4.0
_KNOWN = 3.0
"""The same of a firm's name in Latin letters, from which that language knows it."""
_COMMON = 3.4
"""The same in English, from which a name is a word."""
_NEARBY = 400
_FORMS = 3
"""Other forms that a word has and a name hardly, and letters by which one is longer."""
_STEM = 5


@cache
def _known(language: str) -> dict[str, float]:
    """How often words of a language are met; empty for one not known."""
    try:
        return frequencies(_LISTED.get(language, language))
    except LookupError:
        return {}


def _zipf(word: str, language: str) -> float:
    known = _known(language)
    share = known.get(word.lower(), 0.0)
    if not share and _LISTED.get(language) == "sh":
        share = known.get(romanised(word.lower()), 0.0)
    return math.log10(share) + 9 if share else 0.0


def another_word(name: str, language: str | None, folded: Folded, start: int, end: int) -> bool:
    """True where an organisation's name in Latin letters stands in others, as a word spelt so.

    «Южная Корея» has no court of Hungary in it: the word is one of its language and another than
    the name. «Газпром» is met as often, but letter by letter the same; Boeing is known there.
    """
    word = folded.text[start:end]
    if name.isupper() and _opens_as_word(folded, start, end):
        there = _spoken_near(folded, start, end, language)
        return fold_name(name) in _ACRONYMS.get(there, ())
    if " " in name or not of_other_letters(word) or of_other_letters(fold_name(name)):
        return False
    english = frequency(fold_name(name))
    # «Блок» is a word wherever "block" is one; Google is none of either.
    ordinary = english >= _COMMON and not seldom_inflected(fold_name(name))
    for each in languages_around(folded, start, end, language):
        often = _zipf(word, each)
        if often < _MET:
            continue
        if ordinary and often >= _EVERY_DAY:
            return True
        known = not ordinary and max(english, _zipf(name, each)) >= _KNOWN
        if not known and not _same_letters(fold_name(name), word):
            return True
    return False


_ACRONYMS = {"it": ("nato",)}
"""Acronyms that are words as well where newspapers write them like words: born."""


def _opens_as_word(folded: Folded, start: int, end: int) -> bool:
    """True where a sentence begins with a word that has no further capital: "Nato a Roma"."""
    begin, finish = folded.locate(start, end)
    text = folded.original
    small = text[begin + 1 : finish].islower()
    return small and begins_sentence(text[max(0, begin - _ARTICLE_LONG) : begin])


def _spoken_near(folded: Folded, start: int, end: int, tagged: str | None) -> str:
    """The language of the text near a place, else the article's; empty if neither is known."""
    near = spoken(folded.text[max(0, start - _NEARBY) : end + _NEARBY])
    return near or (tagged or "").lower().replace("_", "-").partition("-")[0]


def _same_letters(name: str, word: str) -> bool:
    """True where a word has the letters of a name, but for those that scripts write in two ways."""
    one, other = _plainly(name), _plainly(romanised(word))
    same = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs and not (mine == "c" and theirs in "kts"):
            break
        same += 1
    return same >= len(one) - 1


def _plainly(word: str) -> str:
    for letters, to in _WAYS:
        word = word.replace(letters, to)
    while "ii" in word:
        word = word.replace("ii", "i")
    return word


_WAYS = (
    ("x", "ks"), ("kh", "g"), ("h", "g"), ("w", "v"), ("y", "i"), ("j", "i"), ("q", "k"),
    ("ia", "a"),
)  # fmt: skip


def as_word(hit: Hit, texts: Sequence[Folded], language: str | None) -> Hit | None:
    """An actor's hit where its name may be a word of the text's language, other than English.

    None in small letters, ambiguous otherwise: "un desorden contable", "Desorden en el metro".
    """
    name = hit.name.text
    if hit.name.ambiguous or " " in name or not name.isalpha() or name.isupper():
        return hit
    folded = texts[hit.field]
    there = _spoken_near(folded, hit.start, hit.end, language)
    if there in {"", "en"}:
        return hit
    begin, finish = folded.locate(hit.start, hit.end)
    if folded.original[begin:finish].islower() and not name.islower():
        before = folded.original[max(0, begin - _ARTICLE_LONG) : begin]
        if fold_name(name) in _known(there) or _ARTICLE.search(before):
            return None
    if not is_word(fold_name(name), there):
        return hit
    ambiguity = f"“{name}” is also a word of the language around it"
    return replace(hit, name=replace(hit.name, ambiguous=True, ambiguity=ambiguity, everyday=True))


_ARTICLE = re.compile(
    r"(?i:\b(?:el|la|los|las|una?|les?|une|des|il|lo|gli|uno|uma?|os|as|der|die|das|eine?)\s|\bl['’])\Z"
)
_ARTICLE_LONG = 6


@lru_cache(maxsize=2_000)
def is_word(word: str, language: str) -> bool:
    """True for a word of a language that has other forms there, as names have not."""
    known = _known(language)
    if word not in known:
        return False
    stem = word[:-1] if len(word) > _STEM else word
    forms = (
        each
        for each in known
        if each != word and each.startswith(stem) and abs(len(each) - len(word)) <= _FORMS
    )
    return next(forms, None) is not None
