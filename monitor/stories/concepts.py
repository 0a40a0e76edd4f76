"""What a report tells, in concepts that are the same in all languages.

Words of two languages cannot be compared, what they mean can: zatrzymany, festgenommen and 逮捕 are
all "arrest". `lexicon/` has some four hundred concepts of which news is made, and by which words
each language tells them; it names no person, place or event. A report is known by which of them it
has, and where. How much a concept tells follows from how few reports have it: its weight is
-ln(share of news reports with it), in nats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from math import fsum, sqrt
from typing import NamedTuple
from unicodedata import combining, normalize

from monitor.stories.opening_words import text_hash

TEXT = 1_800
"""Characters of headline and text that are read; in scripts without spaces `TEXT_UNSPACED`."""
TEXT_UNSPACED = 900
_TOP, _TOP_UNSPACED = 35, 70
"""Words, or characters, after the headline that count as the top."""
_MOST = 64
"""Concepts kept of a report, the most telling first."""
_MOST_TIMES = 9
_SAYS_SOMETHING = 3.0
"""What a headline's concepts tell at the least, for it to say what the news is."""
_FIRST_SIGN, _FIRST_PLACE = 0x100, 0x30
_LONGEST = 14
"""Letters of a word by which its beginning is looked up."""
_LONGEST_UNSPACED = 8
_COMPOUND, _PART = 9, 5
"""Letters from which on a word may be put together of several, and those of a part."""
_COMPOUNDING = frozenset({"de", "nl", "sv", "da", "no", "fi", "hu"})
_UNSPACED = frozenset({"zh", "ja"})
_SIGNS = "\u0900-\u0963\u0966-\u097f"
"""Of Devanagari: its vowel signs are no letters to `re`."""
_WORD = re.compile(f"(?:[^\\W_]|[{_SIGNS}])+")
_PATTERN = re.compile(rf"{_WORD.pattern}\*?")
_PREFIXES = {
    "ar": re.compile("^(?:[وفبكل]?ال|لل|[وفبلك](?=....))"),
    "he": re.compile("^[ושכ]?[הבלמ]?(?=...)"),
}
"""What Arabic and Hebrew write together with the word that follows."""
_PREFIXES["fa"] = _PREFIXES["ar"]
_SAME = {"nb": ("no",), "nn": ("no",), "sr": ("hr", "sr"), "bs": ("hr", "sr"), "sh": ("hr", "sr")}
"""Languages that are read by the words of others."""


class Kept(NamedTuple):
    """A concept that a report has."""

    times: int
    """How often: at the most 9."""
    place: int
    """2 in the headline, 1 at the top of the text, 0 below."""


class Likeness(NamedTuple):
    """What two reports have in common of what they tell; the same both ways."""

    whole: float = 0.0
    """Cosine of all concepts, 0 to 1."""
    top: float = 0.0
    """The lesser share of what the one tells at the top that the other tells anywhere, 0 to 1."""
    both_tops: float = 0.0
    """The lesser share of what the one tells at the top that the other tells there, too, 0 to 1."""
    headline: float = 0.0
    """The lesser share of the one's headline that the other tells anywhere, 0 to 1."""
    best_headline: float = 0.0
    """The greater of these."""


Concepts = Mapping[str, Kept]
"""By the sign of each; see `signs`."""


class _Pattern(NamedTuple):
    open: bool
    """Whether the word may go on."""
    rest: tuple[str, ...]
    """Words that must follow; those that end in a * may go on."""
    sign: str


_pattern = cache(_Pattern)
"""Most are of one word, and alike in all languages."""


@cache
def signs() -> Mapping[str, str]:
    """The one character by which each concept is known."""
    return {concept: chr(_FIRST_SIGN + at) for at, (concept, _) in enumerate(_rows("concepts"))}


@cache
def weights() -> Mapping[str, float]:
    """How much each concept tells, by its sign."""
    return {signs()[concept]: float(told) for concept, told in _rows("concepts")}


@cache
def version() -> int:
    """Of the list of concepts: signs of another mean something else."""
    return text_hash("\n".join(signs()))


