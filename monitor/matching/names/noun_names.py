"""Names that are nouns, too, written as such: a kraken, each sowbug."""

from __future__ import annotations

import re

from monitor.matching.names.institutions import institution
from monitor.matching.names.ordinary import common_noun, frequency
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.word_before import begins_sentence
from monitor.matching.text.words import STOPWORDS

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


def just_words(name: str, text: str, start: int, end: int) -> bool:
    """True for the words of a name that are not written as one: "the electoral commission"."""
    if name.islower() or not common_noun(name):
        return False
    # "Cour suprême" has a small letter of its own.
    small = {word for word in name.split() if word[0].islower()}
    written = (_ELIDED.sub("", word) for word in text[start:end].split())
    if all(not word[0].islower() or word in STOPWORDS or word in small for word in written):
        return False
    return not _last_word_small(name, text, start, end)


_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu|dell|all|nell|un)['’]", re.IGNORECASE)


def _last_word_small(name: str, text: str, start: int, end: int) -> bool:
    """True for a name of which only the word that says what it is has no capital.

    So some newspapers write all of them: "the Labour party", "Justice department officials". But
    not "a Labour party", nor where the capital is the sentence's: "Electoral commission staff".
    """
    words, found = name.split(), text[start:end].split()
    if len(words) != len(found) or len(found) < _TWO or not found[-1].islower():
        return False
    last = fold_name(found[-1])
    if not (last in _BODIES or institution(last)) or _OF_SOMETHING.match(text, end):
        return False
    large = [word for word in words[:-1] if word[0].isupper()]
    if not large or any(
        mine[0].isupper() and not theirs[0].isupper()
        for mine, theirs in zip(words[:-1], found[:-1], strict=True)
    ):
        return False
    before = text[max(0, start - _AROUND) : start]
    if begins_sentence(before) and len(large) < _TWO:
        return False
    return _ANY_OF_THEM.search(before) is None


_TWO = 2
_BODIES = frozenset(
    ["party", "church", "union", "federation", "association", "movement", "university"]
)
_OF_SOMETHING = re.compile(r" of [^\W\d_A-Z]")
_ANY_OF_THEM = re.compile(
    r"\b(?:an?|any|each|every|another|some|no|one|either|neither|both|this|that|these|those) \Z",
    re.IGNORECASE,
)
