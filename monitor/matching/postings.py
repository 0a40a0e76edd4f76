"""Which names can stand where two of their words meet: an index of names by their words.

A text's words are looked up by what is left of them without an ending, however they are spelt
and in whatever script; where two words of one name stand near each other, the name is proposed.
So the cost of an article depends on its words, and hardly on how many names are watched. What a
word is looked up as is remembered, for texts are made of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TypeVar

from monitor.matching.align import Shape
from monitor.matching.inflection import stems
from monitor.matching.normalise import Folded, fold_name
from monitor.matching.semitic import ABJAD, skeletons, spoken
from monitor.matching.sounds import heard
from monitor.matching.words import canonical, romanisations
from monitor.model import Kind

_TOKEN = re.compile(
    r"[^\s\u0000-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u2018\u201a-\u206f\u3000-\u303f]+"
)
"""A word of a text as it is written."""
_NEAR = 7
"""Words among which two of a name's stand: titles and middle names may be between."""
_CUT = 6
"""Letters, as they are heard, that a case adds or changes at most."""
_REMEMBERED = 200_000
"""Words of texts of which it is remembered what they are looked up as."""
_SINGLE = 5
"""Letters from which a name of one word is looked for in other cases."""
_LONG = 40
"""Letters of a word from which it is nobody's name."""
_NEAR_WITHOUT_VOWELS = 3
_CONSONANTS = 3
"""Of both words together, by which a name is looked up in a script without vowels."""

_Key = TypeVar("_Key")
Ids = list[int]
Place = tuple[int, int, int]
"""A watched entity, and where in the original text a word of its name stands."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """A word of a text that is looked up as a name's."""

    ids: tuple[int, ...]
    abjad: bool
    begins: bool
    """False for a word in lower case: it may go on a name, but not begin one."""


