"""The words of headline and opening by which one event is told from another.

How much a word tells follows from how rarely its language uses it (`wordfreq`, Zipf scale: the
logarithm of occurrences per thousand million words). Scripts that write no spaces between words
are read in pairs of characters. Nothing here knows a particular name or event.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import NamedTuple
from zlib import crc32

LEAD = 900
"""Characters of a text that count as its opening; in scripts without spaces `LEAD_UNSPACED`."""
LEAD_UNSPACED = 300
NUMBER = 2.0
"""How much a number of more than one digit tells, unless it is a year."""

_MOST = 200
"""Words kept."""
_STEM = 6
"""Letters by which a word is known, so that its endings do not matter."""
_UNKNOWN = 3.0
"""How much a word tells that is in no list of frequent words."""
_RARE = 2.5
"""From so much on a capitalised German word is taken for a name."""
_SLOT = 1.0
"""What tells less is no filling of a slot."""
_PAIR = 2.0
"""How much a pair of characters tells at the most: a word makes several."""
_LEAST = 0.3
"""What tells less is left out; years and single digits tell so much."""
_COMMON = 5.5
"""Zipf frequency from which a word tells nothing."""
_MOST_DIGITS = 15
_REACH = 15
"""Characters on either side by which one sees that a word stands in a copied passage."""
_REACH_UNSPACED = 5

SCRIPT = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003134f"
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese: a class of characters for a regex."""
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,:]\d+)*)|(?P<kana>[\u30a1-\u30ff]{2,})"
    r"|(?P<pairs>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+)"
    r"|(?P<particles>[\u3040-\u309f]+)|(?P<word>[^\W\d_\u3040-\u30ff]+)"
    r"|(?P<stop>[.!?\n…;\u3002\uff01\uff1f\u061f\u0964]|: )"
)
_CODE = re.compile(r"(?<![\w-])[A-Za-z]{1,8}(?:-\d{2,8}){1,3}(?![\w-])")
_ARABIC = re.compile("[\u0620-\u06ff]")
_ARABIC_PREFIX = re.compile("^(?:[وفبكل]?ال|لل|[وفبل](?=....))")
_YEAR = re.compile("(?:19|20)..")


class Word(NamedTuple):
    """A telling word."""

    weight: float
    """How much it tells: 0.3 to 3."""
    around: int
    """Hash of what it stands in the middle of; 0 if it stands in the headline only."""
    name: bool
    """Whether it is written like a name."""
    headline: bool
    """Whether it stands in the headline."""
    form: str
    """As it is written."""


class _Token(NamedTuple):
    stem: str
    weight: float
    name: bool
    start: int
    end: int


def text_hash(text: str) -> int:
    """A 32-bit hash that is the same in every process, which Python's own is not."""
    # Checksums of similar texts differ in few bits; the multiplication spreads those.
    return crc32(text.encode("utf-8", "replace")) * 0x9E3779B1 & 0xFFFFFFFF


def telling_words(
    title: str, lead: str, language: str, names: Iterable[str], *, unspaced: bool
) -> dict[str, Word]:
    """The telling words of headline and opening, by their stems, those of the headline first.

    Args:
        title: the headline.
        lead: the opening of the text.
        language: an ISO 639-1 code; of an unknown one all words tell much.
        names: what is left out.
        unspaced: whether the text is in a script without spaces between words.
    """
    known = {token.stem for name in names for token in _tokens(name, language)}
    reach = _REACH_UNSPACED if unspaced else _REACH
    words: dict[str, Word] = {}
    for stem, weight, name, start, end in _tokens(lead, language):
        if weight < _LEAST or stem in known:
            continue
        if (word := words.get(stem)) is None:
            around = text_hash(lead[max(0, start - reach) : end + reach].casefold())
            words[stem] = Word(weight, around, name, False, lead[start:end])
        elif word.name and not name:
            words[stem] = word._replace(name=False)
    headline: dict[str, Word] = {}
    for stem, weight, _, start, end in _tokens(title, language):
        if weight >= _LEAST and stem not in known:
            # Many a headline has all its words capitalised: the text knows better.
            word = words.get(stem) or Word(weight, 0, False, True, title[start:end])
            headline[stem] = word._replace(headline=True)
    ordered = headline | {stem: word for stem, word in words.items() if stem not in headline}
    return dict(islice(ordered.items(), _MOST))