def _rows(name: str) -> Iterator[tuple[str, str]]:
    text = files("monitor.stories").joinpath("lexicon", f"{name}.tsv").read_text("utf-8")
    for line in text.splitlines():
        concept, _, rest = line.partition("\t")
        yield concept, rest


@cache
def _lexicon(language: str) -> dict[str, tuple[_Pattern, ...]]:
    """The patterns of a language by the word, or its beginning, that each begins with."""
    found: dict[str, list[_Pattern]] = {}
    if not (language.isascii() and language.isalpha()):  # what pages call their language
        return {}
    for name in _SAME.get(language, (language,)):
        try:
            rows = list(_rows(name))
        except FileNotFoundError:
            continue
        for concept, patterns in rows:
            for pattern in _fold(patterns, name).split(";"):
                first, *rest = _PATTERN.findall(pattern) or [""]
                if first:
                    each = _pattern(first[-1] == "*", tuple(rest), signs()[concept])
                    found.setdefault(first.rstrip("*"), []).append(each)
    return {first: tuple(patterns) for first, patterns in found.items()}


def _fold(text: str, language: str) -> str:
    """Small letters; Greek without accents, which move with the ending."""
    if language == "el":
        parts = normalize("NFD", text.casefold())
        return "".join(each for each in parts if not combining(each))
    return normalize("NFC", text.casefold())


def concepts(title: str, text: str, language: str, names: Iterable[str]) -> Concepts:
    """The concepts that a report has; none if there is no lexicon of its language.

    Args:
        title: its headline.
        text: its text.
        language: an ISO 639-1 code.
        names: the watched names found in it, whose words tell nothing.
    """
    lexicon = _lexicon(language)
    if not lexicon:
        return {}
    unspaced = language in _UNSPACED
    limit = TEXT_UNSPACED if unspaced else TEXT
    told = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)")
    headline, body = (_fold(told.sub(" . ", each[:limit]), language) for each in (title, text))
    find = _in_characters if unspaced else _in_words
    top = _TOP_UNSPACED if unspaced else _TOP
    times: Counter[str] = Counter()
    places: dict[str, int] = {}
    for each, inside in ((headline, 2), (body[: max(0, limit - len(headline))], 0)):
        for at, concept in find(each, language):
            times[concept] += 1
            place = inside or int(at < top)
            places[concept] = max(places.get(concept, 0), place)
    known = weights()
    order = sorted(times, key=lambda each: (-places[each], -known.get(each, 0.0), each))
    return {each: Kept(min(times[each], _MOST_TIMES), places[each]) for each in order[:_MOST]}


