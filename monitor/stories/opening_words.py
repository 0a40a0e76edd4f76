"""The words of headline and opening by which one event is told from another.

How much a word tells follows from how rarely its language uses it (`wordfreq`, Zipf scale: the
logarithm of occurrences per thousand million words). Scripts that write no spaces between words
are read in pairs of characters. Nothing here knows a particular name or event.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple
from zlib import crc32

from monitor.word_lists import frequencies

LEAD = 700
"""Characters of a text that count as its opening; in scripts without spaces `LEAD_UNSPACED`."""
LEAD_UNSPACED = 300
NUMBER = 2.0
"""How much a number of more than one digit tells, unless it is a year."""

RAREST = 7e-5
"""Share of texts that have a word which the list of its language does not hold, at the least."""
UNLISTED = 8.2
"""Weight of a stem of no frequent word, in nats."""
_DRAWN = 240
_STEM = 6
"""Letters by which a word is known, so that its endings do not matter."""
COMMON = 0.5
"""Words that tell less hold sentences together."""
UNKNOWN = 3.0
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
_KINDS = {
    "number": r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*",
    "kana": r"[\u30a1-\u30ff]{2,}",
    "pairs": r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+",
    "particles": r"[\u3040-\u309f]+",
    "word": r"[^\W\d_\u3040-\u30ff]+",
    "stop": r"[.!?\n…;\u3002\uff01\uff1f\u061f\u0964]|: ",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
_SPLIT = re.compile(f"({'|'.join(_KINDS.values())})")
_SPLIT_ASCII = re.compile(rf"([A-Za-z]+|{_KINDS['number']}|[.!?\n;]|: )")
"""The same in fewer steps."""
_FORMS_KNOWN, _LONGEST_KNOWN = 8192, 40
"""Forms remembered of each language, from texts none of whose pieces has more characters."""
_CODE = re.compile(r"(?<![\w-])[A-Za-z]{1,8}(?:-\d{2,8}){1,3}(?![\w-])")
_ARABIC = re.compile("[\u0620-\u06ff]")
_ARABIC_PREFIX = re.compile("^(?:[وفبكل]?ال|لل|[وفبل](?=....))")
_YEAR = re.compile("(?:19|20)..")


class Filling(NamedTuple):
    """What stands after certain words."""

    value: int
    """Its hash, 16 bits of it."""
    weight: float
    """How much it tells."""


class Form(NamedTuple):
    """What is known of a piece of text wherever it stands."""

    kind: str
    """word, number, kana, pairs (of characters, in scripts without spaces), particles or stop."""
    text: str
    """Case folded."""
    weight: float
    """How much it tells; of pairs, 0: it is each pair's."""
    capital: bool
    """Whether it begins with a capital letter."""
    stem: str
    """By which it is known; empty if it is known by its pairs, or by nothing."""


class Token(NamedTuple):
    """A piece of text."""

    kind: str
    text: str
    weight: float
    capital: bool
    stem: str
    start: int
    end: int


Stem = tuple[str, bool, str, int, int]
"""What may tell something: the stem, whether it is written like a name, its token's kind, start and
end. A named tuple would take twice as long to make, and there is one of every word."""


@dataclass(frozen=True, slots=True)
class Running:
    """The pieces of a whole text, side by side: to make a tuple of each takes as long again."""

    forms: Sequence[Form]
    starts: Sequence[int]
    ends: Sequence[int]


def text_hash(text: str) -> int:
    """A 32-bit hash that is the same in every process, which Python's own is not."""
    return crc32(text.encode("utf-8", "replace"))


def running(text: str, language: str) -> Running:
    """The pieces of a text, weighed by a language (ISO 639-1; in an unknown one all tell much)."""
    # What matches stands in every second place.
    pieces = (_SPLIT_ASCII if text.isascii() else _SPLIT).split(text)
    ends = list(accumulate(map(len, pieces)))
    remembered, describe = _forms(language)
    # A text of long words, one after the other, is not worth its memory.
    form = remembered if max(map(len, pieces)) <= _LONGEST_KNOWN else describe
    return Running(list(map(form, pieces[1::2])), ends[:-1:2], ends[1::2])


def tokens(text: str, language: str) -> list[Token]:
    """The same, one by one."""
    found = running(text, language)
    return [
        Token(*form, start, end)
        for form, start, end in zip(found.forms, found.starts, found.ends, strict=True)
    ]


@cache
def _forms(language: str) -> tuple[Callable[[str], Form], Callable[[str], Form]]:
    """Says what is known of a piece in a language: with a memory, and without."""
    weights = _weights(language)

    def describe(piece: str) -> Form:
        folded = piece.casefold()
        if piece.isascii() and piece.isalpha():
            kind = "word"
        else:
            match = _TOKEN.fullmatch(piece)
            kind = str(match and match.lastgroup)
        if kind == "word":
            weight = weights.get(folded, UNKNOWN)
            stem = stem_of(folded) if len(folded) > 2 else ""
            return Form(kind, folded, weight, piece[0].isupper(), stem)
        if kind == "number":
            # As ASCII and without points: Arabic and Indian digits are the same numbers.
            digits = str(int("".join(c for c in piece if c.isdecimal())[:_MOST_DIGITS]))
            weight = _LEAST if len(digits) == 1 or _YEAR.fullmatch(digits) else NUMBER
            return Form(kind, digits, weight, False, digits)
        if kind == "kana":
            return Form(kind, folded, weights.get(folded, UNKNOWN), False, folded)
        return Form(kind, folded, 0.0, False, "")

    return lru_cache(maxsize=_FORMS_KNOWN)(describe), describe


