"""Names in Latin letters met in katakana, transcribed as they are heard.

A watched "Vladimir Putin" is found as ウラジーミル・プーチン. All consonants of both words must be
there in order, each as what its spelling can stand for, and the vowels roughly. The index is made
when the first such text comes, and other text costs nothing.
"""

from __future__ import annotations

import re
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from monitor.matching.align import Shape
from monitor.matching.meanings import Use
from monitor.matching.normalise import fold_name
from monitor.matching.spellings_heard import distance, key, keys, units
from monitor.matching.syllabaries import said
from monitor.matching.words import PARTICLES, romanisations
from monitor.model.match import Kind

_WORD = re.compile("[\u30a1-\u30fa\u30fc]+")
_BETWEEN = re.compile(r"(?:[ =\-]|(?: [a-z]\.? ))\Z")
_SHORTEST = 3
"""Consonants of a name at least."""
_LONGEST = 24
"""Characters of a word that is looked at."""
_INSERTED = 2
"""Middle names a text may add."""
_UNUSUAL = 0.2
"""Which share of a name's sounds may be unusual for its spelling, ..."""
_PLAIN = 4
"""... but for that many of them."""


@lru_cache(maxsize=5_000)
def _firsts(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the first word of a name may stand: Volodymyr; Jens-Frederik, which is one word, too."""
    found = (words[0], *romanisations(words[0]))
    joined = len(words) > 2 and "-" in text.partition(" ")[0]
    return (*dict.fromkeys(found), words[0] + words[1]) if joined else tuple(dict.fromkeys(found))


@lru_cache(maxsize=5_000)
def _families(text: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """How the last word of a name may stand: with the small words before it, and without."""
    written = fold_name(text).replace("-", " ").split()
    family = words[-1]
    found = [family]
    joined = family
    at = len(written) - 1
    while at > 1 and written[at] != family:
        at -= 1
    while at > 1 and written[at - 1] in PARTICLES:
        at -= 1
        joined = written[at] + joined
        found.append(joined)
    return tuple(found)


def is_transcription(names: Sequence[str], words: Sequence[str]) -> bool:
    """True when words in such a script can be a name's words in Latin letters, one by one."""
    unusual = sum(distance(name, word) for name, word in zip(names, words, strict=True))
    return unusual <= _UNUSUAL * max(0, sum(len(units(name)) for name in names) - _PLAIN)


class Transcribed:
    """An index of persons' names by how they sound; of each it keeps whose it is.

    Args:
        uses: gives the names of an entity again, by its number.
    """

    def __init__(self, uses: Callable[[int], Sequence[Use]]) -> None:
        self._uses = uses
        self._names: list[str] = []
        self._owners = array("I")
        self._growing = threading.Lock()
        self._index: _Index | None = None

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        words = shape.words
        if shape.kind is Kind.PERSON and len(words) > 1 and words[0].isascii():
            # The rest is done when a text needs it: most lists are never held against one.
            self._names.append("\n".join((shape.name.text, *words)))
            self._owners.append(number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._index = None

    def find(self, text: str) -> Iterator[tuple[Use, int, int, bool]]:
        """Every name in folded text: its use, its offsets, and that it is sure."""
        if not self._names:
            return
        words = [(each[0], each.start(), each.end()) for each in _WORD.finditer(text)]
        if not words:
            return
        with self._growing:
            if self._index is None:
                self._index = _Index(self._names)
        known: dict[tuple[str, str], tuple[Use, ...]] = {}
        """What two words were found to be: a text says its names again and again."""
        for at, (first, start, _) in enumerate(words):
            if len(first) > _LONGEST or _follows(text, words, at):
                continue
            firsts = self._index.firsts.get(key(said(first)))
            if firsts is None:
                continue
            for last, end in _lasts(text, words, at):
                if (first, last) not in known:
                    known[first, last] = tuple(self._named(firsts, first, last))
                for use in known[first, last]:
                    yield use, start, end, True

    def _named(self, firsts: set[int], first: str, last: str) -> Iterator[Use]:
        """Whose name two words are; `firsts` are the given names that the first can be."""
        assert self._index is not None
        for name in self._index.lasts.get(key(said(last)), ()):
            if self._index.first_of[name] not in firsts:
                continue
            for use in self._uses(self._owners[self._index.owner_of[name]]):
                if use.shape and _is(use.shape, first, last):
                    yield use


def _lasts(text: str, words: Sequence[tuple[str, int, int]], at: int) -> Iterator[tuple[str, int]]:
    """What can be the last word of a name that begins with a word, and where it ends."""
    for other in range(at + 1, min(at + 2 + _INSERTED, len(words))):
        last, start, end = words[other]
        if len(last) > _LONGEST or not _BETWEEN.match(text[words[other - 1][2] : start]):
            return
        # The name of more words is somebody else's, or this is a middle name.
        if other + 1 == len(words) or not _goes_on(text, end, words[other + 1]):
            yield last, end


def _goes_on(text: str, end: int, following: tuple[str, int, int]) -> bool:
    between = text[end : following[1]]
    return between != "" and _BETWEEN.match(between) is not None


def _follows(text: str, words: Sequence[tuple[str, int, int]], at: int) -> bool:
    """True for a word in katakana that goes on with what stands before it."""
    return at > 0 and _BETWEEN.match(text[words[at - 1][2] : words[at][1]]) is not None


def _has_transcription(words: Sequence[str]) -> bool:
    ends = words[0], words[-1]
    consonants = sum(not unit.vowel for word in ends for unit in units(word))
    return words[-1].isascii() and consonants >= _SHORTEST


def _is(shape: Shape, first: str, last: str) -> bool:
    if shape.kind is not Kind.PERSON or len(shape.words) < 2:
        return False
    return any(
        is_transcription((given, family), (first, last))
        for given in _firsts(shape.name.text, shape.words)
        for family in _families(shape.name.text, shape.words)
    )


class _Index:
    """Names by the keys of their first and last words."""

    def __init__(self, names: Sequence[str]) -> None:
        self.firsts: dict[str, set[int]] = {}
        self.lasts: dict[str, array[int]] = {}
        self.owner_of = array("I")
        self.first_of = array("I")
        given: dict[str, int] = {}
        for owner, name in enumerate(names):
            text, *words = name.split("\n")
            if not _has_transcription(words):
                continue
            families = frozenset().union(*map(keys, _families(text, tuple(words))))
            for first in _firsts(text, tuple(words)):
                if first not in given:
                    given[first] = len(given)
                    for sounds in keys(first):
                        self.firsts.setdefault(sounds, set()).add(given[first])
                for sounds in families:
                    self.lasts.setdefault(sounds, array("I")).append(len(self.first_of))
                self.first_of.append(given[first])
                self.owner_of.append(owner)