def _in_words(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Each concept, and the number of the word that tells it."""
    words = [_forms(word, language) for word in _WORD.findall(text)]
    for at, forms in enumerate(words):
        for pattern in _beginning(forms, language):
            after = words[at + 1 : at + 1 + len(pattern.rest)]
            if len(after) == len(pattern.rest) and all(map(_fits, after, pattern.rest)):
                yield at, pattern.sign


@lru_cache(maxsize=20_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """A word, and what is left of it without what is written together with it."""
    prefix = _PREFIXES.get(language)
    bare = prefix.sub("", word) if prefix is not None else word
    return (word,) if bare in {word, ""} else (word, bare)


def _fits(forms: tuple[str, ...], pattern: str) -> bool:
    begins = pattern[:-1] if pattern[-1] == "*" else None
    return any(word.startswith(begins) if begins else word == pattern for word in forms)


@lru_cache(maxsize=20_000)
def _beginning(forms: tuple[str, ...], language: str) -> tuple[_Pattern, ...]:
    """The patterns whose first word a word may be, or whose only word is a part of it."""
    lexicon = _lexicon(language)
    found = [pattern for form in forms for pattern in _parts(form, 0, lexicon)]
    word = forms[0]
    if language in _COMPOUNDING and len(word) >= _COMPOUND:
        for start in range(3, len(word) - _PART + 1):
            inside = _parts(word[start:], _PART, lexicon)
            found += [pattern for pattern in inside if not pattern.rest]
    return tuple(dict.fromkeys(found))


def _parts(
    word: str, least: int, lexicon: Mapping[str, tuple[_Pattern, ...]]
) -> list[_Pattern]:  # fmt: skip
    return [
        pattern
        for length in range(max(1, least), min(len(word), _LONGEST) + 1)
        for pattern in lexicon.get(word[:length], ())
        if pattern.open or length == len(word)
    ]


def _in_characters(text: str, language: str) -> Iterator[tuple[int, str]]:
    """The same for a script that writes words together: by the number of the character."""
    lexicon = _lexicon(language)
    for at in range(len(text)):
        for length in range(1, _LONGEST_UNSPACED):
            for pattern in lexicon.get(text[at : at + length], ()):
                if not pattern.rest:
                    yield at, pattern.sign


def topics(kept: Concepts, most: int) -> list[str]:
    """The concepts by which a report is looked up: the most telling of headline and top."""
    known = weights()
    top = [each for each, it in kept.items() if it.place]
    return sorted(top, key=lambda each: (-known.get(each, 0.0), each))[:most]


def likeness(one: Concepts, other: Concepts) -> Likeness:
    """How much two reports have in common of what they tell."""
    if not one or not other:
        return Likeness()
    tops, heads = ([_at(each, place) for each in (one, other)] for place in (1, 2))
    covers = [_cover(top, its) for top, its in zip(tops, (other, one), strict=True)]
    headlines = [_cover(head, its) for head, its in zip(heads, (other, one), strict=True)]
    both = [_cover(tops[0], tops[1]), _cover(tops[1], tops[0])]
    return Likeness(
        _cosine(one, other),
        min(covers),
        min(both),
        min(headlines),
        max(headlines),
    )


def untold(one: Concepts, other: Concepts) -> float:
    """The share of what one's headline tells that the other does not tell at its top, 0 to 1.

    0 where nobody knows: a headline tells too little, or there is no lexicon of the language.
    """
    headline = _at(one, 2)
    known = weights()
    if not other or fsum(known.get(each, 0.0) for each in headline) <= _SAYS_SOMETHING:
        return 0.0
    return 1.0 - _cover(headline, _at(other, 1))


def shared_concepts(one: Concepts, other: Concepts) -> list[str]:
    """What both tell at the top, by the names of the concepts, the most telling first."""
    names = {each: concept for concept, each in signs().items()}
    both = _at(one, 1) & _at(other, 1)
    return [names[each] for each in sorted(both, key=lambda it: (-weights().get(it, 0.0), it))]


def _at(kept: Concepts, least: int) -> frozenset[str]:
    return frozenset(each for each, it in kept.items() if it.place >= least)


def _cover(told: frozenset[str], other: Iterable[str]) -> float:
    """The share of what some concepts tell that others have, 0 to 1."""
    known = weights()
    whole = fsum(known.get(each, 0.0) for each in told)
    shared = told.intersection(other)
    return fsum(known.get(each, 0.0) for each in shared) / whole if whole else 0.0


def _cosine(one: Concepts, other: Concepts) -> float:
    known = weights()
    both = fsum(
        known.get(each, 0.0) ** 2 * sqrt(one[each].times * other[each].times)
        for each in one.keys() & other.keys()
    )
    lengths = [
        sqrt(fsum(known.get(each, 0.0) ** 2 * it.times for each, it in kept.items()))
        for kept in (one, other)
    ]
    return both / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def pack(kept: Concepts) -> str:
    """Text to be stored; `unpack` makes the same of it."""
    return "".join(
        f"{each}{_FIRST_PLACE + 10 * it.place + it.times:c}" for each, it in kept.items()
    )


def unpack(packed: str) -> Concepts:
    """What was packed."""
    kept = {}
    for each, it in zip(packed[::2], packed[1::2], strict=True):
        place, times = divmod(ord(it) - _FIRST_PLACE, 10)
        kept[each] = Kept(times, place)
    return kept
