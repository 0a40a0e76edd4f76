# ruff: noqa: RUF001, E501 - tables of Arabic and Hebrew letters
"""Latin names in Arabic and Hebrew letters, which leave short vowels out.

A name is compared letter by letter with what may be written for each of its sounds: consonants
must all be there and no others, a vowel that is written must be one that the name has, and one
at the name's end must be written. "روسيا" is not Rice, though both have an R and an S.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product

from monitor.matching.spelling.spelling_walk import Walk
from monitor.matching.text.characters import ABJAD

_SOUNDS = {
    "tsch": "تش چ ش צ", "tch": "تش چ ش צ", "sch": "ش سك ש סק", "sh": "ش ש",
    "ch": "تش چ ش ك خ ج צ ץ כ ך ח ש ק", "zh": "ج ژ ز ش ז ש", "kh": "خ ك ق ח כ ך",
    "gh": "غ ج گ ق ג ע", "th": "ث ت ذ ط ת ט", "dh": "ذ د ض ظ ד", "ph": "ف פ ף", "ck": "ك ق ק כ ך",
    "ts": "تس تز ز س צ ץ טס", "tz": "تس تز ز س צ ץ טז", "ng": "ن نغ نج نك نق نگ נג נ ן",
    "b": "ب پ ב", "d": "د ض ד", "f": "ف פ ף", "g": "غ ج گ ك ق ג", "j": "ج ژ ي خ ג ז י ח", "k": "ك ق ק כ ך",
    "l": "ل ל", "m": "م מ ם", "n": "ن נ ן", "p": "ب پ פ ף", "q": "ق ك ק כ", "r": "ر ר",
    "s": "س ص ز ش ס ש ז צ", "t": "ت ط ט ת", "v": "ف و ڤ ב ו וו", "w": "و ف ו וו ב",
    "x": "كس كز ش س קס כס ש", "z": "ز ظ س تس تز ז צ ס ץ", "c": "ك ق ج ק כ ך", "ç": "س ز تش ج ص ס צ ג",
}  # fmt: skip
"""What a sound of a name in Latin letters is written as; "ç" stands for a c before e, i and y."""
_LAST_AA = "ع اع اء اعا ا ى"
"""A consonant of Arabic that Latin letters lack: al-Sharaa."""
_FIRST_H = "ه ح ה ח"
_A, _I, _O = "اأآعءهىئةيەא ע ה י".replace(" ", ""), "يىئاأإەێיאה", "واؤأۆוא"
_VOWELS = {"a": _A, "e": _I + "هעةىآ", "i": _I, "y": _I, "o": _O + "ع", "u": _O + "ع"}
_INITIAL = frozenset("اأإآعئيیאעי")
_FINAL = frozenset("اوؤهىيئةیەۆאהוי")
_LAST = {"a": "اةهىعאה", "i": "يىئאי", "y": "يىئי", "o": "وؤهۆוה", "u": "وؤۆו"}
_UNIT = re.compile(
    r"tsch|tch|sch|sh|ch|zh|kh|gh|th|dh|ph|ck|ts|tz|ng|(?P<soft>c(?=[eiy]))|(?P<vowels>[aeiouy]+)|."
)

_CLASSES = {
    "P": "بپفڤפףב", "T": "تطדدضذثטת", "S": "سصزظشסשזצץ", "K": "كقخקכך", "J": "جغگژچג",
    "R": "رר", "L": "لל", "M": "مמם", "N": "نנן",
}  # fmt: skip
_CLASS = str.maketrans({letter: c for c, letters in _CLASSES.items() for letter in letters})
_NOT_CLASS = re.compile("[^PTSKJRLMN]+")
_TWICE = re.compile(r"(.)\1+")
_LATIN = {
    "tsch": "SJ", "tch": "SJ", "sch": "S", "sh": "S", "ch": "SKJ", "zh": "JS", "kh": "K-", "gh": "JK",
    "th": "T", "dh": "T", "ph": "P", "ck": "K", "ts": "S", "tz": "S", "ng": "N", "b": "P", "d": "T",
    "f": "P", "g": "JK", "j": "JS-K", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P", "q": "K",
    "r": "R", "s": "S", "t": "T", "v": "P-", "w": "-P", "z": "S", "c": "KJ", "ç": "SJ",
}  # fmt: skip
"""The classes of `_CLASSES` that a sound is looked up as; "-" where it may be as good as none."""
_X = re.compile("^x")
_NASAL = re.compile(r"n[kqj]")
_MOST = 8
"""Ways to look a name's word up at most."""