@lru_cache(maxsize=5_000)
def name_tokens(name: str, language: str) -> list[Token]:
    """The same of a watched name: there are few, and they come again and again."""
    return tokens(name[:LEAD], language)


@lru_cache(maxsize=5_000)
def name_stems(name: str, language: str) -> frozenset[str]:
    """The stems of a watched name."""
    return frozenset(stem for stem, *_ in stems(running(name[:LEAD], language), language))


def pair_weights(characters: str, language: str) -> list[float]:
    """How much each two characters in a row tell."""
    weights = _weights(language)
    pairs = (characters[i : i + 2] for i in range(len(characters) - 1))
    return [min(_PAIR, weights.get(pair, UNKNOWN)) for pair in pairs]


def slots(parts: Iterable[Token]) -> dict[int, Filling]:
    """What stands after which two words of a sentence (three characters), by their hash.

    Figures before it are all taken for the same. What stands twice after the same words, but
    not the same, is left out.
    """
    found: dict[int, Filling] = {}
    doubtful: set[int] = set()

    def fill(before: Iterable[str], value: str, weight: float) -> None:
        key, filling = text_hash(" ".join(before)), Filling(text_hash(value) & 0xFFFF, weight)
        if found.setdefault(key, filling).value != filling.value:
            doubtful.add(key)

    before: tuple[str, ...] = ()
    for token in parts:
        if token.kind == "stop":
            before = ()
        elif token.kind in {"pairs", "particles"}:
            for i, character in enumerate(token.text):
                if len(before) > 1 and token.kind == "pairs":
                    fill(before, token.text[i : i + 2], _PAIR)
                before = (*before[-2:], character)
        else:
            number = token.kind == "number"
            if len(before) > 1 and (number or token.weight >= _SLOT):
                fill(before[-2:], token.text, NUMBER if number else token.weight)
            before = (*before[-2:], "0" if number else token.text)
    return {key: filling for key, filling in found.items() if key not in doubtful}


def codes(text: str) -> frozenset[str]:
    """CVE-2026-1234, MS-17-010 and their like: what one notice of a series is about."""
    return frozenset(code.upper() for code in _CODE.findall(text))


def stems(parts: Running, language: str) -> list[Stem]:
    """What of a text may tell something: its stems, numbers and pairs of characters, in order."""
    # German capitalises all nouns: only rare ones are taken for names.
    least = _RARE if language == "de" else 0.0
    found: list[Stem] = []
    begins = True
    for form, start, end in zip(parts.forms, parts.starts, parts.ends, strict=True):
        kind, text, weight, capital, stem = form
        if stem:
            is_name = capital and not begins and weight >= least
            found.append((stem, is_name, kind, start, end))
        elif kind == "pairs":
            found += [
                (text[i : i + 2], False, kind, start + i, start + i + 2)
                for i in range(len(text) - 1)
            ]
        begins = kind == "stop"
    return found


def stem_of(word: str) -> str:
    """The letters by which a word is known, so that its endings do not matter."""
    if not word.isascii() and _ARABIC.match(word):
        return _ARABIC_PREFIX.sub("", word)[: _STEM - 1]
    return word[:_STEM]


@cache
def common_share(language: str) -> float:
    """The share of a language's running words that `COMMON` ones make up, 0 to 1; 0 if unknown."""
    weights = _weights(language)
    return math.fsum(
        share for word, share in _frequencies(language).items() if weights[word] < COMMON
    )


@cache
def stem_weights(language: str) -> Mapping[str, float]:
    """The inverse document frequency of the stems of frequent words, in nats: 0 to `UNLISTED`.

    That is estimated from how often words that begin so are used: of a text of 400 words some 240
    are drawn on their own, the rest repeats what was said. All other stems weigh `UNLISTED`.
    """
    shares: dict[str, float] = {}
    for word, frequency in _frequencies(language).items():
        stem = stem_of(word)
        shares[stem] = shares.get(stem, 0.0) + frequency
    return {
        stem: -math.log(min(1.0, 1 - math.exp(-_DRAWN * share) + RAREST))
        for stem, share in shares.items()
    }


def _frequencies(language: str) -> Mapping[str, float]:
    """How often each frequent word of a language is used, as a share of all words."""
    with suppress(LookupError):
        return frequencies(language)
    from wordfreq import get_frequency_dict, get_frequency_list

    # Of many a language it knows a neighbour's list, and warns each time that it takes it.
    logging.getLogger("wordfreq").setLevel(logging.ERROR)
    try:
        found: Mapping[str, float] = get_frequency_dict(language, wordlist="small")
    except LookupError:
        return {}
    get_frequency_list.cache_clear()
    return found


@cache
def _weights(language: str) -> Mapping[str, float]:
    """How much each frequent word of a language tells; others tell `UNKNOWN`."""
    return {
        word: round(max(0.0, min(UNKNOWN, _COMMON - math.log10(frequency) - 9)), 1)
        for word, frequency in _frequencies(language).items()
    }
