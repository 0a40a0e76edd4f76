# ruff: noqa: E501 - long tables
"""How far a word in few sounds (`syllabaries`) is from what a spelling in Latin letters stands for.

Each letter, or letters together, usually stands for some sounds and may stand for others: a word
is the name's if all its sounds are explained in order with few that are unusual. What is
usual anywhere is, since a text does not tell the language of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from monitor.matching.spelling.syllabaries import said

_UNUSUAL = 1.0
_SLIGHT, _BARELY = 0.5, 0.4
UNSAID = "uoi@ea"
"""Vowels that are written after a consonant that has none; the later ones hardly."""
FREE_UNSAID = "uoi@"
"""Those that are written where nothing is said."""

# What is usual, and after the stroke what is not; "-" for nothing, "V" for a vowel nobody says.
_TABLE = """
b b p/v|c k c s/t g|ç s/c t k S j|ch c S k h/j|ck k|cz c/S t|cc k/c t|d d/j t z|dj j/z|dt t d/|dzh j|f h p v/b|g g k/h -|ģ j g/h z k|gh g/k h -|
gn n gVn/kn|h h -/g|j j y h/z S i|k k/g|kh h k|kn n kVn|l r/w u|ll r y/j -|lh r|m m nm/n mu|n n/m|ng n ng ngV/nk|nh n/ny|p p/b|ph p h/b|
ps s pVs|q k|qu k kw kVw/ku|r r|rh r rVh h ah|rz r j z c rVt/S|drz j drVj dj|cques k|cque k|ques k|que k/kwe|s s z/S|ss s/S|sh S/s|sch S sVk/s|sz s/S|t t/c d|th s t d/z|ts t c/s tVs|tz t c/s|zz t c z/s|tsch c/S|
tch c|v b v w u h p/|w w b v u - h/p|wh w h u|wr r|x kVs ks s S/h|z z t j s/c|zh j/z S s|
a a @ e ei/o ai|e e @ i ei/a ye o -|i i ai @/e|o o a @/u ou oa e we|u u a @ yu/i o wi|ju ju ja j@ je yu hu u wi|you yu you yau|aj ai|ej ei e/i|oj oi|ij i ai|uj ui|y i ai ui y/e u @ @i|
ee i ei/e|ea i e ia/a ei ea|oo u o|ou u au o a|ow au o ow ob ov/ou u|ai ai e ei/i|ay ei e ai/i|ei ai ei i e|ey i ei/e ai|ie i ie ye e/ai|
au au o/a|aw o aw ahu/au|eu oi u o eu @/yu e|ue u yu ue yue uye wie/e|oe o u @ oe ou/e|ae e a ae ai|ia ia ya a iya|ya ya a ia aia iya @ ai@|yu yu u iu iyu|ye ye e ie|yo yo o iyo|rn rVn rn n/r|
iu iu yu u|ew yu u/o|uy ui ai oi|oy oi oa|oi oi oa owa wa ua|eo eo o i/io|oa o oa|ua ua wa a uwa|ui ui i wi u|uo o uo wo uwo|io io yo o/iu|
eau o yu|ieu yu u|aa a|ii i|uu u|io io yo o|eye ai
"""


class Way(NamedTuple):
    """What letters may stand for, and how unusual that is."""

    sounds: str
    cost: float


def _ways(text: str) -> tuple[Way, ...]:
    usual, _, unusual = text.partition("/")
    found: dict[str, float] = {}
    for cost, some in ((0.0, usual), (_UNUSUAL, unusual)):
        for way in some.split():
            for vowels in product(*(["", *FREE_UNSAID] if each == "V" else [each] for each in way)):
                found.setdefault("".join(vowels).replace("-", ""), cost)
    return tuple(Way(sounds, cost) for sounds, cost in found.items())


_WAYS = {
    entry.split(" ", 1)[0]: _ways(entry.split(" ", 1)[1])
    for entry in _TABLE.replace("\n", "").split("|")
}
_LETTERS = "|".join(
    sorted(map(re.escape, (each for each in _WAYS if each.isascii())), key=len, reverse=True)
)
_LETTER = re.compile(
    rf"(?P<soft>[cg](?=[eiy]))|\A(?:kn|ps|wr)|(?!kn|ps|wr|[aeou][yjw][aeiou])(?:{_LETTERS})|."
)
_TWICE = re.compile(r"([bdfgkmnprtv])\1")
_SOFT = {"c": "ç", "g": "ģ"}
_VOWELS = frozenset("aeiouy")
_SOMETIMES_SILENT = frozenset("dst")
_BEFORE_R = frozenset(["ee", "ea", "ei", "ie", "e"])
_SOFTENED_BEFORE = frozenset("eiy")
_SOFTENED = {"s": "S", "ss": "S", "d": "j", "t": "c"}
_SILENT_E = tuple(Way(each, 0.0) for each in ("", *FREE_UNSAID))


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """Letters of a name's word that stand for a sound together; the same one is one object."""

    costs: Mapping[str, float]
    """What they may stand for, and how unusual that is."""
    vowel: bool
    may_end: bool
    """True when a vowel that nobody says may follow, unless they stand for nothing."""
    longest: int
    """So many sounds they stand for at most, with such a vowel."""

    def heard(self, sounds: str, at: int) -> Iterator[tuple[int, float]]:
        """Up to where they may stand for what a word sounds like from a place on, and how unusual
        that is."""
        for way, cost in self.costs.items():
            if not sounds.startswith(way, at):
                continue
            end = at + len(way)
            yield end, cost
            if self.may_end and way and end < len(sounds) and sounds[end] in UNSAID:
                yield end + 1, cost + unsaid_cost(sounds[end])