@dataclass(frozen=True, eq=False, slots=True)
class Sound:
    """A sound of a name; the same one is one object, by which it is known (`Walk`)."""

    letters: frozenset[str] = frozenset()
    """What may stand for a consonant, as one letter; `groups`: as several."""
    groups: tuple[str, ...] = ()
    vowels: frozenset[str] = frozenset()
    """What may stand for a vowel, any of them up to `most` times."""
    least: int = 1
    most: int = 1


_UNITS = 1000
"""Different sounds that are kept: there are some two hundred."""


@lru_cache(maxsize=_UNITS)
def _consonant(written: str, least: int = 1) -> Sound:
    ways = written.split()
    groups = tuple(way for way in ways if len(way) > 1)
    return Sound(frozenset(ways).difference(groups), groups, least=least)


@lru_cache(maxsize=20_000)
def _units(word: str, *, all_h: bool = False) -> tuple[Sound, ...]:
    units: list[Sound] = []
    if _CLUSTER.match(word):
        units.append(_BEFORE_CLUSTER)  # Persian has none without a vowel: استیو, Steve
    parts = list(_UNIT.finditer(re.sub(r"([^aeiou])\1+", r"\1", word)))
    for number, part in enumerate(parts):
        text = "ç" if part["soft"] else part[0]
        if part["vowels"] == "aa" and 0 < number == len(parts) - 1:
            units.append(_consonant(_LAST_AA))
        elif part["vowels"]:
            units.append(_vowels(text, first=not number, last=number == len(parts) - 1))
        elif text == "h":
            written = "ه ح ة ה ח ع" if number else _FIRST_H
            units.append(_consonant(written, least=0 if number and not all_h else 1))
        elif text in _SOUNDS:
            units.append(_consonant(_SOUNDS[text]))
        else:
            return ()
    long = sum(len(part["vowels"] or "") > 2 for part in parts)  # Haniyeh
    if long + sum(unit.least for unit in units if not unit.vowels or unit is units[0]) <= 2:
        # Of so short a name its vowel is written, or it would be half the words there are.
        units = [
            _written(unit) if unit.vowels and 0 < number < len(units) - 1 else unit
            for number, unit in enumerate(units)
        ]
    return tuple(units)


_CLUSTER = re.compile("s[tpkcmnl](?=[aeiouyr])")
_BEFORE_CLUSTER = Sound(vowels=frozenset("اإ"), least=0)


@lru_cache(maxsize=_UNITS)
def _written(unit: Sound) -> Sound:
    """Vowels that may not be left out."""
    return Sound(vowels=unit.vowels, most=unit.most)


@lru_cache(maxsize=_UNITS)
def _vowels(text: str, *, first: bool, last: bool) -> Sound:
    letters = frozenset("".join(_VOWELS[letter] for letter in text))
    if first:
        return Sound(vowels=letters | _INITIAL, most=len(text) + 2)
    least = 1 if last and text[-1] in _LAST else 0
    letters |= frozenset(_LAST.get(text[-1], ""))
    return Sound(vowels=letters, least=least, most=len(text) + 2)


@lru_cache(maxsize=50_000)
def written_as(wanted: str, found: str) -> bool:
    """Whether a word in Arabic or Hebrew letters is a name's word in Latin or in the same ones."""
    return writes(found)(wanted)


def writes(found: str) -> Callable[[str], bool]:
    """What a word in Arabic or Hebrew letters is asked for each of many names: `written_as`."""
    bare = tuple(unjoined(found))
    walks = [(Walk(partial(_reached, each)), 1 << len(each)) for each in bare]

    def can_be(wanted: str) -> bool:
        if ABJAD.match(wanted):
            return not _bare_ways(wanted).isdisjoint(bare)
        return any(walk.along(sounds) & end for sounds in spellings(wanted) for walk, end in walks)

    return can_be


