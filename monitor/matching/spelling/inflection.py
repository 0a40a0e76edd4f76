"""Whether a word of a text is a name's word in one of the cases of a language.

Names are compared by their common beginning and by what follows it in each (`endings`). A
person's words must agree: "Martina Smith" is not Martin Smith in the genitive, whose surname
would have an ending too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from monitor.matching.names.align import same_word
from monitor.matching.spelling.foreign_letters import written_as as spelt_abroad
from monitor.matching.text.endings import ENDINGS, FAMILY_FEMININE, LAST_ONLY
from monitor.matching.text.normalise import fold_name
from monitor.matching.text.sounds import (
    heard,
    heard_as_written,
    of_other_letters,
    romanised,
    sound,
    sound_as_written,
    ways,
)
from monitor.matching.text.words import romanisations
from monitor.model.match import Kind

_VOWELS = frozenset("aeiouyаеиоуыэюяєіјαεηιουωაეიოუաեէըիո")  # noqa: RUF001 - of every script
_LONGEST = 7
"""Letters of an ending at most."""
_SHORT_ENDING = 3
"""Letters that a case ending adds at most in another script, in a language we have no table of."""
_CHANGED = 4
"""Letters at a name's end that a case may change at most."""
_HERS = frozenset(ending for some in FAMILY_FEMININE.values() for ending in some)
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


@cache
def any_table(abroad: bool) -> _Table:
    """The endings of all languages together, of organisations, too; `abroad` as they sound."""
    tables = [_heard_table(each) if abroad else _table(each, True) for each in ENDINGS]
    return _Table(
        frozenset().union(*(table.after_consonant for table in tables)),
        frozenset().union(*(table.after_vowel for table in tables)),
        frozenset().union(*(table.changes for table in tables)),
    )


Split = tuple[str, str, str]
"""How a name's word ends, how the text's does, and the letter before."""


def change(
    wanted: str, found: str, language: str, organisation: bool = False
) -> tuple[str, str] | None:
    """How a name's word ends and how the text's does, if the one is a case of the other.

    Both are canonical words. ("", "") where they are the same word, None where `found` is none
    of its forms in that language.
    """
    if same_word(wanted, found):
        return "", ""
    abroad = wanted.isascii() and of_other_letters(found)
    table = _heard_table(language) if abroad else _table(language, organisation)
    for was, ending, before in _splits(wanted, found, abroad):
        if table.allows(was, ending, before):
            return was, ending
    return None


def same_abroad(wanted: str, found: str) -> bool:
    """Whether a word in other letters is a name's word, spelt as it is heard, in any case."""
    return same_by_ear(wanted, found) or any(
        spelt_abroad(each, found) for each in (wanted, *romanisations(wanted))
    )


def same_by_ear(wanted: str, found: str) -> bool:
    """As `same_abroad`, for a name of one word: its letters must be heard, with a short ending."""
    if any(same_word(wanted, romanised(found[:-cut])) for cut in (1, 2)):
        return True
    said = heard(found)
    return any(continued(said, meant) for meant in ways(wanted))


def said_so(wanted: str, found: str) -> bool:
    """Whether a word in other letters is all that is heard of a name's word, and no more."""
    return same_word(wanted, romanised(found)) or heard(found) in ways(wanted)


def continued(said: str, meant: str) -> bool:
    """Whether a word that was heard is another one, with a short ending or without."""
    stem = meant.rstrip("aeio") if len(meant) > _SHORTEST + 1 else meant
    return said == meant or (
        len(stem) >= _SHORTEST and said.startswith(stem) and len(said) <= len(stem) + _SHORT_ENDING
    )


@lru_cache(maxsize=50_000)
def _splits(wanted: str, found: str, abroad: bool) -> tuple[Split, ...]:
    """Every way in which two words can be one stem with two endings."""
    splits: dict[Split, None] = {}
    for other in dict.fromkeys((wanted, *romanisations(romanised(wanted)))):
        if abroad:
            said = heard_as_written(romanised(other))
            splits |= dict.fromkeys(split_endings(said, heard(romanised(found))))
        else:
            splits |= dict.fromkeys(split_endings(other, found))
            splits |= dict.fromkeys(_spelt_otherwise(other, found))
    return tuple(splits)