def codes(text: str) -> frozenset[str]:
    """CVE-2026-1234, MS-17-010 and their like: what one notice of a series is about."""
    return frozenset(code.upper() for code in _CODE.findall(text))


class Filling(NamedTuple):
    """What stands after certain words."""

    value: int
    """Its hash."""
    weight: float
    """How much it tells."""


def slots(text: str, language: str) -> dict[int, Filling]:
    """What stands after which two words of a sentence (three characters), by their hash.

    Figures before it are all taken for the same. What stands twice after the same words, but
    not the same, is left out.
    """
    found: dict[int, Filling] = {}
    doubtful: set[int] = set()
    before: tuple[str, ...] = ()
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token[0].casefold()
        if kind == "stop":
            before = ()
            continue
        parts = word if kind in {"pairs", "particles"} else (word,)
        for i, part in enumerate(parts):
            value, weight, context = part, 0.0, before[-2:]
            if kind == "pairs":
                value, weight, context = word[i : i + 2], _PAIR, before[-3:]
            elif kind == "number":
                weight = NUMBER
            elif kind != "particles":
                weight = _weight(word, language)
            if weight >= _SLOT and len(context) > 1:
                key, filling = text_hash(" ".join(context)), Filling(text_hash(value), weight)
                if found.setdefault(key, filling).value != filling.value:
                    doubtful.add(key)
            before = (*before[-2:], "0" if kind == "number" else part)
    return {key: filling for key, filling in found.items() if key not in doubtful}


def _tokens(text: str, language: str) -> Iterator[_Token]:
    begins = True
    for found in _TOKEN.finditer(text):
        kind, (start, end) = found.lastgroup, found.span()
        word = found[0].casefold()
        if kind == "stop":
            begins = True
            continue
        if kind == "word":
            if len(word) > 2:
                weight = _weight(word, language)
                # German capitalises all nouns: only rare ones are taken for names.
                capital = found[0][0].isupper() and not begins
                name = capital and (language != "de" or weight >= _RARE)
                yield _Token(_stem(word), weight, name, start, end)
        elif kind == "number":
            digits = "".join(c for c in word if c.isdecimal())[:_MOST_DIGITS]
            # As ASCII: Arabic and Indian digits are the same numbers.
            number = str(int(digits))
            little = len(number) == 1 or _YEAR.fullmatch(number)
            yield _Token(number, _LEAST if little else NUMBER, False, start, end)
        elif kind == "kana":
            yield _Token(word, _weight(word, language), False, start, end)
        elif kind == "pairs":
            for i in range(len(word) - 1):
                pair = word[i : i + 2]
                weight = min(_PAIR, _weight(pair, language))
                yield _Token(pair, weight, False, start + i, start + i + 2)
        begins = False


def _stem(word: str) -> str:
    if _ARABIC.match(word):
        return _ARABIC_PREFIX.sub("", word)[: _STEM - 1]
    return word[:_STEM]


def _weight(word: str, language: str) -> float:
    frequency = _frequencies(language).get(word)
    if frequency is None:
        return _UNKNOWN
    return round(max(0.0, min(_UNKNOWN, _COMMON - math.log10(frequency) - 9)), 1)


@cache
def _frequencies(language: str) -> Mapping[str, float]:
    from wordfreq import get_frequency_dict

    try:
        return get_frequency_dict(language, wordlist="small")
    except LookupError:
        return {}
