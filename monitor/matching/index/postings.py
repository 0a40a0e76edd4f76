"""Which names can stand where two of their words meet: an index of names by their words.

A text's words are looked up by what is left of them without an ending, however they are spelt
and in whatever script; where two words of one name stand near each other, the name is proposed.
So the cost of an article depends on its words, and hardly on how many names are watched. All of
its words are looked up together, as arrays (`word_arrays`, `vocabulary`), so that of an article
that names nobody hardly anything is done for a word alone.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import TYPE_CHECKING

import numpy as np

from monitor.matching.index.capital_words import CapitalWords, Spot, beside
from monitor.matching.index.meetings import (
    FIELD,
    NEAR_IN_CHARACTERS,
    PLACE,
    Near,
    neighbours,
    pair_keys,
)
from monitor.matching.index.met_pairs import NOBODYS
from monitor.matching.index.sides import Sides, sides, wide_sides
from monitor.matching.index.unvowelled import Unvowelled
from monitor.matching.index.vocabulary import NOTHING, Keys, Vocabulary
from monitor.matching.names.align import Shape
from monitor.matching.names.expansion import small_parts
from monitor.matching.names.surnames import first_surname
from monitor.matching.spelling.foreign_letters import spoken as abroad
from monitor.matching.spelling.inflection import stems
from monitor.matching.text.hash_table import Groups, Table, mixed
from monitor.matching.text.sounds import ways_all
from monitor.matching.text.word_arrays import capitals_only, prepare, tokens
from monitor.matching.text.words import romanisations
from monitor.model.match import Kind

if TYPE_CHECKING:
    import numpy.typing as npt

_SINGLE = 5
"""Letters from which a name of one word is looked for in other cases."""
_APART = " " * (NEAR_IN_CHARACTERS + 1)
_ROW = 0xFFFFFFFF
_BRIEF = 12_000
"""Characters of texts up to which it takes longer to set arrays up than to go without."""
_PART = 5_000
"""Words of names that are looked at together."""
Place = tuple[int, int, int, int, int]
"""A field, a watched entity, where in the original text a word of its name stands, and where
another one begins; -1 for a name of one word."""


class Postings:
    """An index of names by two of their words; of each it keeps whose it is."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}
        """The names' words; 0 stands for none."""
        self._lower: set[int] = set()
        """Words that may be in lower case in a name: those of organisations."""
        self._starts: set[int] = set()
        """Those of them that are the first of two."""
        self._firsts, self._lasts, self.owners = array("i"), array("i"), array("i")
        """Two words of each name, and whose it is."""
        self._alone, self._alone_owners = array("i"), array("i")
        self._index: _Index | None = None

    def add(self, shape: Shape, number: int) -> None:
        """Enter a name of entity `number`; it is found from the next `compile` on."""
        words = shape.words
        if len(words) == 1:
            if len(words[0]) >= _SINGLE and not shape.name.exact_case:
                self._alone.append(self._number(words[0]))
                self._alone_owners.append(number)
            return
        person = shape.kind is Kind.PERSON
        pair = (words[0], words[-1]) if person else _telling_pair(shape.written, words)
        one, other = map(self._number, pair)
        if not person or shape.name.text.islower():
            self._lower |= {one, other}
            self._starts.add(one)
        elif pair[1] in small_parts(shape.name.text):
            self._lower.add(other)
        self._pair(one, other, number)
        if person and (at := first_surname(words)) is not None:
            self._pair(one, self._number(words[at]), number)

    def compile(self) -> None:
        """Make ready to find what was added."""
        self._index = None
        if len(self._numbers) > 1:
            prepare()
            self._index = _Index(
                list(self._numbers),
                tuple(_numbers(each) for each in (self._firsts, self._lasts, self.owners)),
                (_numbers(self._alone), _numbers(self._alone_owners)),
                sorted(self._lower),
                sorted(self._starts),
            )

    def find(self, texts: Sequence[str], english: Sequence[bool]) -> Iterator[Place]:
        """Where names can stand in the texts of an article, each once for each two words.

        Args:
            texts: as they stand.
            english: in which of them to look at words with a capital letter only, as English has
                them in names.
        """
        return iter(()) if self._index is None else self._index.find(texts, english)

    def _pair(self, one: int, other: int, owner: int) -> None:
        self._firsts.append(one)
        self._lasts.append(other)
        self.owners.append(owner)

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers))


def _numbers(values: array[int]) -> npt.NDArray[np.int32]:
    return np.array(values, np.int32)


