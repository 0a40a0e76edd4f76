"""Whether a word of a text is a name's word in one of the cases of a language.

Names are compared by their common beginning and by what follows it in each (`endings`). A
person's words must agree: "Martina Smith" is not Martin Smith in the genitive, whose surname
would have an ending too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.matching.align import same_word
from monitor.matching.endings import ENDINGS, FAMILY_FEMININE, LAST_ONLY
from monitor.matching.normalise import fold_name
from monitor.matching.sounds import (
    heard,
    heard_as_written,
    of_other_letters,
    romanised,
    sound,
    sound_as_written,
)
from monitor.matching.words import romanisations
from monitor.model.match import Kind

_VOWELS = frozenset("aeiouyаеиоуыэюяєіјαεηιουωაეიოუաեէըիո")  # noqa: RUF001 - of every script
_LONGEST = 6
"""Letters of an ending at most."""
_CHANGED = 4
"""Letters at a name's end that a case may change at most."""
_SHORTEST = 3
"""Letters of a name's word from which it takes endings, and that its stem must keep if it can."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The endings of one language."""

    after_consonant: frozenset[str]
    after_vowel: frozenset[str]
    changes: frozenset[tuple[str, str]]

    def allows(self, was: str, ending: str, before: str) -> bool:
        """Whether a word whose stem ends in `before` may have `ending` where it has `was`."""
        if (was, ending) in self.changes:
            return True
        if was:
            return False
        return ending in (self.after_vowel if before in _VOWELS else self.after_consonant)


@cache
def _table(language: str, organisation: bool) -> _Table:
    own, _, more = fold_name_lines(ENDINGS[language])
    text = own + more if organisation else own
    consonant: set[str] = set()
    vowel: set[str] = set()
    changes: set[tuple[str, str]] = set()
    for was, endings in text:
        if was == "C":
            consonant.update(endings)
        elif was == "V":
            vowel.update(endings)
        else:
            changes.update((was, ending) for ending in endings)
    return _Table(frozenset(consonant), frozenset(vowel), frozenset(changes))


def fold_name_lines(
    table: str,
) -> tuple[list[tuple[str, list[str]]], None, list[tuple[str, list[str]]]]:
    """The rules of a table: for everybody, and for organisations."""
    own, _, more = table.partition("organisations:")

    def rules(text: str) -> list[tuple[str, list[str]]]:
        found = []
        for line in text.replace("|", "\n").splitlines():
            was, colon, endings = line.strip().partition(":")
            if colon:
                was = was.strip()
                key = was if was in {"C", "V"} else fold_name(was)
                found.append((key, [fold_name(ending) for ending in endings.split()]))
        return found

    return rules(own), None, rules(more)


@cache
def _heard_table(language: str) -> _Table:
    """The endings of a language in another script, as they sound beside a name in Latin letters."""
    table = _table(language, False)

    def sounds(endings: Collection[str]) -> frozenset[str]:
        return frozenset(heard(romanised(ending)) for ending in endings)

    changes = {(heard(romanised(was)), heard(romanised(ending))) for was, ending in table.changes}
    return _Table(sounds(table.after_consonant), sounds(table.after_vowel), frozenset(changes))


@lru_cache(maxsize=20_000)
def change(
    wanted: str, found: str, language: str, organisation: bool = False
) -> tuple[str, str] | None:
    """How a name's word ends and how the text's does, if the one is a case of the other.

    Both are canonical words. ("", "") where they are the same word, None where `found` is none
    of its forms in that language.
    """
    if same_word(wanted, found):
        return "", ""
    for other in dict.fromkeys((wanted, *romanisations(romanised(wanted)))):
        if (ending := _change(other, found, language, organisation)) is not None:
            return ending
    return None


def _change(wanted: str, found: str, language: str, organisation: bool) -> tuple[str, str] | None:
    if not (wanted.isascii() and of_other_letters(found)):
        table = _table(language, organisation)
        ending = _ending(wanted, found, table)
        if ending is not None:
            return ending
        return _spelt_otherwise(wanted, found, table)
    meant, said = heard_as_written(romanised(wanted)), heard(romanised(found))
    return _ending(meant, said, _heard_table(language))


