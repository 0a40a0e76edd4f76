"""The words of headline and opening by which one event is told from another.

How much a word tells follows from how rarely its language uses it (`wordfreq`, Zipf scale: the
logarithm of occurrences per thousand million words). Scripts that write no spaces between words
are read in pairs of characters. Nothing here knows a particular name or event.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple
from zlib import crc32

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
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*)"
    r"|(?P<kana>[\u30a1-\u30ff]{2,})"
    r"|(?P<pairs>[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f]+)"
    r"|(?P<particles>[\u3040-\u309f]+)|(?P<word>[^\W\d_\u3040-\u30ff]+)"
    r"|(?P<stop>[.!?\n…;\u3002\uff01\uff1f\u061f\u0964]|: )"
)
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


class Token(NamedTuple):
    """A piece of text."""

    kind: str
    """word, number, kana, pairs (of characters, in scripts without spaces), particles or stop."""
    text: str
    """Case folded."""
    weight: float
    """How much it tells; of pairs, 0: it is each pair's."""
    start: int
    end: int
    capital: bool
    """Whether it begins with a capital letter."""


def text_hash(text: str) -> int:
    """A 32-bit hash that is the same in every process, which Python's own is not."""
    return crc32(text.encode("utf-8", "replace"))


def tokens(text: str, language: str) -> list[Token]:
    """The pieces of a text, weighed by a language (ISO 639-1; in an unknown one all tell much)."""
    weights = _weights(language)
    found = []
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup, match[0]
        start, end = match.span()
        folded = word.casefold()
        if kind == "word":
            weight = weights.get(folded, UNKNOWN)
            found.append(Token(kind, folded, weight, start, end, word[0].isupper()))
        elif kind == "number":
            # As ASCII and without points: Arabic and Indian digits are the same numbers.
            digits = str(int("".join(c for c in word if c.isdecimal())[:_MOST_DIGITS]))
            weight = _LEAST if len(digits) == 1 or _YEAR.fullmatch(digits) else NUMBER
            found.append(Token(kind, digits, weight, start, end, False))
        else:
            weight = weights.get(folded, UNKNOWN) if kind == "kana" else 0.0
            found.append(Token(str(kind), folded, weight, start, end, False))
    return found


@lru_cache(maxsize=5_000)
def name_tokens(name: str, language: str) -> list[Token]:
    """The same of a watched name: there are few, and they come again and again."""
    return tokens(name[:LEAD], language)


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


def stems(parts: Iterable[Token], language: str) -> Iterator[tuple[str, bool, Token]]:
    """Stem, whether it is written like a name, and the token, of each that may tell something."""
    begins = True
    for token in parts:
        kind, word = token.kind, token.text
        if kind == "pairs":
            for i in range(len(word) - 1):
                pair, at = word[i : i + 2], token.start + i
                yield pair, False, Token(kind, pair, 0.0, at, at + 2, False)
        elif kind == "word" and len(word) > 2:
            yield stem_of(word), not begins and _capital(token, language), token
        elif kind in {"number", "kana"}:
            yield word, False, token
        begins = kind == "stop"


def stem_of(word: str) -> str:
    """The letters by which a word is known, so that its endings do not matter."""
    if not word.isascii() and _ARABIC.match(word):
        return _ARABIC_PREFIX.sub("", word)[: _STEM - 1]
    return word[:_STEM]


def _capital(token: Token, language: str) -> bool:
    # German capitalises all nouns: only rare ones are taken for names.
    return token.capital and (language != "de" or token.weight >= _RARE)


def stem_weight(stem: str, language: str) -> float:
    """The inverse document frequency of a stem, in nats: 0 to `UNLISTED`.

    That is estimated from how often words that begin so are used: of a text of 400 words some 240
    are drawn on their own, the rest repeats what was said.
    """
    return _stem_weights(language).get(stem, UNLISTED)


@cache
def common_share(language: str) -> float:
    """The share of a language's running words that `COMMON` ones make up, 0 to 1; 0 if unknown."""
    weights = _weights(language)
    return math.fsum(
        share for word, share in _frequencies(language).items() if weights[word] < COMMON
    )


@cache
def _stem_weights(language: str) -> Mapping[str, float]:
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
    from wordfreq import get_frequency_dict, get_frequency_list

    # Of many a language it has the list of a neighbour, and warns each time that it takes it.
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