def spellings(wanted: str) -> Iterator[tuple[Sound, ...]]:
    """The sounds of a name's word in Latin letters, in each way to spell it."""
    if sounds := _units(wanted):
        yield sounds
        if wanted[-1:] == "h":
            # Of the h in Fattah فتاح writes the letter, and then it needs fewer vowels.
            yield _units(wanted, all_h=True)


def _reached(word: str, unit: Sound, place: int) -> Iterator[int]:
    """Where a word goes on behind what stands for a sound at a place."""
    if unit.least == 0:
        yield place
    if (letter := word[place : place + 1]) in unit.letters:
        yield place + 1
        if word[place + 1 : place + 2] == letter:  # one that is mostly written once
            yield place + 2
    for group in unit.groups:
        if word.startswith(group, place):
            yield place + len(group)
    for length in range(1, unit.most + 1) if unit.vowels else ():
        if place + length > len(word) or word[place + length - 1] not in unit.vowels:
            break
        if length >= unit.least:
            yield place + length


def unjoined(word: str) -> Iterator[str]:
    """A word as it stands, and without the small words and the article that are joined to it."""
    yield word
    bare = word
    for joined in (_ARABIC_ARTICLE, _ARABIC_JOINED, _HEBREW_JOINED):
        if found := joined.match(word):
            bare = word[found.end() :]
            yield bare


@lru_cache(maxsize=20_000)
def _bare_ways(word: str) -> frozenset[str]:
    return frozenset(unjoined(word))


_ONE_SOUND = re.compile("ت[شسز]|ט[סז]|ن[غجگكق]|נ[גק]")
_ARABIC_ARTICLE = re.compile("[وبفك]?ال(?=..)|لل(?=..)")
_ARABIC_JOINED = re.compile("[وبلفك](?=...)")
_HEBREW_JOINED = re.compile("[והבלמשכ](?=...)")


def skeletons(word: str) -> Iterator[str]:
    """The classes of consonants that a word in Arabic or Hebrew letters is looked up as."""
    for bare in unjoined(word):
        yield _skeleton(bare)
        if bare[0] == "ח":
            yield "H" + _skeleton(bare)


def _skeleton(word: str) -> str:
    word = _ONE_SOUND.sub(lambda found: found[0][found[0][0] not in "نנ"], word)
    first = "A" if word[:1] in _INITIAL else "H" if word[:1] in "هحה" else ""
    last = "V" if word[-1:] in _FINAL else ""
    return first + _TWICE.sub(r"\1", _NOT_CLASS.sub("", word.translate(_CLASS))) + last


def spoken(word: str) -> tuple[str, ...]:
    """What a name's word in Latin, Arabic or Hebrew letters is looked up as; empty for others."""
    if ABJAD.match(word):
        return tuple(skeletons(word))
    ways: list[str] = []
    for part in _UNIT.finditer(_NASAL.sub("n", _X.sub("s", word)).replace("x", "ks")):
        text = "ç" if part["soft"] else part[0]
        if part["vowels"] or text == "h":
            continue
        if text not in _LATIN:
            return ()
        ways.append(_LATIN[text])
    first = "A" if word[:1] in "aeiouy" else "H" if word[:1] == "h" and word[1:2] else ""
    firsts = (first, "A") if _CLUSTER.match(word) else (first,)
    last = (
        ("", "V")
        if word[-1:] in {"e", "h"} or word.endswith("aa")
        else ("V",)
        if word[-1:] in "aiouy"
        else ("",)
    )
    found = dict.fromkeys(
        ("A" if way[:1] == ("-",) and word[0] == "j" else begun)
        + _TWICE.sub(r"\1", "".join(way).replace("-", ""))
        + final
        for begun in firsts
        for final in last
        for way in product(*ways[:12])
    )
    return tuple(found)[:_MOST]
