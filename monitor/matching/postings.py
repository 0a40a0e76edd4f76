"""Which names can stand where two of their words meet: an index of names by their words.

A text's words are looked up by what is left of them without an ending, however they are spelt
and in whatever script; where two words of one name stand near each other, the name is proposed.
So the cost of an article depends on its words, and hardly on how many names are watched. What a
word is looked up as is remembered, for texts are made of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

from monitor.matching.align import Shape
from monitor.matching.inflection import plausible, stems
from monitor.matching.normalise import fold_name, hangul, in_lower_case, unspaced
from monitor.matching.semitic import ABJAD, skeletons, spoken, written_as
from monitor.matching.sounds import heard, ways
from monitor.matching.words import canonical, romanisations
from monitor.model.match import Kind

_CHARACTER = (
    r"[^\s\u0000-\u0026\u0028-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf"
    r"\u2000-\u2018\u201a-\u206f\u3000-\u303f]"
)
_TOKEN = re.compile(f"{_CHARACTER}+")
"""A word of a text as it is written."""
_CAPITALISED = re.compile(rf"(?<!{_CHARACTER})(?:[A-Z]|(?![\x00-\x7f]){_CHARACTER}){_CHARACTER}*")
"""One that begins with no small letter of English."""
_NEAR_IN_CHARACTERS = 60
"""The same as `_NEAR`, where only words with capitals are looked at."""
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
_SHORT = 4
"""Letters of a short word, whose vowels are looked up, too."""
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

    word: str
    """The word as names are compared."""
    ids: tuple[int, ...]
    starts: tuple[int, ...]
    """Those of the numbers whose names it can be the first word of: in lower case few."""
    abjad: bool


class Postings:
    """An index of names by two of their words; of each it keeps whose it is."""

    def __init__(self) -> None:
        self._ids: dict[str, int | Ids] = {}
        """Numbers of words, by what is left of them without an ending."""
        self._count = 0
        self._lower: set[int] = set()
        """Words that may be in lower case in a name: those of organisations."""
        self._starts: set[int] = set()
        """Those of them that are the first of two."""
        self._entries: list[tuple[int, str, str]] = []
        """Whose each name is, and two of its words."""
        self._by_pair: dict[int, int | Ids] = {}
        self._by_word: dict[int, int | Ids] = {}
        self._skeletons: dict[str, int] = {}
        self._first_skeletons: set[int] = set()
        self._by_skeletons: dict[int, int | Ids] = {}
        self._known: dict[str, _Mark] = {}
        self._begins: dict[str, _Mark] = {}
        """Those of the known words that can be the first of a name's."""
        self._inert: set[str] = set()

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`."""
        words = shape.words
        if len(words) == 1:
            if len(words[0]) >= _SINGLE and not shape.name.exact_case:
                _add(self._by_word, self._number(words[0]), self._enter(number, words[0], words[0]))
            return
        person = shape.kind is Kind.PERSON
        pair = (words[0], words[-1]) if person else _telling_pair(shape.written, words)
        one, other = map(self._number, pair)
        if not person or shape.name.text.islower():
            self._lower |= {one, other}
            self._starts.add(one)
        entry = self._enter(number, *pair)
        _add(self._by_pair, _either(one, other), entry)
        for first, last in product(_spoken(pair[0]), _spoken(pair[1])):
            if len(first.strip("AHV")) + len(last.strip("AHV")) >= _CONSONANTS:
                one, other = self._skeleton(first), self._skeleton(last)
                self._first_skeletons.add(one)
                _add(self._by_skeletons, one << 32 | other, entry)

    def find(self, text: str, *, capitals: bool = False) -> Iterator[Place]:
        """Where names can stand in a text, each once for each place.

        Args:
            text: as it stands.
            capitals: look at words with a capital letter only, as English has them in names.
        """
        if capitals:
            yield from self._find_capitalised(text)
            return
        tokens = _tokens(text)
        fresh = set(tokens) - self._inert
        for token in fresh.difference(self._known):
            self._meet(token)
        begins = self._begins.keys() & fresh
        if not begins:
            return
        spans: list[tuple[int, int]] = []
        for position, number in dict.fromkeys(self._likely(tokens, begins, fresh)):
            spans = spans or [found.span() for found in _TOKEN.finditer(text)]
            yield number, *spans[position]

    def _find_capitalised(self, text: str) -> Iterator[Place]:
        marks: list[tuple[_Mark, int, int]] = []
        known, inert = self._known, self._inert
        for found in _CAPITALISED.finditer(text):
            token = found[0]
            if token in inert:
                continue
            if token not in known:
                self._meet(token)
            if (mark := known.get(token)) is not None:
                marks.append((mark, *found.span()))
        seen: set[tuple[int, int]] = set()
        for at, (mark, start, end) in enumerate(marks):
            if not mark.starts:
                continue
            for entry, other in self._meetings_of(mark, end, marks[at + 1 : at + 1 + _NEAR]):
                number = self._entries[entry][0]
                if (start, number) not in seen and self._can_be(entry, mark, other):
                    seen.add((start, number))
                    yield number, start, end

    def _meetings_of(
        self, mark: _Mark, end: int, after: Sequence[tuple[_Mark, int, int]]
    ) -> Iterator[tuple[int, _Mark]]:
        """Names that begin with a word, and the word after it that is looked up as theirs."""
        if self._by_word and not mark.abjad:
            for one in mark.starts:
                for entry in _of(self._by_word, one):
                    yield entry, mark
        for other, start, _ in after:
            if start - end > _NEAR_IN_CHARACTERS:
                return
            if other.abjad is mark.abjad:
                for entry in self._meeting(mark, other):
                    yield entry, other

    def _likely(
        self, tokens: Sequence[str], begins: AbstractSet[str], among: AbstractSet[str]
    ) -> Iterator[tuple[int, int]]:
        """Positions of words, and whose name it can be that stands there."""
        for entry, position, one, other in self._meetings(tokens, begins, among):
            if self._can_be(entry, one, other):
                yield position, self._entries[entry][0]

    def _can_be(self, entry: int, one: _Mark, other: _Mark) -> bool:
        """Whether two words of a text can be the two of a name, in either order."""
        _, first, last = self._entries[entry]
        can_be = _written_as if one.abjad else plausible
        return (can_be(first, one.word) and can_be(last, other.word)) or (
            can_be(last, one.word) and can_be(first, other.word)
        )

    def _meetings(
        self, tokens: Sequence[str], begins: AbstractSet[str], among: AbstractSet[str]
    ) -> Iterator[tuple[int, int, _Mark, _Mark]]:
        """Names, where in a text, and words there that are looked up as two of theirs.

        Args:
            tokens: the text's words.
            begins: those that can be the first of a name.
            among: those that can be any of a name.
        """
        by_word = self._by_word
        known = {each: self._known[each] for each in among & self._known.keys()}
        for position in [at for at, token in enumerate(tokens) if token in begins]:
            mark = known[tokens[position]]
            if by_word and not mark.abjad:
                for one in mark.starts:
                    for entry in _of(by_word, one):
                        yield entry, position, mark, mark
            near = _NEAR_WITHOUT_VOWELS if mark.abjad else _NEAR
            for other in map(known.get, tokens[position + 1 : position + 1 + near]):
                if other is not None and other.abjad is mark.abjad:
                    for entry in self._meeting(mark, other):
                        yield entry, position, mark, other

    def _meeting(self, mark: _Mark, other: _Mark) -> list[int]:
        pairs = self._by_skeletons if mark.abjad else self._by_pair
        found: list[int] = []
        for one in mark.starts:
            for two in other.ids:
                # In a script without vowels the given name is always the first.
                key = one << 32 | two if one < two or mark.abjad else two << 32 | one
                if key in pairs:
                    found += _of(pairs, key)
        return found

    def _enter(self, number: int, first: str, last: str) -> int:
        self._entries.append((number, first, last))
        return len(self._entries) - 1

    def _skeleton(self, text: str) -> int:
        return self._skeletons.setdefault(text, len(self._skeletons))

    def _number(self, word: str) -> int:
        """The number of a name's word, entered under all that is left of it in other cases."""
        keys = [key for way in ways(word) for key in stems(way)]
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
            self._begins.clear()
            self._known.clear()
            self._inert.clear()
        lower = in_lower_case(token[0])
        if lower and not self._lower:
            self._inert.add(token)
            return
        elsewhere = len(token) > _LONG or hangul(token[0]) or unspaced(token[0])
        word = "" if elsewhere else canonical(fold_name(token))
        abjad = ABJAD.match(word) is not None
        if abjad:
            found = [self._skeletons[s] for s in skeletons(word) if s in self._skeletons]
        else:
            found = [number for key in _keys(word) for number in _of(self._ids, key)]
        starts = found = list(dict.fromkeys(found))
        if abjad:
            starts = [number for number in found if number in self._first_skeletons]
        elif lower:
            found = [number for number in found if number in self._lower]
            starts = [number for number in found if number in self._starts]
        if found:
            mark = self._known[token] = _Mark(word, tuple(found), tuple(starts), abjad)
            if starts:
                self._begins[token] = mark
        else:
            self._inert.add(token)


_ASCII_WORDS = bytes(
    code if code < 128 and (chr(code).isalnum() or chr(code) == "'") else 32 for code in range(256)
)


def _tokens(text: str) -> list[str]:
    """The words of a text, as `_TOKEN` finds them; of ASCII text four times as fast."""
    if text.isascii():
        return text.encode().translate(_ASCII_WORDS).decode().split()
    return _TOKEN.findall(text)


def _keys(word: str) -> Iterator[str]:
    """What a text's word may be entered under: as it is heard, less what may be an ending."""
    for said in dict.fromkeys((heard(word), heard(word.replace("j", "i")))):
        if len(said) <= _SHORT:
            yield said
        for length in range(len(said), max(1, len(said) // 2 - 1, len(said) - _CUT), -1):
            part = said[:length]
            if part[-1] in "aeio":
                if length <= _SHORT:
                    yield part
                yield part.rstrip("aeio")
                continue
            yield part
            if part[-1] == "s":  # Polska, Polsce; Praha, Praze
                yield from (part[:-1] + "k", part + "k", part[:-1] + "g")
            if length > _SHORT - 1 and part[-2] in "aeio":
                yield part[:-2] + part[-1]


def _written_as(wanted: str, found: str) -> bool:
    return any(written_as(word, found) for word in (wanted, *romanisations(wanted)))


def _spoken(word: str) -> dict[str, None]:
    return dict.fromkeys(way for each in (word, *romanisations(word)) for way in spoken(each))


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