class _Index:
    """What `Postings` finds by: it changes no more, but for what it remembers of texts."""

    def __init__(
        self,
        words: Sequence[str],
        names: Sequence[npt.NDArray[np.int32]],
        alone: tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]],
        lower: Sequence[int],
        starts: Sequence[int],
    ) -> None:
        self.count = count = len(words)
        self._words = words
        self._firsts, self._lasts, self._owners = names
        self._alone = Groups(*alone, count)
        self._may_be_lower = bool(lower)
        self._lower, self._starts = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self._lower[lower], self._starts[starts] = True, True
        self._sounds = Keys(_sounds(words))
        self._unvowelled: Unvowelled | None = None
        self._wide: Sides | None = None
        """Both made when the first text without vowels comes."""
        self._growing = threading.Lock()
        self._connect()
        self._vocabulary = self._fresh()
        self._capitals = CapitalWords(self._vocabulary)

    def _connect(self) -> None:
        """Let pairs of words mean names."""
        ones, others, count = self._firsts, self._lasts, self.count
        keys = pair_keys(ones, others)
        known, group = np.unique(keys, return_inverse=True)
        every = np.arange(len(self._owners), dtype=np.int32)
        self.names = Groups(group, every, len(known))
        self.pairs = Table(len(known) or 1)
        self.pairs.enter(mixed(known), np.arange(1, len(known) + 1, dtype=np.int32))
        self.bits = sides(ones, others, count)

    def _fresh(self) -> Vocabulary:
        return Vocabulary(
            self._words,
            self._sounds,
            self._unvowelled,
            self.bits,
            self._wide,
            self._lower,
            self._starts,
            np.diff(self._alone.begins) > 0,
        )

    def find(self, texts: Sequence[str], english: Sequence[bool]) -> Iterator[Place]:
        """As `Postings.find`."""
        all_of_it = all(only or not each for each, only in zip(texts, english, strict=True))
        if all_of_it and sum(map(len, texts)) <= _BRIEF:
            some = self._find_capitals(texts)
            if some is not None:
                yield from some
                return
        # All texts as one: the arrays of a title cost as much to set up as those of a page.
        ends = list(accumulate(len(text) + 1 for text in texts))
        text = "\n".join(texts)
        if all_of_it:
            met = capitals_only(text)
        else:
            spans = zip(texts, ends, english, strict=True)
            met = tokens(
                text,
                lower=self._may_be_lower,
                capitals=[(end - len(each) - 1, end) for each, end, only in spans if only],
            )
        if met.unvowelled and self._unvowelled is None:
            with self._growing:
                if self._unvowelled is None:
                    self._wide = wide_sides(self._firsts, self._lasts, self.count)
                    self._unvowelled = Unvowelled(self._words)
                    self._vocabulary = self._fresh()
        if self._vocabulary.full(len(met.hashes)):
            self._vocabulary = self._fresh()
        known = self._vocabulary
        rows = known.rows(text, met)
        kept = (rows > NOTHING).nonzero()[0]
        if not len(kept):
            return
        rows = rows[kept].astype(np.int64)
        starts, finishes = met.starts[kept], met.ends[kept]
        field = np.array(ends).searchsorted(starts, side="right")
        begins, lengths = starts, None if met.places is not None else finishes - starts
        if met.places is not None:
            begins = met.places[kept] * PLACE
            if any(english):
                only = np.array(english, np.bool_)[field]
                begins = np.where(only, starts, begins)
                lengths = np.where(only, finishes - starts, 0)
        near = neighbours(known, rows, begins + field * FIELD, lengths)
        alone = known.alone.values[rows].nonzero()[0]
        if not (len(near.ones) or len(alone)):
            return
        found = dict.fromkeys(
            (
                *self._found_alone(known, zip(alone.tolist(), rows[alone].tolist(), strict=True)),
                *self._found_pairs(known, near),
            )
        )
        known.meet_again(rows[np.concatenate((alone, near.ones, near.others))])
        for at, owner, other in sorted(found):
            before = ends[field[at]] - len(texts[field[at]]) - 1
            begin, finish = int(starts[at]) - before, int(finishes[at]) - before
            yield int(field[at]), owner, begin, finish, int(starts[other]) - before if other else -1

    def _find_capitals(self, texts: Sequence[str]) -> list[Place] | None:
        """As `find`, of brief texts in English; None if they have letters of other scripts."""
        if self._vocabulary.full(_BRIEF):
            self._vocabulary = self._fresh()
        capitals = self._capitals
        if capitals.known is not self._vocabulary:
            capitals = self._capitals = CapitalWords(self._vocabulary)
        known = capitals.known
        # Farther apart than two words of one name: no name goes on from one text to the next.
        text = _APART.join(texts)
        some = capitals.spots(text)
        if some is None:
            return None
        alone = [at for at, (_, _, word) in enumerate(some) if word.alone]
        pairs = list(beside(some))
        if not (alone or pairs):
            return []
        found = {
            *self._found_alone(known, ((at, some[at][2].row) for at in alone)),
            *self._found_beside(capitals, some, pairs),
        }
        met = map(some.__getitem__, {*alone, *chain.from_iterable(pairs)})
        unsure = {word.row: text[start:end] for start, end, word in met if not word.sure}
        if unsure:
            closely = known.meet_again(np.array(list(unsure)))
            capitals.forget(map(unsure.__getitem__, closely))
        begins = list(accumulate((len(each) + len(_APART) for each in texts), initial=0))
        return [
            _place(begins, owner, *some[at][:2], some[other][0] if other else -1)
            for at, owner, other in sorted(found)
        ]

    def _found_beside(
        self, capitals: CapitalWords, some: Sequence[Spot], pairs: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int, int]]:
        """As `_found_pairs`."""
        keys = [some[one][2].row << 32 | some[other][2].row for one, other in pairs]
        told: Mapping[int, tuple[int, ...]] = capitals.owners
        if new := [key for key in keys if key not in told]:
            rows = np.array([row for key in new for row in (key >> 32, key & _ROW)])
            ones = np.arange(0, len(rows), 2)
            found = self._owners_of_pairs(
                capitals.known, Near(capitals.known, rows, ones, ones + 1), new
            )
            told = {key: found[key] if key in found else told[key] for key in keys}
            capitals.keep(found)
        for (one, other), key in zip(pairs, keys, strict=True):
            for owner in told[key]:
                yield one, owner, other

    def _found_alone(
        self, known: Vocabulary, alone: Iterable[tuple[int, int]]
    ) -> Iterator[tuple[int, int, int]]:
        """Which words can be names of one word, whose, and 0; `alone` are places and rows."""
        for at, row in alone:
            owners = known.alone_owners.get(row)
            if owners is None:
                owners = known.alone_owners[row] = tuple(self._owners_alone(known, row))
            for owner in owners:
                yield at, owner, 0

    def _owners_alone(self, known: Vocabulary, row: int) -> Iterator[int]:
        begin = int(known.begins.values[row])
        for place in range(begin, begin + int(known.lengths.values[row])):
            candidate = int(known.candidates.values[place])
            owners = self._alone.of(candidate >> 1) if candidate & 1 else ()
            if owners and known.can_be(row, place):
                yield from owners

    def _found_pairs(self, known: Vocabulary, near: Near) -> Iterator[tuple[int, int, int]]:
        """Where two words can be a name's: the first of them, whose, and the other."""
        keys = (near.rows[near.ones] << 32 | near.rows[near.others]).view(np.uint64)
        # Texts are made of the same pairs: what two words mean is worked out once.
        numbers, owners = known.pairs.get(keys)
        new = (numbers == 0).nonzero()[0]
        if len(new):
            told = self._owners_of_pairs(known, near.only(new), keys[new].tolist())
            for place, key in zip(new.tolist(), keys[new].tolist(), strict=True):
                for owner in told[key]:
                    yield int(near.ones[place]), owner, int(near.others[place])
        for place in (numbers > NOBODYS).nonzero()[0].tolist():
            for owner in owners[numbers[place]]:
                yield int(near.ones[place]), owner, int(near.others[place])

    def _owners_of_pairs(
        self, known: Vocabulary, near: Near, keys: Sequence[int]
    ) -> dict[int, tuple[int, ...]]:
        """Whose name two words can be, of each pair of rows, which is remembered."""
        found: dict[int, dict[int, None]] = {}
        for at, second, first_place, second_place, pair in near.meetings(self):
            row, second_row = int(near.rows[at]), int(near.rows[second])
            names = self.names.of(pair - 1)
            if known.abjad.values[row]:
                first, last = known.number(first_place), known.number(second_place)
                names = [n for n in names if self._firsts[n] == first and self._lasts[n] == last]
            if names and known.can_be(row, first_place) and known.can_be(second_row, second_place):
                some = found.setdefault(row << 32 | second_row, {})
                some.update((int(self._owners[name]), None) for name in names)
        told: dict[int, tuple[int, ...]] = dict.fromkeys(keys, ())
        told.update((key, tuple(some)) for key, some in found.items())
        known.pairs.keep(told)
        return told


