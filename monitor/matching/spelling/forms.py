"""Which of many names' words a text's word can be a form of: in any language's cases, by ear.

The question of `inflection`, asked for one word of a text and hundreds of names' words that it was
looked up as. What is asked of the text's word is worked out once, and what is asked of a name's
word is kept; what is left for both together is a few comparisons.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from monitor.matching.spelling.foreign_letters import writes as spells_abroad
from monitor.matching.spelling.inflection import (
    any_table,
    beginnings_as_written,
    continued,
    feminine_family,
    least_stem,
    split_endings,
    split_where,
    stems_as_written,
)
from monitor.matching.text.endings import FAMILY_FEMININE
from monitor.matching.text.sounds import (
    heard,
    heard_as_written,
    of_other_letters,
    romanised,
    sound,
    ways,
)
from monitor.matching.text.words import romanisations

_KEPT = 20_000
"""Names' words of which it is kept how they sound."""

CanBe = Callable[[str], bool]
"""Whether a text's word can be a form of a name's word."""


class _Spelling(NamedTuple):
    """One way to write a name's word."""

    text: str
    least: str
    """See `least_stem`."""
    first: str
    """Its first letter's sound."""
    stems: tuple[str, ...]
    """See `stems_as_written`."""


def forms(found: str) -> CanBe:
    """What a canonical word of a text is asked for each of many names' words.

    False for a name's word of which it is in no language a form, and as which it is not heard in
    another script either.
    """
    if not of_other_letters(found):
        return _in_own_letters(found)
    asked: dict[bool, CanBe] = {}

    def can_be(wanted: str) -> bool:
        latin = wanted.isascii()
        told = asked.get(latin)
        if told is None:
            told = asked[latin] = (_abroad if latin else _in_own_letters)(found)
        return told(wanted)

    return can_be


def _in_own_letters(found: str) -> CanBe:
    table, said, first = any_table(False), sound(found), sound(found[0])

    lengths: dict[str, list[int]] = {}

    def can_be(wanted: str) -> bool:
        if wanted == found or (min(len(wanted), len(found)) > 1 and sound(wanted) == said):
            return True
        for each in _spellings(wanted):
            if found.startswith(each.least) and any(
                table.allows(*split) for split in split_endings(each.text, found)
            ):
                return True
            if each.first != first or not each.stems:
                continue
            if not lengths:  # nearly no name begins alike: so it is worked out here
                for length, begun in (*beginnings_as_written(found), (0, "")):
                    lengths.setdefault(begun, []).append(length)
            for gone, stem in enumerate(each.stems):
                for length in lengths.get(stem, ()):
                    split = split_where(each.text, gone, found, length)
                    if split and table.allows(*split):
                        return True
        # Nearly always not: whoever begins otherwise is no woman of the family.
        return (found.startswith(wanted[:-1]) or wanted.startswith(found)) and any(
            feminine_family(wanted, found, language) for language in FAMILY_FEMININE
        )

    return can_be


@lru_cache(maxsize=_KEPT)
def _spellings(wanted: str) -> tuple[_Spelling, ...]:
    return tuple(
        _Spelling(each, least_stem(each), sound(each[0]), stems_as_written(each))
        for each in dict.fromkeys((wanted, *romanisations(romanised(wanted))))
    )


def _abroad(found: str) -> CanBe:
    """Of a word in other letters, for names' words in Latin ones."""
    table, said, latin = any_table(True), heard(found), heard(romanised(found))
    spells = spells_abroad(found)
    shorter = [romanised(found[:-cut]) for cut in (1, 2)]  # an ending may follow
    sounds = {sound(each) for each in (found, *shorter) if len(each) > 1}

    def can_be(wanted: str) -> bool:
        if wanted in shorter or (len(wanted) > 1 and sound(wanted) in sounds):
            return True
        meant = _heard(wanted)
        return (
            any(continued(said, way) for way in meant.ways)
            or any(map(spells, meant.spellings))
            or any(
                table.allows(*split)
                for way, least in meant.as_written
                if latin.startswith(least)
                for split in split_endings(way, latin)
            )
        )

    return can_be


class _Heard(NamedTuple):
    """How a name's word in Latin letters is heard abroad."""

    spellings: tuple[str, ...]
    ways: tuple[str, ...]
    as_written: tuple[tuple[str, str], ...]
    """Each with its `least_stem`."""


@lru_cache(maxsize=_KEPT)
def _heard(wanted: str) -> _Heard:
    spellings = tuple(dict.fromkeys((wanted, *romanisations(wanted))))
    said = dict.fromkeys(heard_as_written(each) for each in spellings)
    return _Heard(spellings, ways(wanted), tuple((each, least_stem(each)) for each in said))