def split_endings(wanted: str, found: str) -> Iterator[Split]:
    """Every way in which two words that begin alike can be one stem with two endings."""
    if len(wanted) < _SHORTEST:
        # Kim Jong Un, z Kim Dzong Unem: nothing but an ending can be told from so little.
        short = len(wanted) == _SHORTEST - 1 and wanted[-1] not in _VOWELS
        if short and found.startswith(wanted) and len(found) <= len(wanted) + _SHORT_ENDING:
            yield "", found[len(wanted) :], wanted[-1]
        return
    common = 0
    for one, other in zip(wanted, found, strict=False):
        if one != other:
            break
        common += 1
    for cut in range(common, len(least_stem(wanted)) - 1, -1):
        if len(found) - cut > _LONGEST:
            break
        yield wanted[cut:], found[cut:], wanted[cut - 1]


def least_stem(wanted: str) -> str:
    """What every form of a name's word begins with, unless it is spelt otherwise."""
    if len(wanted) < _SHORTEST:
        return wanted
    return wanted[: max(min(_SHORTEST, len(wanted) - 2), len(wanted) - _CHANGED)]


def _spelt_otherwise(wanted: str, found: str) -> Iterator[Split]:
    """As `split_endings`, for a name that the text also spells in its own way: Zełenskiego."""
    if sound(wanted[0]) != sound(found[0]):
        return
    stems = stems_as_written(wanted)
    for length, said in beginnings_as_written(found):
        for gone, stem in enumerate(stems):
            if stem == said and (split := split_where(wanted, gone, found, length)):
                yield split


def stems_as_written(wanted: str) -> tuple[str, ...]:
    """What a name's word sounds like less no letter, less its last one, and so on."""
    gone = min(_CHANGED, len(wanted) - _SHORTEST) if len(wanted) > _SHORTEST + 1 else 0
    return tuple(sound_as_written(romanised(wanted[: len(wanted) - each])) for each in range(gone))


def beginnings_as_written(found: str) -> list[tuple[int, str]]:
    """What a text's word sounds like up to each letter at which an ending may begin."""
    lengths = range(len(found) - 1, max(_SHORTEST, len(found) - _LONGEST) - 1, -1)
    return [(length, sound_as_written(romanised(found[:length]))) for length in lengths]


def split_where(wanted: str, gone: int, found: str, length: int) -> Split | None:
    """How two words end whose stems sound alike; None where these differ too much in length."""
    stem = wanted[: len(wanted) - gone]
    if abs(len(stem) - length) > 2:
        return None
    return wanted[len(stem) :], found[length:], stem[-1]


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
        if number == family or changes[number][1][-1:] not in {"a", "а"} or word[-1:] in _VOWELS:  # noqa: RUF001 - Cyrillic
            continue
        if changes[family][1] in _HERS:
            return False  # Karla Beranová is not Karel Beran
        feminine = changes[number] in {("", "a"), ("", "а")}  # noqa: RUF001 - Cyrillic
        if feminine and not any(changes[family]) and wanted[family][-1:] not in _VOWELS:
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
    if len(bare) == 1 and len(word) > _SHORTEST:
        yield word[:-1]  # Kaja, Kaję: heard, all but the first letter are vowels
    if word[-1:] == "s" and len(word) > _SHORTEST:
        yield word[:-1].rstrip("aeio")  # Valdis, Valda; Παύλος, Παύλου
    if len(word) >= _SHORTEST and word[-1] not in "aeio" and word[-2] in "aeio":
        yield word[:-2] + word[-1]  # Marek, Marka; Лев, Льва
    if word.endswith("sek") and len(word) > _SHORTEST + 1:
        yield word[:-3] + "k"  # Hamáček, Hamáčka, whose c is heard otherwise before an e
    if word.endswith(("nen", "ova", "ove")):
        yield word[:-3].rstrip("aeio")  # Jokinen, Jokisen; Merkelová, Merkel; Starostové, Starosty
    if bare[-1:] in {"k", "t"} and len(bare) > _SHORTEST + 1:
        yield bare[:-1].rstrip("aeio")  # Mustajoki, Mustajoen
    if bare[-1:] == "t" and len(bare) >= _SHORTEST:
        yield bare[:-1] + "d"  # Lehti, Lehden