class Postings:
    """An index of names by two of their words; of each it keeps whose it is."""

    def __init__(self) -> None:
        self._ids: dict[str, int | Ids] = {}
        """Numbers of words, by what is left of them without an ending."""
        self._count = 0
        self._lower: set[int] = set()
        """Words that may be in lower case in a name: those of organisations."""
        self._by_pair: dict[int, int | Ids] = {}
        self._by_word: dict[int, int | Ids] = {}
        self._skeletons: dict[str, int] = {}
        self._by_skeletons: dict[int, int | Ids] = {}
        self._known: dict[str, _Mark] = {}
        self._inert: set[str] = set()

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`."""
        words = shape.words
        if len(words) == 1:
            if len(words[0]) >= _SINGLE and not shape.name.exact_case:
                _add(self._by_word, self._number(words[0]), number)
            return
        person = shape.kind is Kind.PERSON
        pair = (words[0], words[-1]) if person else _telling_pair(shape.written, words)
        one, other = map(self._number, pair)
        if not person or shape.name.text.islower():
            self._lower |= {one, other}
        _add(self._by_pair, _either(one, other), number)
        for first, last in product(spoken(pair[0]), spoken(pair[1])):
            if len(first.strip("AH")) + len(last.strip("AH")) >= _CONSONANTS:
                _add(self._by_skeletons, self._skeleton(first) << 32 | self._skeleton(last), number)

    def find(self, text: str) -> Iterator[Place]:
        """Where names can stand in a text, each once for each place."""
        tokens = _TOKEN.findall(text)
        fresh = set(tokens) - self._inert
        if not fresh:
            return
        known = self._known
        for token in fresh - known.keys():
            self._meet(token)
        marks = [(at, known[token]) for at, token in enumerate(tokens) if token in known]
        spans: list[tuple[int, int]] = []
        for position, number in dict.fromkeys(self._meetings(marks)):
            spans = spans or [found.span() for found in _TOKEN.finditer(text)]
            yield number, *spans[position]

    def _meetings(self, marks: Sequence[tuple[int, _Mark]]) -> Iterator[tuple[int, int]]:
        """Positions of words, and whose name stands there by its words."""
        for nth, (position, mark) in enumerate(marks):
            if mark.abjad:
                yield from self._written_without_vowels(marks, nth)
                continue
            if self._by_word and mark.begins:
                for one in mark.ids:
                    for number in _of(self._by_word, one):
                        yield position, number
            for near, other in islice(marks, nth + 1, nth + 1 + _NEAR):
                if near > position + _NEAR:
                    break
                if other.abjad or not (mark.begins or other.begins):
                    continue
                for one in mark.ids:
                    for two in other.ids:
                        for number in _of(self._by_pair, _either(one, two)):
                            yield position, number

    def _written_without_vowels(
        self, marks: Sequence[tuple[int, _Mark]], nth: int
    ) -> Iterator[tuple[int, int]]:
        position, mark = marks[nth]
        for near, other in islice(marks, nth + 1, nth + 1 + _NEAR_WITHOUT_VOWELS):
            if near > position + _NEAR_WITHOUT_VOWELS:
                break
            if other.abjad:
                for one in mark.ids:
                    for two in other.ids:
                        for number in _of(self._by_skeletons, one << 32 | two):
                            yield position, number

    def _skeleton(self, text: str) -> int:
        return self._skeletons.setdefault(text, len(self._skeletons))

    def _number(self, word: str) -> int:
        """The number of a name's word, entered under all that is left of it in other cases."""
        keys = [key for way in _ways(word) for key in stems(way)]
        for other in romanisations(word):
            keys += stems(heard(other))
        numbers = _of(self._ids, keys[0])
        number = numbers[0] if numbers else self._count
        if number == self._count:
            self._count += 1
        for key in keys:
            _add(self._ids, key, number)
        return number

    def _meet(self, token: str) -> None:
        """Remember what a word of a text is looked up as."""
        if len(self._known) + len(self._inert) > _REMEMBERED:
            self._known.clear()
            self._inert.clear()
        word = canonical(fold_name(token)) if len(token) <= _LONG else ""
        abjad = ABJAD.match(word) is not None
        if abjad:
            found = [self._skeletons[s] for s in skeletons(word) if s in self._skeletons]
        else:
            found = [number for key in _keys(word) for number in _of(self._ids, key)]
        begins = not token[0].islower()
        if not (begins or abjad):
            found = [number for number in found if number in self._lower]
        if found:
            self._known[token] = _Mark(tuple(dict.fromkeys(found)), abjad, begins)
        else:
            self._inert.add(token)


def _keys(word: str) -> Iterator[str]:
    """What a text's word may be entered under: as it is heard, less what may be an ending."""
    said = heard(word)
    for length in range(len(said), max(1, len(said) // 2, len(said) - _CUT), -1):
        part = said[:length]
        if part[-1] in "aeio" and length > 3:
            continue
        yield part
        if part[-1] == "s":  # Polska, Polsce; Praha, Praze
            yield from (part[:-1] + "k", part + "k", part[:-1] + "g")
        if length > 3 and part[-2] in "aeio":
            yield part[:-2] + part[-1]


def _ways(word: str) -> Iterator[str]:
    yield heard(word)
    if "h" in word:  # which we hardly hear, and others write as a G: Bohdan
        yield heard(word.replace("h", "g"))


def _telling_pair(written: Sequence[str], words: Sequence[str]) -> tuple[str, str]:
    """Two neighbouring words of an organisation's name, the longest: they are met least."""
    at = max(range(len(words) - 1), key=lambda n: len(written[n]) + len(written[n + 1]))
    return words[at], words[at + 1]


def _either(one: int, other: int) -> int:
    return one << 32 | other if one < other else other << 32 | one


def _add(index: dict[_Key, int | Ids], key: _Key, number: int) -> None:
    found = index.get(key)
    if found is None:
        index[key] = number
    elif isinstance(found, int):
        if found != number:
            index[key] = [found, number]
    elif number != found[-1]:
        found.append(number)


def _of(index: Mapping[_Key, int | Ids], key: _Key) -> Sequence[int]:
    found = index.get(key)
    if found is None:
        return ()
    return (found,) if isinstance(found, int) else found