def _place(begins: Sequence[int], owner: int, start: int, end: int, other: int) -> Place:
    """Where a word stands whose text is one of several, joined, that begin at `begins`."""
    field = bisect_right(begins, start) - 1
    begin = begins[field]
    return field, owner, start - begin, end - begin, other - begin if other >= 0 else -1


def _sounds(words: Sequence[str]) -> Iterator[tuple[list[str], list[int]]]:
    """Names' words by all that is left of them in other cases, as they are heard."""
    for begin in range(0, len(words), _PART):
        some = words[begin : begin + _PART]
        keys: list[str] = []
        numbers: list[int] = []
        for number, (word, said) in enumerate(zip(some, ways_all(some), strict=True), begin):
            if not number:
                continue
            found = {key for way in said for key in stems(way) if key}
            # In Cyrillic and Greek letters a name is spelt as it is heard: by its consonants.
            found.update(key for each in (word, *romanisations(word)) for key in abroad(each))
            keys += found
            numbers += [number] * len(found)
        yield keys, numbers


def _telling_pair(written: Sequence[str], words: Sequence[str]) -> tuple[str, str]:
    """Two neighbouring words of an organisation's name, the longest: they are met least."""
    at = max(range(len(words) - 1), key=lambda n: len(written[n]) + len(written[n + 1]))
    return words[at], words[at + 1]