def unsaid_cost(vowel: str) -> float:
    """How unusual it is that a vowel stands where nobody says it."""
    return 0.0 if vowel in FREE_UNSAID else _UNUSUAL


_NEVER = float("inf")


@lru_cache(maxsize=20_000)
def units(word: str) -> tuple[Unit, ...]:
    """The sounds of a folded word in Latin letters, in all ways that they can be meant."""
    found = [
        (_SOFT[each[0]] if each["soft"] else each[0])
        for each in _LETTER.finditer(_TWICE.sub(r"\1", word))
    ]
    last = len(found) - 1
    return tuple(
        _unit_beside(
            letters,
            found[at - 1][-1:] if at else "",
            found[at + 1] if at < last else "",
            at + 1 == last,
        )
        for at, letters in enumerate(found)
    )


@lru_cache(maxsize=20_000)
def _unit_beside(letters: str, before: str, after: str, nearly_last: bool) -> Unit:
    """What letters stand for beside others: a letter before them, and what comes after."""
    near = _Near(before, after, nearly_last)
    vowel = letters[0] in _VOWELS
    bare = not after or after[0] not in _VOWELS
    more = _vowels(letters, near) if vowel else _consonants(letters, near, bare=bare)
    return _unit((*more, *_WAYS.get(letters, ())), vowel, not vowel and bare)


@lru_cache(maxsize=20_000)
def _unit(ways: tuple[Way, ...], vowel: bool, may_end: bool) -> Unit:
    costs: dict[str, float] = {}
    for sounds, cost in ways:
        costs[sounds] = min(cost, costs.get(sounds, cost))
    return Unit(costs, vowel, may_end, max(map(len, costs), default=0) + may_end)


class _Near(NamedTuple):
    """What stands beside letters in a word."""

    before: str
    after: str
    nearly_last: bool


def _vowels(letters: str, near: _Near) -> Iterator[Way]:
    """What vowels may also stand for where they are."""
    if near.after[:1] == "r":
        if letters in {"e", "i", "u"}:
            yield Way("a", 0.0)  # Starmer, Kirk, Burns
        if near.nearly_last and letters in _BEFORE_R:
            yield from (Way("ia", 0.0), Way("iya", 0.0), Way("i@", 0.0))  # Keir, キア
    if letters == "u" and near.before:
        yield Way("wi", _BARELY)  # Rutte, 뤼터
    if letters in {"e", "i", "ai"} and near.after == "n":
        yield Way("a", _SLIGHT)  # Henri, アンリ; Martin, マルタン
    silent = not near.after or (near.after == "s" and near.nearly_last)
    if letters == "e" and near.before and silent:
        yield from _SILENT_E


def _consonants(letters: str, near: _Near, *, bare: bool) -> Iterator[Way]:
    """What consonants may also stand for where they are; `bare` without a vowel after them."""
    if near.after[:1] in _SOFTENED_BEFORE and letters in _SOFTENED:
        yield Way(_SOFTENED[letters], 0.0)  # シ is the only syllable for si, ジ for di
    if letters == "s" and near.before[-1:] in _VOWELS and near.before and not bare:
        yield Way("j", 0.0)  # Fraser, 프레이저
    if letters == "j" and near.before and near.before[-1] not in _VOWELS:
        yield Way("", 0.0)  # Benjamin, 베냐민
    if letters == "g" and near.before[-1:] in _VOWELS and near.before:
        yield Way("", 0.0)  # Erdoğan
    if letters == "n" and not near.after and near.before in _VOWELS:
        yield Way("ng", _SLIGHT)  # Macron, 마크롱
    if letters == "r" and not near.before:
        yield Way("h", _UNUSUAL)  # Ronaldo, 호날두
    if letters == "r" and bare and near.before:
        yield Way("", 0.0)  # Starmer, スターマー
    elif letters == "l" and bare and near.before and near.after:
        yield Way("", _UNUSUAL)  # Donald, 唐纳德
    elif letters in _SOMETIMES_SILENT and not near.after and near.before:
        yield Way("", _SLIGHT)


@lru_cache(maxsize=20_000)
def distance(name: str, word: str) -> float:
    """How unusual a word in another script would be for a name's word; infinite if it is not it.

    Args:
        name: a folded word in Latin letters.
        word: one all in katakana, Hangul, Thai or a script of India.
    """
    return distance_of(name, said(word))


def distance_of(name: str, sounds: str) -> float:
    """How unusual some sounds would be for a name's word; infinite if they are not it."""
    reached = {0: 0.0}
    for unit in units(name):
        following: dict[int, float] = {}
        for at, cost in reached.items():
            for end, more in unit.heard(sounds, at):
                following[end] = min(following.get(end, _NEVER), cost + more)
        if not following:
            return _NEVER
        reached = following
    return reached.get(len(sounds), _NEVER)