def _ending(wanted: str, found: str, table: _Table) -> tuple[str, str] | None:
    if len(wanted) < _SHORTEST:
        return None
    common = 0
    for one, other in zip(wanted, found, strict=False):
        if one != other:
            break
        common += 1
    keep = min(_SHORTEST, len(wanted) - 2)
    lowest = max(keep, len(wanted) - _CHANGED)
    for cut in range(common, lowest - 1, -1):
        was, ending = wanted[cut:], found[cut:]
        if len(ending) > _LONGEST + 1:
            return None
        if table.allows(was, ending, wanted[cut - 1]):
            return was, ending
    return None


def _spelt_otherwise(wanted: str, found: str, table: _Table) -> tuple[str, str] | None:
    """As `_ending`, for a name that the text also spells in its own way: Zełenskiego."""
    if len(wanted) <= _SHORTEST + 1 or sound(wanted[0]) != sound(found[0]):
        return None
    for length in range(len(found) - 1, _SHORTEST, -1):
        ending = found[length:]
        if len(ending) > _LONGEST:
            break
        for gone in range(min(_CHANGED, len(wanted) - _SHORTEST)):
            stem = wanted[: len(wanted) - gone]
            if abs(len(stem) - length) > 2 or len(stem) <= _SHORTEST:
                continue
            same = sound_as_written(romanised(stem)) == sound_as_written(romanised(found[:length]))
            if same and table.allows(wanted[len(stem) :], ending, stem[-1]):
                return wanted[len(stem) :], ending
    return None


def agree(
    wanted: Sequence[str],
    changes: Sequence[tuple[str, str]],
    last: int,
    family: int,
    language: str,
    kind: Kind,
) -> bool:
    """True when the forms of a name's words go together in a language.

    Args:
        wanted: the name's words that the text has.
        changes: what each became, as `change` tells.
        last: which of them stands last in the text.
        family: which of them is the family name.
    """
    if kind is not Kind.PERSON:
        return True
    if language in LAST_ONLY:
        return all(not any(each) for n, each in enumerate(changes) if n != last)
    for number, word in enumerate(wanted):
        # A given name that a case would end in -a is a woman's where her family name has none.
        feminine = changes[number] in {("", "a"), ("", "а")}  # noqa: RUF001 - Cyrillic
        if number != family and feminine and word[-1:] not in _VOWELS:
            name = wanted[family]
            if not any(changes[family]) and name[-1:] not in _VOWELS:
                return False
    return True


def feminine_family(wanted: str, found: str, language: str) -> bool:
    """True for a woman's family name with or without the ending that Czech and Slovak give it."""
    stem = wanted[:-1] if wanted[-1:] in _VOWELS else wanted
    return any(
        found in {wanted + ending, stem + ending} or wanted == found + ending
        for ending in FAMILY_FEMININE.get(language, ())
    )


def stems(word: str) -> Iterator[str]:
    """What is left of a name's word, as it is heard, in each of its cases, the longest first."""
    bare = word.rstrip("aeio")
    if len(bare) > 1:
        yield bare
    if len(bare) < _SHORTEST:
        yield word
    if word[-1:] == "s" and len(word) > _SHORTEST:
        yield word[:-1].rstrip("aeio")  # Valdis, Valda; Παύλος, Παύλου
    if len(word) >= _SHORTEST and word[-1] not in "aeio" and word[-2] in "aeio":
        yield word[:-2] + word[-1]  # Marek, Marka; Лев, Льва
    if word.endswith(("nen", "ova")):
        yield word[:-3].rstrip("aeio")  # Jokinen, Jokisen; Merkelová, Merkel
    if bare[-1:] in {"k", "t"} and len(bare) > _SHORTEST + 1:
        yield bare[:-1].rstrip("aeio")  # Mustajoki, Mustajoen
